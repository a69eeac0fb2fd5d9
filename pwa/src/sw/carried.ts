// The pages that work without a network (上门, 断网收件): kept whole from the first time that somebody opens one, and shown
// from here always, for there may be no network, no session, or a bad line that takes a minute to say so.
import { whole } from "./whole";

const ASSETS = "assets";
export const CARRIED = ["/visits/phone", "/crossregion/desk"];

/** Fetches a page and all it needs; the page last, so that it is never without its files. */
export async function carry(address: string): Promise<void> {
  if (!CARRIED.includes(address)) return;
  const answer = await whole(address, { cache: "no-store", redirect: "error" });
  if (!answer.ok) throw new TypeError(String(answer.status));
  const text = await answer.clone().text(), cache = await caches.open(ASSETS);
  for (const address of new Set(text.match(/\/(?:assets\/[\w.-]+|phone\.webmanifest)/g) ?? [])) {
    if (await cache.match(address)) continue;
    const file = await whole(address);
    if (!file.ok) throw new TypeError(String(file.status));
    await cache.put(address, file);
  }
  await cache.put(address, answer);
}

/** Those that are kept here. */
export async function carriedPages(): Promise<Response[]> {
  const cache = await caches.open(ASSETS);
  const found = await Promise.all(CARRIED.map((address) => cache.match(address)));
  return found.filter((page) => page !== undefined);
}

/** A new version takes the pages along that somebody has. */
export async function renewCarried(): Promise<void> {
  const cache = await caches.open(ASSETS);
  for (const address of CARRIED) if (await cache.match(address)) await carry(address);
}

export async function carried(request: Request): Promise<Response> {
  return (await (await caches.open(ASSETS)).match(new URL(request.url).pathname)) ?? fetch(request);
}
