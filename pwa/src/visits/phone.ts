// The agent's phone: registered once, opened by a PIN, then everything without a network. What waits is sent whenever
// there is one; that needs neither the PIN nor a session.
import { tellWorker } from "../worker";
import { ZEROS } from "../sync/chain";
import { blank, drafts, forget, type Door, type Facts } from "./draft";
import { helpFile } from "../sync/help";
import { choose, close, hideWords, open, showWords, unlock, waiting, WrongPin } from "../sync/lock";
import { save } from "./save";
import { fill, many, once, one, row, say, show, shown, STEPS } from "./screens";
import { newPair, type Keys } from "../sync/seal";
import { back, begin, current, end, listen, next, store } from "./steps";
import { ALL, device, get, records, write, type Device, type Locked } from "../sync/store";
import { standing, upload, type State } from "../sync/upload";

interface Village { code: string; name: string; hall: string }
interface Along { visits: Door[]; villages: Village[]; at: number }
interface Registered { device: string; agent: string; keys: Keys; reason?: string }
const EVERY = 30_000; // ms between tries to send
const FULL = "手机存不下了，这一步还没有保存。请删掉些照片腾出空间，再点一次";
const BROKEN = "没有保存成功，请再点一次";

function trouble(error: unknown): void {
  if (!(error instanceof DOMException)) console.warn("visits", error);
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

async function along(): Promise<Along> {
  const kept = await get<Locked>("meta", "today"), nothing = { visits: [], villages: [], at: 0 };
  return kept ? showWords<Along>(kept).catch(() => nothing) : nothing;
}

/** Somebody has to sign in before the list can be fetched anew. */
let signedOut = false;

/** What is to be done today, taken along while there is a network and a session. */
async function takeAlong(): Promise<void> {
  const answer = await fetch("/sync/today", { redirect: "manual", cache: "no-store" }).catch(() => undefined);
  if (answer) signedOut = answer.type === "opaqueredirect" || answer.status === 401;
  if (!answer?.ok || !open()) return;
  const kept = await hideWords({ ...(await answer.json() as Along), at: Date.now() });
  await write(["meta"], (of) => of("meta").put(kept, "today"));
}

const HERE = { timeZone: "Asia/Shanghai" };
const dayHere = (at: number): string => new Date(at).toLocaleDateString("sv", HERE);
const moment = (at: number): string => new Date(at).toLocaleString("zh-CN", { ...HERE, month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });

/** 今天, or the day; one that is over says so. */
function dayOf(day: string): string {
  const today = dayHere(Date.now()), [, month, date] = day.split("-").map(Number);
  return day === today ? "今天" : `${month} 月 ${date} 日${day < today ? "（过了）" : ""}`;
}

/** The agent's villages, to choose from where somebody asks at the door. */
function offer(villages: Village[]): void {
  const list = one<HTMLSelectElement>("[data-fact=village]"), chosen = list.value;
  const options = villages.map(({ code, name, hall }) => new Option(hall ? `${name}（${hall}）` : name, code));
  list.replaceChildren(new Option("请选择", ""), ...options);
  list.value = chosen;
}

/** How old the list is, and whether somebody has to sign in for a fresh one. */
function sayAge(at: number, left: number, done: number): void {
  const fresh = at > 0 && dayHere(at) === dayHere(Date.now());
  const none = !at ? "还没有取到今天的名单。" : !fresh ? "" : done ? "今天派给你的都办完了。" : "今天没有派给你的上门。";
  one("[data-nothing]").hidden = left > 0;
  one("[data-nothing]").textContent = `${none}有人当面请你帮忙，也可以直接开始。`;
  one("[data-aged]").hidden = fresh && !signedOut;
  one("[data-aged] span").textContent = (at ? `名单是 ${moment(at)} 取的。` : "") + (signedOut ? "登录过期了，登录以后再取新的；不登录也能接着办。" : "连上网会取新的。");
  one("[data-aged] a").hidden = !signedOut;
}

/** The lists of the first screen, wherever the agent is by now. */
async function fillHome(): Promise<void> {
  const half = await drafts(), begun = new Set(half.map((one) => one.visit)), kept = await records();
  const done = new Set(kept.map((one) => one.visit));
  const { visits, villages, at } = await along();
  offer(villages);
  const left = visits.filter((one) => !done.has(one.id));
  fill("[data-today]", left.filter((one) => !begun.has(one.id)).map((one) => row(
    one.matter, [`${dayOf(one.day)} ${one.when}`, one.who, one.where].filter(Boolean).join(" · "), "资料已备好", () => void begin(blank(one)).catch(trouble),
  )));
  sayAge(at, left.length, visits.length - left.length);
  const unfinished = half.map((draft) => row(draft.matter || "还没选办什么", draft.who || "还没写姓名", "接着办", () => void begin(draft).catch(trouble)));
  fill("[data-drafts]", unfinished, "[data-half]");
  const refused = kept.filter((one) => one.state === "quarantined");
  fill("[data-quarantined]", refused.map((one) => row(`第 ${one.seq} 条 · ${moment(one.at)}`, one.reason, "待核对")), "[data-troubled]");
}

async function showHome(): Promise<void> {
  end();
  await fillHome();
  show("home");
  badge(await standing());
}

/** Revoked, and erased but for what the office does not have yet. */
function showGone(state: State): void {
  const left = state.waiting + state.quarantined;
  badge(state);
  one("[data-badge]").hidden = left === 0;
  one("[data-gone]").textContent = left ? `还有 ${left} 条没有交给办公室，先别清除浏览器的数据` : "记录已交给办公室，手机里的资料已清除";
  one("[data-over]").textContent = left ? "连上网会自动交，交完就清除。别的资料已经清除了。" : "要再用，请重新登记。";
  one("[data-do=anew]").hidden = left > 0;
  show("gone");
}

async function sendNow(again = false, aloud = false): Promise<void> {
  const state = await upload(again);
  if (!state) return;
  if (state.wiped) { close(); end(); caches.delete("mine").catch(() => undefined); return showGone(state); }
  badge(state);
  if (state.trouble && aloud) say(state.trouble);
  else if (shown() === "home") await fillHome();
}

const sendQuietly = (again = false): void => void sendNow(again).catch((error: unknown) => console.warn("not sent", error));

function chosenPin(): string {
  const [pin, again] = ["pin", "again"].map((name) => one<HTMLInputElement>(`#f-${name}`).value);
  if (!/^[0-9]{6,12}$/.test(pin ?? "")) { say("口令要 6 到 12 位数字"); return ""; }
  if (pin !== again) { say("两遍口令不一样，请重新输"); return ""; }
  return pin ?? "";
}

/** A phone that is known keeps its key and its chain; only the PIN is new. */
async function enrol(): Promise<void> {
  const pin = chosenPin();
  if (!pin) return;
  const own = (await device()) ?? (await register());
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
  await takeAlong();
  await showHome();
  sendQuietly();
}

async function register(): Promise<Device | undefined> {
  const { pair, point } = await newPair();
  const body = new URLSearchParams({ name: one<HTMLInputElement>("#f-handset").value, key: point });
  const answer = await fetch("/sync/devices", { method: "POST", body, redirect: "manual" }).catch(() => undefined);
  if (!answer) { say("登记要连上网，请换个有信号的地方"); return undefined; }
  if (answer.type === "opaqueredirect") { say("请先用工作账号登录，再回来登记"); return undefined; }
  if (!answer.ok) { say(answer.status === 403 ? "这个账号不是网格代办员，不能登记" : "登记没有成功，请稍后再试"); return undefined; }
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
  await takeAlong();
  if (open()) await fillHome();
}

async function finish(): Promise<void> {
  const facts = current();
  if (!facts) return;
  await store();
  await save(facts);
  end();
  one("[data-saved]").textContent = "已保存在本机";
  show("saved");
  badge(await standing());
  sendQuietly();
}

async function drop(): Promise<void> {
  const facts: Facts | undefined = current();
  if (!facts || !confirm("删掉这次写的，不能找回。删吗")) return;
  await forget(facts.id);
  await showHome();
}

async function help(): Promise<void> {
  const made = await helpFile();
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
  if (STEPS.includes(shown())) await store();
  end();
  close();
  for (const field of many<HTMLInputElement>(".input")) if (field.id !== "f-handset") field.value = "";
  for (const list of ["[data-today]", "[data-drafts]", "[data-summary]", "[data-signs]"]) one(list).replaceChildren();
  show("unlock");
}

const DEEDS: { [name: string]: () => Promise<void> } = {
  start: () => begin(blank()), next, done: finish, home: showHome, help, drop, anew, lock: lockUp,
  back: async () => { if (!(await back())) await showHome(); },
  send: () => sendNow(true, true),
  forgot: async () => { if (confirm("没办完的草稿会清掉，传过和没传完的记录都不受影响。重新设口令吗")) show("enrol"); },
};

function work(): void {
  for (const [name, deed] of Object.entries(DEEDS)) {
    for (const button of many<HTMLButtonElement>(`[data-do=${name}]`)) button.onclick = () => void once(button, deed).catch(trouble);
  }
  for (const [name, deed] of Object.entries({ enrol, unlock: enter })) {
    const form = one<HTMLFormElement>(`[data-form=${name}]`);
    form.onsubmit = (event) => { event.preventDefault(); void once(form.querySelector("button"), deed).catch(trouble); };
  }
  one<HTMLFormElement>("[data-steps]").onsubmit = (event) => event.preventDefault();
  listen(trouble);
  addEventListener("online", () => sendQuietly());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && current()) void store().catch(() => undefined);
    else if (!document.hidden) sendQuietly();
  });
  setInterval(() => { if (navigator.onLine) sendQuietly(); }, EVERY);
}

async function start(): Promise<void> {
  work();
  tellWorker({ visit: true });
  const own = await device();
  if (await get("meta", "wiped")) { showGone(await standing()); return sendQuietly(true); }
  show(own && (await get("meta", "lock")) ? "unlock" : "enrol");
  if (!own) return;
  badge(await standing());
  sendQuietly(true);
}

void start();
