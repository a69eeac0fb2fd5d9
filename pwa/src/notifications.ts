import { apple, installed, wechat } from "./browser";
import { refreshAll } from "./live";

// Asking to ring this phone: never on entering, only where somebody taps; and saying plainly where it cannot be.
const PATIENCE = 12_000; // milliseconds; behind the firewall, `subscribe` waits for ever
const LATER = "ask-later", FAILED = "push-failed", KEPT = "push-kept", REST = 30 * 24 * 3600e3;
interface Now { on: boolean; key: number; public: string }
type When = "offer" | "again" | "on" | "denied" | "unreachable" | "wechat" | "ios" | "none" | "wrong";

const able = (): boolean => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** What the server knows of this browser; nothing where nobody is signed in. */
async function current(): Promise<Now | undefined> {
  const answer = await fetch("/pushes/current", { cache: "no-store" });
  return answer.ok && !answer.redirected ? ((await answer.json()) as Now) : undefined;
}

async function subscription(): Promise<PushSubscription | null> {
  const worker = await navigator.serviceWorker.getRegistration();
  return (await worker?.pushManager.getSubscription()) ?? null;
}

function inTime<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, fail) => setTimeout(() => fail(new DOMException("", "TimeoutError")), PATIENCE));
  return Promise.race([work, late]);
}

const bytes = (key: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/** Subscribe with the newest key and tell the server; an older subscription of this browser ends. */
async function join(now: Now): Promise<void> {
  const worker = await inTime(navigator.serviceWorker.ready);
  await (await worker.pushManager.getSubscription())?.unsubscribe();
  const made = await inTime(worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(now.public) }));
  await tell(made, now.key);
}

async function tell(made: PushSubscription, key: number): Promise<void> {
  const { endpoint = "", keys = {} } = made.toJSON();
  const body = new URLSearchParams({ endpoint, p256dh: keys.p256dh ?? "", auth: keys.auth ?? "", key: String(key) });
  const answer = await fetch("/pushes", { method: "POST", body });
  if (answer.ok) return;
  await made.unsubscribe(); // a phone that nobody can ring must not believe that it will be
  throw new DOMException("", answer.status === 422 ? "AbortError" : "OperationError"); // 422: a service that we cannot ask
}

/** Made with this key, as far as the browser tells. */
function madeWith(made: PushSubscription, now: Now): boolean {
  const key = made.options.applicationServerKey;
  return !key || String(new Uint8Array(key)) === String(bytes(now.public));
}

/** Once a visit: a new key is taken up, a lost subscription renewed, and one of somebody who left is given up. */
export async function keepSubscription(): Promise<void> {
  if (!able() || Notification.permission !== "granted" || !document.body.dataset.stream || sessionStorage.getItem(KEPT)) return;
  const [now, made] = await Promise.all([current(), subscription()]);
  if (!now) return;
  sessionStorage.setItem(KEPT, "yes");
  if (now.on && now.key && made && madeWith(made, now)) await tell(made, now.key);
  else if (now.on && now.key) await join(now);
  else await made?.unsubscribe();
}

/** Whether it was so lately: whoever put it off, or could not be reached, is left in peace for a time. */
const since = (what: string): boolean => Date.now() - Number(localStorage.getItem(what) ?? 0) < REST;

async function state(): Promise<When> {
  if (wechat()) return "wechat";
  if (apple() && !installed()) return "ios";
  if (!able() || !isSecureContext) return "none";
  const now = await current();
  if (!now?.key) return "none";
  if (Notification.permission === "denied") return "denied";
  if (now.on && (await subscription())) return "on";
  return since(FAILED) ? "again" : "offer";
}

function say(place: HTMLElement, when: When): void {
  for (const one of place.querySelectorAll<HTMLElement>("[data-when]")) one.hidden = one.dataset.when !== when;
  place.hidden = false;
  const card = place.closest<HTMLElement>("[data-ask-card]");
  if (card) card.hidden = false;
}

/** In the tap itself: iOS gives the right to ask to nothing else. */
async function turnOn(place: HTMLElement, button: HTMLElement): Promise<void> {
  button.setAttribute("aria-busy", "true");
  try {
    if ((await Notification.requestPermission()) === "denied") return say(place, "denied");
    if (Notification.permission !== "granted") return;
    const now = await current();
    if (!now?.key) return say(place, "none");
    await join(now);
    localStorage.removeItem(FAILED);
    say(place, "on");
    void refreshAll(); // the list of devices has one more
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    const unreachable = name === "AbortError" || name === "TimeoutError";
    say(place, unreachable ? "unreachable" : "wrong");
    if (unreachable) localStorage.setItem(FAILED, String(Date.now()));
  } finally { button.removeAttribute("aria-busy"); }
}

async function offer(place: HTMLElement): Promise<void> {
  const settings = place.dataset.ask === "settings";
  const when = await state();
  if (!settings && (when !== "offer" || since(LATER))) return;
  say(place, when);
  for (const button of place.querySelectorAll<HTMLElement>("[data-ask-on]")) {
    button.addEventListener("click", () => void turnOn(place, button));
  }
  place.querySelector("[data-ask-later]")?.addEventListener("click", () => {
    localStorage.setItem(LATER, String(Date.now()));
    place.closest<HTMLElement>("[data-ask-card]")?.remove();
  });
}

const unheard = (error: unknown): void => console.warn("notifications", error);

/** Where a page has a place for it. */
export function offerNotifications(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-ask]:not([data-asked])")) {
    place.dataset.asked = "";
    offer(place).catch(unheard);
  }
}

export const startKeeping = (): void => { keepSubscription().catch(unheard); };
