// What to bring, ticked off. The list stays on this phone: it is nobody's business what is still missing.
// <div data-ticks="item id"> holds <input type="checkbox" data-tick="material id"> and [data-ticks-left].
const PREFIX = "ticks:";

function read(list: string): Set<string> {
  try {
    return new Set(JSON.parse(localStorage.getItem(PREFIX + list) ?? "[]") as string[]);
  } catch {
    return new Set(); // storage refused or unreadable: an empty list is the truth then
  }
}

function write(list: string, ticked: string[]): void {
  try {
    if (ticked.length) localStorage.setItem(PREFIX + list, JSON.stringify(ticked));
    else localStorage.removeItem(PREFIX + list);
  } catch (error) {
    console.warn("ticks are not kept on this phone", error);
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
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.dataset.tick === undefined) return;
    const list = listOf(box);
    const own = boxes().filter((other) => listOf(other) === list && other.checked);
    write(list, own.map((other) => other.dataset.tick ?? ""));
    tell(list);
  });
  addEventListener("storage", (event) => { if (event.key?.startsWith(PREFIX)) showTicks(); });
  addEventListener("pageshow", showTicks);
}
