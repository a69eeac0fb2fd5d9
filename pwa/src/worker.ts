// Registers the service worker, where the browser has one and lets us: https, or this very machine. Without it
// every page still works online.
import { followUpdates } from "./update";

const HERE = "serviceWorker" in navigator && isSecureContext;

export function registerWorker(): void {
  if (!HERE) return;
  // A private window may refuse.
  navigator.serviceWorker.register("/sw.js").then(followUpdates, (error: unknown) => console.warn("no service worker", error));
}

/** Tells the worker something, now or as soon as it runs. */
export function tellWorker(words: object): void {
  if (HERE) void navigator.serviceWorker.ready.then((registration) => registration.active?.postMessage(words));
}
