// 叫号屏: says each ring once, however often the screen comes back; asks for the touch that browsers want before a page
// may sound; and shows when it is cut off, and when it is back.
import { allow, allowed, say } from "./announce";

const SEEN = "board-rings";
const MOST = 200; // rings remembered
const BACK = 4000; // ms that 已恢复 stands

const seen = new Set<string>();

function remember(ring: string): void {
  seen.add(ring);
  try { sessionStorage.setItem(SEEN, JSON.stringify([...seen].slice(-MOST))); }
  catch { /* a full or forbidden store: the memory of this page does */ }
}

function recall(): void {
  try { for (const ring of JSON.parse(sessionStorage.getItem(SEEN) ?? "[]") as string[]) seen.add(ring); }
  catch { /* as above */ }
}

/** The earliest ring first: it stands last. */
function listen(): void {
  for (const one of [...document.querySelectorAll<HTMLElement>("[data-ring]")].reverse()) {
    const { ring, say: words } = one.dataset;
    if (!ring || !words || seen.has(ring)) continue;
    remember(ring);
    say(words);
  }
}

function offerSound(): void {
  const button = document.querySelector<HTMLElement>("[data-sound]");
  if (!button) return;
  button.hidden = allowed();
  button.onclick = async () => { await allow(); button.hidden = true; };
}

function showWire(): void {
  const wire = document.querySelector<HTMLElement>("[data-wire]");
  let away = false, timer = 0;
  const put = (words: string): void => { if (wire) { wire.textContent = words; wire.hidden = !words; wire.dataset.wire = away ? "away" : "back"; } };
  document.addEventListener("live:away", () => {
    clearTimeout(timer);
    if (!away) { away = true; put(`连接断开，正在重连。显示的是 ${document.querySelector("time")?.textContent ?? "刚才"} 的情况`); }
  });
  document.addEventListener("live:fresh", () => {
    if (!away) return;
    away = false;
    put("已恢复");
    timer = window.setTimeout(() => put(""), BACK);
  });
}

/** A television must not fall asleep; where it cannot be asked, its own settings decide. */
async function stayAwake(): Promise<void> {
  try { await navigator.wakeLock?.request("screen"); }
  catch { /* hidden, or not allowed */ }
}

export function runBoard(): void {
  if (!document.querySelector("[data-board]")) return;
  recall();
  offerSound();
  showWire();
  listen();
  void stayAwake();
  document.addEventListener("visibilitychange", () => void stayAwake());
  document.addEventListener("live:fresh", listen);
}
