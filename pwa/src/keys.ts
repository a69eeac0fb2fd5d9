// The console without a mouse: an element with data-key="n" is pressed by that key, "/" goes to the search
// box, and j/k walk the rows of a list or table; data-row-key is pressed in the row that has the focus only.
// Never while somebody types, never with a modifier, and not where they were turned off (who speaks to the
// machine, or shakes, presses keys without meaning to).
function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable
    || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));
}

function walk(step: number): void {
  const stops = [...document.querySelectorAll<HTMLElement>("main tbody a, main .rows a")];
  const here = stops.indexOf(document.activeElement as HTMLElement);
  stops[Math.max(0, Math.min(stops.length - 1, here + step))]?.focus();
}

function sought(key: string): HTMLElement | null | undefined {
  if (key === "/") return document.querySelector<HTMLElement>("input[type=search]");
  const row = document.activeElement?.closest("main :is(tr, li)");
  return row?.querySelector<HTMLElement>(`[data-row-key="${CSS.escape(key)}"]`)
    ?? document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
}

export function useKeys(): void {
  if (!document.body.matches(".console:not([data-keyless])")) return;
  document.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "j" || event.key === "k") return walk(event.key === "j" ? 1 : -1);
    const found = sought(event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    if (found instanceof HTMLInputElement) found.focus();
    else {
      found.focus(); // the next Tab goes on from there
      found.click();
    }
  });
}
