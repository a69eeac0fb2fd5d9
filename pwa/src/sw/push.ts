// What arrives from a push service while no page is open: it is shown, we are told that it was, and a tap opens what
// it is about. The JSON is that of declarative web push, which iOS shows by itself; the token in it is our word.
declare const self: ServiceWorkerGlobalScope;

interface Shown { title: string; body: string; tag: string; lang: string; data: { token: string; leads: string } }

/** A browser takes the right to ring away from who shows nothing, so what cannot be read is shown as well. */
function read(data: PushMessageData | null): Partial<Shown> & { title: string } {
  try {
    const told: unknown = data?.json();
    if (told && typeof told === "object" && "notification" in told) return told.notification as Shown;
  } catch (error) { console.warn("a push that is no JSON", error); }
  return { title: "有新消息", body: "点开看", data: { token: "", leads: "/notices" } };
}

/** Tells the server; it needs no session. A word that is lost costs an SMS and nothing else. */
async function say(token: string, what: "showing" | "opening"): Promise<void> {
  if (!token) return;
  try { await fetch(`/dispatches/${token}/${what}`, { method: "POST", keepalive: true }); }
  catch (error) { console.warn("not told", error); }
}

async function show(data: PushMessageData | null): Promise<void> {
  const { title, ...told } = read(data);
  const before = told.tag ? await self.registration.getNotifications({ tag: told.tag }) : [];
  // The same again changes nothing; something newer about the same matter takes its place, and is heard.
  const same = before.some((one) => one.data?.token === told.data?.token);
  const options = { ...told, renotify: Boolean(told.tag) && !same } as NotificationOptions;
  await self.registration.showNotification(title, options);
  await say(told.data?.token ?? "", "showing");
}

async function open(notification: Notification): Promise<void> {
  notification.close();
  const { token, leads } = notification.data as Shown["data"];
  const address = new URL(leads, self.location.origin);
  if (address.origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((one) => new URL(one.url).pathname === address.pathname);
  await Promise.all([there ? there.focus() : self.clients.openWindow(address), say(token, "opening")]);
}

/** The browser gave up a subscription by itself: a new one, where this browser is still to be rung. */
async function renew(): Promise<void> {
  const answer = await fetch("/pushes/current", { headers: { accept: "application/json" } });
  if (!answer.ok || answer.redirected) return; // nobody is signed in here any more
  const now = (await answer.json()) as { on: boolean; key: number; public: string };
  if (!now.on || !now.key) return;
  const made = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: now.public });
  const { endpoint = "", keys = {} } = made.toJSON();
  const body = new URLSearchParams({ endpoint, p256dh: keys.p256dh ?? "", auth: keys.auth ?? "", key: String(now.key) });
  await fetch("/pushes", { method: "POST", body });
}

export function listenForPushes(): void {
  self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
  self.addEventListener("notificationclick", (event) => event.waitUntil(open(event.notification)));
  self.addEventListener("pushsubscriptionchange", (event) => (event as ExtendableEvent).waitUntil(renew()));
}
