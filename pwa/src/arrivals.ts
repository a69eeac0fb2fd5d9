// Work that arrives while the page is open: it sounds once, and the tab says how many wait. What was there before is silent.
import { audio, chime } from "./chime";

const known = new Set<string>();
let title = "";

function waiting(): string[] {
  return [...document.querySelectorAll<HTMLElement>("[data-arrival]")].map((one) => one.dataset.arrival ?? "");
}

function look(): void {
  const ids = waiting(), fresh = ids.filter((id) => !known.has(id));
  for (const id of ids) known.add(id);
  document.title = ids.length ? `（${ids.length}）${title}` : title;
  if (fresh.length) void chime();
}

export function ringArrivals(): void {
  if (!document.querySelector("[data-arrivals]")) return;
  title = document.title;
  for (const id of waiting()) known.add(id);
  look();
  document.addEventListener("live:fresh", look);
  // A browser lets a page sound only after somebody touched it.
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => void audio()?.resume(), { once: true });
}
