// How fast a line is: so many bytes down, so many up, and how long a short question takes. Each ends by itself.
const LONGEST = 8000; // ms
const ASKED = 5; // times

const rate = (bytes: number, ms: number): number => Math.round((bytes * 8) / Math.max(ms, 1)); // kbit/s

async function down(path: string): Promise<number> {
  const began = performance.now();
  let bytes = 0;
  try {
    const reader = (await fetch(`${path}/payload`, { cache: "no-store", signal: AbortSignal.timeout?.(LONGEST) ?? null })).body?.getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) bytes += part.value.length;
  } catch { /* what came until then counts */ }
  return rate(bytes, performance.now() - began);
}

/** Zero where it took too long: slower than any session can bear. */
async function up(path: string, size: number): Promise<number> {
  const body = new Uint8Array(size), began = performance.now();
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(body.subarray(at, at + 65_536));
  try {
    const answer = await fetch(`${path}/payload`, { method: "POST", body, signal: AbortSignal.timeout?.(LONGEST) ?? null });
    return answer.ok ? rate(size, performance.now() - began) : 0;
  } catch {
    return 0;
  }
}

/** The shortest of some, for the longer ones met something on their way. */
async function rtt(): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < ASKED; n += 1) {
    const began = performance.now();
    try {
      await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout?.(LONGEST) ?? null });
      times.push(performance.now() - began);
    } catch { /* the others tell */ }
  }
  return Math.max(1, Math.round(Math.min(LONGEST, ...times)));
}

export async function measure(path: string, size: number): Promise<{ down: number; up: number; rtt: number }> {
  return { rtt: await rtt(), down: await down(path), up: await up(path, size) };
}
