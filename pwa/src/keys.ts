// The console without a mouse: an element with data-key="n" is pressed by that key, "/" goes to the search
// box, "?" lists the keys of the page, and j/k walk the rows of a list or table; data-row-key is pressed in the row
// that has the focus only. Never while somebody types, never with a modifier, and not where they were
// turned off (who speaks to the machine, or shakes, presses keys without meaning to). One that is pressed while a deed
// is under way waits for its answer: it is meant for the page that comes.
import { listKeys } from "./keylist";

const FIELDS = "input:not([type=hidden]), textarea, select";

/** A field that went with its dialog keeps the focus for a moment: nobody types there. */
function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.checkVisibility() && (target.isContentEditable
    || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));
}

/** Where j and k stop: the links of a row, or what can be pressed in one without a link. */
function stops(): HTMLElement[] {
  const rows = [...document.querySelectorAll<HTMLElement>("main :is(tbody tr, .rows > li, .walk > *)")];
  const found = rows.flatMap((row) => {
    if (row.matches("a")) return [row];
    const links = [...row.querySelectorAll<HTMLElement>("a")];
    return links.length ? links : [...row.querySelectorAll<HTMLElement>("summary, button")].slice(0, 1);
  });
  return [...new Set(found)].filter((one) => one.checkVisibility());
}

function walk(step: number): void {
  const all = stops();
  const here = all.indexOf(document.activeElement as HTMLElement);
  all[Math.max(0, Math.min(all.length - 1, here + step))]?.focus();
}

function sought(key: string): HTMLElement | null | undefined {
  if (key === "/") return document.querySelector<HTMLElement>("input[type=search]");
  const [of, ofRow] = ["key", "row-key"].map((name) => `[data-${name}="${CSS.escape(key)}"]`) as [string, string];
  const row = document.activeElement?.closest("main :is(tr, li, .walk > *)");
  return row?.querySelector<HTMLElement>(ofRow) ?? document.querySelector<HTMLElement>(of);
}

function press(found: HTMLElement): void {
  found.focus(); // the next Tab goes on from there
  if (found instanceof HTMLInputElement) return;
  found.click();
  const fold = found.closest("details");
  if (found.matches("summary") && fold?.open) fold.querySelector<HTMLElement>(`:scope > div :is(${FIELDS})`)?.focus();
}

/** Ctrl+Z takes the last deed back where the page offers it; in a field it is the field's. */
function undoes(event: KeyboardEvent): boolean {
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || typing(event.target)) return false;
  const found = document.querySelector<HTMLElement>("[data-undo]");
  if (!found?.checkVisibility()) return false;
  event.preventDefault();
  press(found);
  return true;
}

let meanwhile: string | undefined;

/** Whether the key has to wait; the one that is under way itself was pressed twice, and is refused where it is sent. */
function waits(key: string): boolean {
  const under = document.querySelector("main .htmx-request");
  if (under && !under.contains(sought(key) ?? null)) meanwhile ??= key;
  return !!under;
}

function pressMeanwhile(): void {
  const found = meanwhile && !document.querySelector("dialog[open]") && sought(meanwhile);
  meanwhile = undefined;
  if (found) press(found);
}

export function useKeys(): void {
  if (!document.body.matches(".console:not([data-keyless])")) return;
  for (const one of document.querySelectorAll<HTMLElement>("[data-keys]")) {
    one.hidden = false;
    one.onclick = listKeys;
  }
  document.addEventListener("keydown", (event) => {
    if (undoes(event)) return;
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "?") return listKeys();
    if (event.key === "j" || event.key === "k") return walk(event.key === "j" ? 1 : -1);
    if (waits(event.key.toLowerCase())) return;
    const found = sought(event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    press(found);
  });
  document.addEventListener("htmx:finally:request", () => setTimeout(pressMeanwhile)); // the next may begin only then
}
