// The service worker: runs without a page, so nothing here may touch the DOM. One file, no imports at run time.
//   our files    from the cache, for their names change with them
//   pages        from the network, else the user's own copy, else the page that says there is no network
//   上门 page     from the cache, always: an agent at a door has no network
//   all else     never touched: parts of pages, streams, sign-in, everything that is sent
// A new version waits until a page says that nobody is in the middle of something (src/update.ts).
import { copies, drop, erase, keep, sweep } from "./kept";
import { answer } from "./pages";
import { listenForPushes } from "./push";
import { asset, install, tidy } from "./shell";
import { VISIT, keepVisit, renewVisit, visit, visitKept } from "./visit";

declare const self: ServiceWorkerGlobalScope;
const SIGN_OUT = /^\/sessions?\/closure$/;

async function activate(): Promise<void> {
  await self.registration.navigationPreload?.enable();
  await sweep();
  const kept = await visitKept();
  await tidy([...await copies(), ...(kept ? [kept] : [])]);
}

self.addEventListener("install", (event) => event.waitUntil(install().then(renewVisit)));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && SIGN_OUT.test(pathname)) event.waitUntil(erase());
  if (request.method !== "GET") return;
  if (pathname.startsWith("/assets/")) event.respondWith(asset(request));
  else if (pathname === VISIT) event.respondWith(visit(request));
  else if (request.mode === "navigate") event.respondWith(answer(event));
});

// What pages tell us: a new version may start; a list has its first tick, or lost its last; an agent goes out.
self.addEventListener("message", (event) => {
  const said = event.data as { apply?: true; keep?: string; drop?: string; visit?: true };
  if (said.apply) event.waitUntil(self.skipWaiting());
  if (said.keep) event.waitUntil(keep(said.keep));
  if (said.visit) event.waitUntil(keepVisit().catch((error: unknown) => console.warn("visits not kept", error)));
  if (said.drop) event.waitUntil(drop(said.drop));
});

listenForPushes();
