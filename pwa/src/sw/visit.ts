// The page for visits: kept whole from the first time that an agent opens it, and shown from here always, for there may
// be no network, no session, or a bad line that takes a minute to say so.
import { whole } from "./whole";

const ASSETS = "assets";
export const VISIT = "/visits/phone";

/** Fetches the page and all it needs; the page last, so that it is never without its files. */
export async function keepVisit(): Promise<void> {
  const answer = await whole(VISIT, { cache: "no-store", redirect: "error" });
  if (!answer.ok) throw new TypeError(String(answer.status));
  const text = await answer.clone().text(), cache = await caches.open(ASSETS);
  for (const address of new Set(text.match(/\/(?:assets\/[\w.-]+|phone\.webmanifest)/g) ?? [])) {
    if (await cache.match(address)) continue;
    const file = await whole(address);
    if (!file.ok) throw new TypeError(String(file.status));
    await cache.put(address, file);
  }
  await cache.put(VISIT, answer);
}

export const visitKept = async (): Promise<Response | undefined> => (await caches.open(ASSETS)).match(VISIT);

/** A new version takes the page along, where an agent has one. */
export async function renewVisit(): Promise<void> {
  if (await visitKept()) await keepVisit();
}

export async function visit(request: Request): Promise<Response> {
  return (await visitKept()) ?? fetch(request);
}
