// What every page that works without a network has in common: registered once, opened by a PIN, and what waits is sent
// whenever there is a network; that needs neither the PIN nor a session. `Front` is what a page adds.
import { tellWorker } from "../worker";
import { moment, takeAlong } from "./along";
import { ZEROS } from "./chain";
import { forget, type Drafted } from "./draft";
import { helpFile } from "./help";
import { choose, close, open, unlock, waiting, WrongPin } from "./lock";
import { fill, many, once, one, row, say, show, shown } from "./screens";
import { newPair, type Keys } from "./seal";
import { ALL, device, get, records, write, type Device } from "./store";
import { standing, upload, type State } from "./upload";

/** `role`: in which somebody registers; `what`: what a record is called; `along`: where what is taken along is fetched; `lists`: emptied when it is
 *  locked. `current`: the draft that is open; `store` writes it to the disk, `finish` seals it, `end` closes it. */
export interface Front {
  role: string; what: string; along: string; lists: string[];
  current: () => Drafted | undefined; store: () => Promise<void>; finish: () => Promise<void>; end: () => void;
  back: () => Promise<boolean>; fillHome: () => Promise<void>;
}
type Deeds = { [name: string]: () => Promise<void> };
interface Registered { device: string; agent: string; keys: Keys }
const EVERY = 30_000; // ms between tries to send
const SOON = 3_000; // ms after the network came back: what was under way at that moment has failed by then
const PAUSE = 800; // ms without a key after which what is being typed goes to the disk
const FULL = "本机存不下了，这一步还没有保存。请删掉些照片腾出空间，再点一次";
const BROKEN = "没有保存成功，请再点一次";
const FORGOTTEN = "设新口令要连上网，并且先用工作账号登录";
let front: Front;
const thing = (): string => document.body.dataset.thing ?? "";

export function trouble(error: unknown): void {
  if (!(error instanceof DOMException)) console.warn(front.role, error);
  say(error instanceof DOMException && error.name === "QuotaExceededError" ? FULL : BROKEN);
}

function badge(state: State): void {
  const place = one("[data-badge]");
  const parts = [`${state.waiting} 条待上传`, state.at ? `服务器已确认 ${state.missing} 条缺失` : "还没连过服务器"];
  if (state.quarantined) parts.push(`${state.quarantined} 条待核对`);
  place.textContent = parts.join(" / ");
  place.classList.toggle("warm", state.waiting > 0 || state.missing > 0);
  place.hidden = false;
}

export async function showHome(): Promise<void> {
  front.end();
  await front.fillHome();
  show("home");
  badge(await standing());
}

/** What the office has to look at. */
export async function fillRefused(): Promise<void> {
  const refused = (await records()).filter((one) => one.state === "quarantined");
  fill("[data-quarantined]", refused.map((one) => row(`第 ${one.seq} 条 · ${moment(one.at)}`, one.reason, "待核对")), "[data-troubled]");
}

/** Revoked, and erased but for what the office does not have yet. */
function showGone(state: State): void {
  const left = state.waiting + state.quarantined;
  badge(state);
  one("[data-badge]").hidden = left === 0;
  one("[data-ended]").textContent = left ? `还有 ${left} 条没有交给办公室，先别清除浏览器的数据` : `记录已交给办公室，${thing()}里的资料已清除`;
  one("[data-over]").textContent = left ? "连上网会自动交，交完就清除。别的资料已经清除了。" : "要再用，请重新登记。";
  one("[data-do=anew]").hidden = left > 0;
  show("gone");
}

/** Whether it was tried: not where somebody is at it already. */
async function sendNow(again = false, aloud = false): Promise<boolean> {
  const state = await upload(again);
  if (!state) return false;
  if (state.wiped) { close(); front.end(); caches.delete("mine").catch(() => undefined); showGone(state); return true; }
  badge(state);
  if (state.trouble && aloud) say(state.trouble);
  else if (shown() === "home") await front.fillHome();
  return true;
}

const sendQuietly = (again = false): void => void sendNow(again).catch((error: unknown) => console.warn("not sent", error));

async function sendOnline(): Promise<void> {
  if (!(await sendNow())) setTimeout(sendQuietly, SOON);
}

function chosenPin(): string {
  const [pin, again] = ["pin", "again"].map((name) => one<HTMLInputElement>(`#f-${name}`).value);
  if (!/^[0-9]{6,12}$/.test(pin ?? "")) { say("口令要 6 到 12 位数字"); return ""; }
  if (pin !== again) { say("两遍口令不一样，请重新输"); return ""; }
  return pin ?? "";
}

/** Who only found the device has no session, and sets no PIN for it. */
async function signedIn(): Promise<boolean> {
  const answer = await fetch(front.along, { redirect: "manual", cache: "no-store" }).catch(() => undefined);
  return answer?.ok ?? false;
}

/** A device that is known keeps its key and its chain; only the PIN is new. */
async function enrol(): Promise<void> {
  const pin = chosenPin();
  if (!pin) return;
  const known = await device();
  if (known && !(await signedIn())) return say(FORGOTTEN);
  const own = known ?? (await register());
  if (!own) return;
  const lock = await choose(pin);
  await write(["meta", "drafts", "shots"], (of) => {
    for (const name of ["tries", "today", "wiped"]) of("meta").delete(name);
    of("drafts").clear();
    of("shots").clear();
    of("meta").put(own, "device");
    of("meta").put(lock, "lock");
  });
  for (const field of many<HTMLInputElement>("input[type=password]")) field.value = "";
  await navigator.storage.persist?.();
  await takeAlong(front.along);
  await showHome();
  sendQuietly();
}

async function register(): Promise<Device | undefined> {
  const { pair, point } = await newPair();
  const body = new URLSearchParams({ name: one<HTMLInputElement>("#f-handset").value, key: point, role: front.role });
  const answer = await fetch("/sync/devices", { method: "POST", body, redirect: "manual" }).catch(() => undefined);
  if (!answer) { say("登记要连上网，请等有网络再登记"); return undefined; }
  if (answer.type === "opaqueredirect") { say("请先用工作账号登录，再回来登记"); return undefined; }
  if (!answer.ok) { say(answer.status === 403 ? one("[data-form=enrol]").dataset.denied ?? "" : "登记没有成功，请稍后再试"); return undefined; }
  const told = (await answer.json()) as Registered;
  return { id: told.device, pair, agent: told.agent, keys: told.keys, receipts: { [told.keys.id]: told.keys.receipt }, seq: 0, prev: ZEROS };
}

async function enter(): Promise<void> {
  const field = one<HTMLInputElement>("#f-open"), pin = field.value;
  field.value = "";
  try { await unlock(pin); }
  catch (error) {
    if (!(error instanceof WrongPin)) throw error;
    const seconds = await waiting();
    return say(seconds ? `试错太多次，请过 ${Math.ceil(seconds / 60)} 分钟再试` : "口令不对");
  }
  await showHome();
  await takeAlong(front.along);
  if (open() && shown() === "home") await front.fillHome();
}

async function finish(): Promise<void> {
  if (!front.current()) return;
  await front.store();
  await front.finish();
  front.end();
  one("[data-saved]").textContent = "已保存在本机";
  show("saved");
  badge(await standing());
  sendQuietly();
}

async function drop(): Promise<void> {
  const facts = front.current();
  if (!facts || !confirm("删掉这次写的，不能找回。删吗")) return;
  front.end(); // what is on its way to the disk does not bring it back
  await forget(facts.id);
  await showHome();
}

async function help(): Promise<void> {
  const made = await helpFile(front.what);
  if (!made) return say("没有要导出的，都传上去了");
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(made.file), download: made.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function anew(): Promise<void> {
  await write(ALL, (of) => of("meta").delete("wiped"));
  show("enrol");
}

async function lockUp(): Promise<void> {
  if (one(`[data-screen="${shown()}"]`).closest("[data-steps]")) await front.store();
  front.end();
  close();
  for (const field of many<HTMLInputElement>(".input")) if (field.id !== "f-handset") field.value = "";
  for (const list of front.lists) one(list).replaceChildren();
  show("unlock");
}

const DEEDS: Deeds = {
  done: finish, home: showHome, help, drop, anew, lock: lockUp,
  back: async () => { if (!(await front.back())) await showHome(); },
  send: async () => { await sendNow(true, true); },
  forgot: async () => { if (confirm("没办完的草稿会清掉，传过和没传完的记录都不受影响。重新设口令吗")) show("enrol"); },
};

/** What a button with `data-do` does. */
export function on(deeds: Deeds): void {
  for (const [name, deed] of Object.entries(deeds)) {
    for (const button of many<HTMLButtonElement>(`[data-do=${name}]`)) button.onclick = () => void once(button, deed).catch(trouble);
  }
}

function work(deeds: Deeds): void {
  on({ ...DEEDS, ...deeds });
  for (const [name, deed] of Object.entries({ enrol, unlock: enter })) {
    const form = one<HTMLFormElement>(`[data-form=${name}]`);
    form.onsubmit = (event) => { event.preventDefault(); void once(form.querySelector("button"), deed).catch(trouble); };
  }
  one<HTMLFormElement>("[data-steps]").onsubmit = (event) => event.preventDefault();
  let typing = 0;
  one("[data-steps]").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => { if (open()) void front.store().catch(trouble); }, PAUSE);
  });
  addEventListener("online", () => void sendOnline().catch((error: unknown) => console.warn("not sent", error)));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && front.current()) void front.store().catch(() => undefined);
    else if (!document.hidden) sendQuietly();
  });
  setInterval(() => { if (navigator.onLine) sendQuietly(); }, EVERY);
}

/** Opens the page: `deeds` are what its own buttons do. */
export async function start(of: Front, deeds: Deeds): Promise<void> {
  front = of;
  work(deeds);
  tellWorker({ keepOffline: location.pathname });
  const own = await device();
  if (await get("meta", "wiped")) { showGone(await standing()); return sendQuietly(true); }
  show(own && (await get("meta", "lock")) ? "unlock" : "enrol");
  if (!own) return;
  badge(await standing());
  sendQuietly(true);
}
