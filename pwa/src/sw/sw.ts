// The service worker: runs without a page, so nothing here may touch the DOM. One file, no imports at run time.
//   our files    from the cache, for their names change with them
//   pages        from the network, else the user's own copy, else the page that says there is no network
//   上门, 断网收件  from the cache, always: they are for when there is no network
//   last words   what a page says while it is left: sent from here, for the page is gone
//   all else     never touched: parts of pages, streams, sign-in, everything that is sent
// A new version waits until a page says that nobody is in the middle of something (src/update.ts).
import { copies, drop, erase, keep, sweep } from "./kept";
import { answer } from "./pages";
import { listenForPushes } from "./push";
import { CARRIED, carried, carriedPages, carry, renewCarried } from "./carried";
import { asset, install, tidy } from "./shell";

declare const self: ServiceWorkerGlobalScope;
const SIGN_OUT = /^\/sessions?\/closure$/;

async function activate(): Promise<void> {
  await self.registration.navigationPreload?.enable();
  await sweep();
  await tidy([...await copies(), ...await carriedPages()]);
}

self.addEventListener("install", (event) => event.waitUntil(install().then(renewCarried)));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && SIGN_OUT.test(pathname)) event.waitUntil(erase());
  if (request.method !== "GET") { // what is said while its page is left would go with it
    if (request.keepalive) event.respondWith(fetch(request));
    return;
  }
  if (pathname.startsWith("/assets/")) event.respondWith(asset(request));
  else if (CARRIED.includes(pathname)) event.respondWith(carried(request));
  else if (request.mode === "navigate") event.respondWith(answer(event));
});

// What pages tell us: a new version may start; a list has its first tick, or lost its last; a page is for when
// there is no network.
self.addEventListener("message", (event) => {
  const said = event.data as { apply?: true; keep?: string; drop?: string; keepOffline?: string; visit?: true };
  if (said.apply) event.waitUntil(self.skipWaiting());
  if (said.keep) event.waitUntil(keep(said.keep));
  const page = said.keepOffline ?? (said.visit && CARRIED[0]); // `visit`: from a page that an older version gave
  if (page) event.waitUntil(carry(page).catch((error: unknown) => console.warn("page not kept", error)));
  if (said.drop) event.waitUntil(drop(said.drop));
});

listenForPushes();
