// Registers the service worker, where the browser has one and lets us: https, or this very machine.
export function registerWorker(): void {
  if (!("serviceWorker" in navigator) || !isSecureContext) return;
  // Without it every page still works online; a browser may refuse it in a private window.
  navigator.serviceWorker.register("/sw.js").catch((error: unknown) => console.warn("no service worker", error));
}
