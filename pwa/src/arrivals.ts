// Work that arrives while the page is open: it sounds once, and the tab says how many wait. What was there
// before is silent; what comes back, or comes anew (a second question, what was corrected), is not.
import { audio, chime } from "./chime";

let known = new Set<string>();
let title = "";

function waiting(): string[] {
  return [...document.querySelectorAll<HTMLElement>("[data-arrival]")].map(({ dataset }) => `${dataset.arrival} ${dataset.rings}`);
}

function look(): void {
  const ids = waiting(), fresh = ids.filter((id) => !known.has(id));
  known = new Set(ids);
  document.title = ids.length ? `（${ids.length}）${title}` : title;
  if (fresh.length) void chime();
}

export function ringArrivals(): void {
  if (!document.querySelector("[data-arrivals]")) return;
  title = document.title;
  known = new Set(waiting());
  look();
  document.addEventListener("live:fresh", look);
  // A browser lets a page sound only after somebody touched it.
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => void audio()?.resume(), { once: true });
}
