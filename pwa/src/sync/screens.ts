// One screen at a time, and what is said on it.
export const one = <T extends HTMLElement>(what: string): T => document.querySelector<T>(what) as T;
export const many = <T extends HTMLElement>(what: string): T[] => [...document.querySelectorAll<T>(what)];

export function say(words: string): void {
  const place = one("[data-said]");
  place.hidden = !words;
  (place.querySelector("p") as HTMLElement).textContent = words;
  if (words) place.scrollIntoView({ block: "center" });
}

export function show(screen: string): void {
  say("");
  for (const section of many("[data-screen]")) section.hidden = section.dataset.screen !== screen;
  const here = one(`[data-screen="${screen}"]`);
  one("[data-title]").textContent = here.dataset.name ?? "";
  const writing = here.closest("[data-steps]");
  one("[data-do=back]").hidden = !writing;
  if (!writing) one("[data-kept]").hidden = true;
  document.body.dataset.shown = screen;
  scrollTo(0, 0);
}

export const shown = (): string => document.body.dataset.shown ?? "";

export function row(title: string, line: string, chip: string, deed?: () => void): HTMLElement {
  const made = one<HTMLTemplateElement>("#row").content.cloneNode(true) as DocumentFragment;
  const [item, button] = [made.querySelector("li"), made.querySelector("button")] as [HTMLElement, HTMLButtonElement];
  (made.querySelector("b") as HTMLElement).textContent = title;
  (made.querySelector("small") as HTMLElement).textContent = line;
  const mark = made.querySelector(".chip") as HTMLElement;
  mark.textContent = chip;
  mark.hidden = !chip;
  if (deed) button.onclick = deed;
  else {
    const plain = Object.assign(document.createElement("div"), { className: "row" });
    plain.append(...button.childNodes);
    button.replaceWith(plain);
  }
  return item;
}

export function fill(list: string, rows: HTMLElement[], around = list): void {
  one(list).replaceChildren(...rows);
  one(around).hidden = rows.length === 0;
}

/** A button that was pressed works once, until it is done. */
export async function once(button: HTMLButtonElement | null, deed: () => Promise<void>): Promise<void> {
  if (button?.disabled) return;
  if (button) button.disabled = true;
  try { await deed(); }
  finally { if (button) button.disabled = false; }
}
