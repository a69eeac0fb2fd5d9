// What every page needs, and the page that stands where nothing else can: kept from the first visit on.
import { CARRIED } from "./carried";
import { whole } from "./whole";

declare const SHELL: string[]; // addresses, from the build
const ASSETS = "assets", OFFLINE = "/offline";

async function needed(request: RequestInfo, how?: RequestInit): Promise<Response> {
  const answer = await whole(request, how);
  if (!answer.ok) throw new TypeError(String(answer.status));
  return answer;
}

export async function install(): Promise<void> {
  const addresses = [...SHELL, OFFLINE];
  const answers = await Promise.all(addresses.map((one) => needed(one, { cache: "reload", credentials: "same-origin" })));
  const cache = await caches.open(ASSETS);
  for (const [n, answer] of answers.entries()) await cache.put(addresses[n] as string, answer);
}

/** Our files' names change with them, so a file that is there is the right one. */
export async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(ASSETS);
  const found = await cache.match(request.url);
  if (found) return found;
  const answer = await whole(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}

export async function offline(): Promise<Response> {
  return (await (await caches.open(ASSETS)).match(OFFLINE)) ?? Response.error();
}

/** Forgets files that neither this version nor a kept page asks for. */
export async function tidy(kept: Response[]): Promise<void> {
  const cache = await caches.open(ASSETS);
  const texts = await Promise.all(kept.map((page) => page.text()));
  const wanted = new Set([...SHELL, OFFLINE, ...CARRIED, "/phone.webmanifest", ...texts.flatMap((text) => text.match(/\/assets\/[\w.-]+/g) ?? [])]);
  for (const one of await cache.keys()) if (!wanted.has(new URL(one.url).pathname)) await cache.delete(one);
}
