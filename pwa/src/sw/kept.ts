// The user's own cache: what the server said may be kept of them, for how long, and nothing else. A page worth
// keeping names in `X-Keep` the pages of which a copy shall lie on this phone, and in `X-Erase` those of which none
// may. The copy is another page, at their address and "/offline"; it holds little, and says in `X-Keep-For` for how
// many seconds.
const NAME = "mine";
const OWNER = "/-/owner"; // whose the cache is; no address of ours begins so
const UNTIL = "x-kept-until"; // ms; by this phone's clock, for the server told a length

let era = 0; // what was asked for before an erasure must not be kept after it

/** The copy for an address, if it may still be shown. */
export async function find(address: string): Promise<Response | undefined> {
  const cache = await caches.open(NAME);
  const path = new URL(address).pathname;
  const copy = await cache.match(path);
  if (!copy || Number(copy.headers.get(UNTIL)) > Date.now()) return copy;
  await cache.delete(path);
  return undefined;
}

/** Erases what is over. */
export async function sweep(): Promise<void> {
  const cache = await caches.open(NAME);
  for (const one of await cache.keys()) if (new URL(one.url).pathname !== OWNER) await find(one.url);
}

export async function erase(): Promise<void> {
  era += 1;
  await caches.delete(NAME);
}

export async function drop(path: string): Promise<void> {
  await (await caches.open(NAME)).delete(path);
}

/** Every copy. */
export async function copies(): Promise<Response[]> {
  const cache = await caches.open(NAME);
  const found = await Promise.all((await cache.keys()).map((one) => cache.match(one)));
  return found.filter((one) => one !== undefined);
}

/** Fetches the copy of a page and keeps it as the server says. */
export async function keep(page: string): Promise<void> {
  const before = era;
  const answer = await fetch(`${page}/offline`, { redirect: "manual" });
  const seconds = answer.ok ? Number(answer.headers.get("x-keep-for")) : 0;
  const body = await answer.arrayBuffer();
  if (before !== era || answer.status >= 500) return; // signed out meanwhile; or it is we who are unwell
  if (!(seconds > 0)) return drop(page);
  const headers = new Headers(answer.headers);
  headers.set(UNTIL, String(Date.now() + seconds * 1000));
  await (await caches.open(NAME)).put(page, new Response(body, { headers }));
}

async function belongsTo(owner: string): Promise<void> {
  const before = await (await (await caches.open(NAME)).match(OWNER))?.text();
  if (before === owner) return;
  if (before) await erase(); // signed out, or somebody else
  await (await caches.open(NAME)).put(OWNER, new Response(owner));
}

/** Learns from a page that came by the network: whose the phone is now, and what to keep. */
export async function learn(headers: Headers): Promise<void> {
  const owner = headers.get("x-owner");
  if (owner === null) return;
  await belongsTo(owner);
  const named = (header: string): string[] => (headers.get(header) ?? "").split(" ").filter(Boolean);
  const work = [...named("x-erase").map(drop), ...named("x-keep").map(keep)];
  for (const one of await Promise.allSettled(work)) {
    if (one.status === "rejected") console.warn("not kept", one.reason);
  }
  await sweep();
}
