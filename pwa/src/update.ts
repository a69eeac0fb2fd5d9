// A new version of the app is offered, never forced. It starts when somebody takes the offer, or by itself when
// they go on to another page; but not while something typed could be lost, nor what is shown only once.
// The page that is left only notes that it was left in peace: what it says to a worker while it is being unloaded
// is sometimes lost. The next page starts the new version.
const PEACE = "left-in-peace";
// A worker that is to make place is woken again by any request of the page; the change is then put off, and the browser
// may lose a page that is asked for meanwhile. So it is asked for in a quiet moment, and again until it is done.
const QUIET = 1500; // ms since the last request came back
const PATIENCE = 10_000; // ms; a page that is never quiet, such as a busy hall's, gets its new version too
let typed = false;

function busy(): boolean {
  return typed || document.body.dataset.posted !== undefined;
}

function show(offer: HTMLElement): void {
  offer.hidden = false;
  const [button, wait] = ["button", "small"].map((name) => offer.querySelector<HTMLElement>(name));
  if (button) button.hidden = busy();
  if (wait) wait.hidden = !busy();
}

function startQuietly(worker: ServiceWorker, may: () => boolean): void {
  let last = Math.max(0, ...performance.getEntriesByType("resource").map((one) => (one as PerformanceResourceTiming).responseEnd));
  let asked = performance.now();
  const watch = new PerformanceObserver(() => { last = performance.now(); });
  watch.observe({ type: "resource" });
  const timer = setInterval(() => {
    if (worker.state !== "installed") { clearInterval(timer); return watch.disconnect(); }
    const now = performance.now(), quiet = now - last >= QUIET || now - asked >= PATIENCE;
    if (!quiet || !may()) return;
    last = asked = now;
    worker.postMessage({ apply: true });
  }, 250);
}

function take(worker: ServiceWorker): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  startQuietly(worker, () => true);
}

function offer(worker: ServiceWorker): void {
  const place = document.querySelector<HTMLElement>("[data-update]");
  if (!place) return;
  show(place);
  document.addEventListener("input", () => show(place)); // after `typed` is set, in the order of listening
  // Taken in another tab: nothing waits any more.
  navigator.serviceWorker.addEventListener("controllerchange", () => { place.hidden = true; });
  const button = place.querySelector<HTMLElement>("button");
  if (button) button.onclick = () => take(worker);
}

export function followUpdates(registration: ServiceWorkerRegistration): void {
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? (event.target as HTMLInputElement).form : null;
    typed ||= form?.method === "post";
  });
  const look = (): void => { if (registration.waiting && registration.active) offer(registration.waiting); };
  const waiting = sessionStorage.getItem(PEACE) && !busy() ? registration.waiting : null;
  if (waiting) startQuietly(waiting, () => !busy());
  else look();
  sessionStorage.removeItem(PEACE);
  addEventListener("pagehide", () => { if (!busy()) sessionStorage.setItem(PEACE, "1"); });
  registration.addEventListener("updatefound", () => {
    const fresh = registration.installing;
    fresh?.addEventListener("statechange", () => { if (fresh.state === "installed") look(); });
  });
}
