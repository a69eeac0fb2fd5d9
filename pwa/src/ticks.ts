// What to bring, ticked off. The list stays on this phone: it is nobody's business what is still missing.
// <div data-ticks="item id"> holds <input type="checkbox" data-tick="material id"> and [data-ticks-left].
import { tellWorker } from "./worker";

const PREFIX = "ticks:";
const OWNER = "owner"; // of what lies on this phone; the layout says whose a page is

const KEPT = 14 * 24 * 3600 * 1000; // ms since a list was last touched

interface Kept { at: number; ticked: string[] }

function read(list: string): Set<string> {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + list) ?? "null") as Kept | null;
    if (kept && Date.now() - kept.at < KEPT) return new Set(kept.ticked);
    localStorage.removeItem(PREFIX + list);
  } catch (error) {
    console.warn("ticks cannot be read on this phone", error); // an empty list is the truth then
  }
  return new Set();
}

// A phone in a hall or a family has many hands: what one ticked tells what one came for.
function forget(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch (error) {
    console.warn("ticks cannot be erased on this phone", error);
  }
}

function write(list: string, ticked: string[]): void {
  try {
    if (ticked.length) localStorage.setItem(PREFIX + list, JSON.stringify({ at: Date.now(), ticked }));
    else localStorage.removeItem(PREFIX + list);
  } catch (error) {
    console.warn("ticks are not kept on this phone", error);
  }
  tellWorker(ticked.length ? { keep: `/items/${list}` } : { drop: `/items/${list}` }); // to be read without a network
}

/** Signed in as somebody else, or signed out elsewhere: what the one before ticked is gone. */
function belong(): void {
  const owner = document.body.dataset.owner;
  if (owner === undefined) return;
  try {
    if (localStorage.getItem(OWNER) && localStorage.getItem(OWNER) !== owner) forget();
    localStorage.setItem(OWNER, owner);
  } catch (error) {
    console.warn("nothing is kept on this phone", error);
  }
}

function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("input[data-tick]")];
}

function listOf(box: HTMLInputElement): string {
  return box.closest<HTMLElement>("[data-ticks]")?.dataset.ticks ?? location.pathname;
}

function tell(list: string): void {
  const needed = boxes().filter((box) => listOf(box) === list && box.dataset.optional === undefined); // 有就带 is no must
  const left = needed.filter((box) => !box.checked).length;
  const words = left ? `还差 ${left} 样` : needed.length ? "都备齐了" : "没有必带的";
  for (const place of document.querySelectorAll<HTMLElement>("[data-ticks-left]")) {
    if ((place.closest<HTMLElement>("[data-ticks]")?.dataset.ticks ?? location.pathname) !== list) continue;
    place.textContent = words;
    place.hidden = false;
    place.classList.toggle("warm", left > 0);
  }
}

/** Shows what was ticked before, and what is left. */
export function showTicks(): void {
  for (const box of boxes()) box.checked = read(listOf(box)).has(box.dataset.tick ?? "");
  new Set(boxes().map(listOf)).forEach(tell);
}

export function keepTicks(): void {
  belong();
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.dataset.tick === undefined) return;
    const list = listOf(box);
    const own = boxes().filter((other) => listOf(other) === list && other.checked);
    write(list, own.map((other) => other.dataset.tick ?? ""));
    tell(list);
  });
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && /\/sessions?\/closure$/.test(event.target.action)) forget();
  });
  addEventListener("storage", (event) => { if (event.key?.startsWith(PREFIX)) showTicks(); });
  addEventListener("pageshow", showTicks);
}
