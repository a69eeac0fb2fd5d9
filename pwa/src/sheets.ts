// Dialogs of the console: an element with data-opens="id" opens that dialog over the page, data-closes closes it. Without
// a script the element leads to a page on which the dialog stands open; so does an answer that names what is wrong.
/** What is filled in first: of several to choose from the one that is chosen. */
function begin(sheet: HTMLDialogElement): void {
  sheet.showModal();
  const first = sheet.querySelector<HTMLElement>("[data-first]") ?? sheet.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea");
  const chosen = first?.matches("[type=radio]") ? sheet.querySelector<HTMLElement>("[type=radio]:checked") : null;
  (chosen ?? first)?.focus();
}

function opened(target: Element): boolean {
  const opener = target.closest<HTMLElement>("[data-opens]");
  const sheet = opener && document.getElementById(opener.dataset.opens ?? "");
  if (sheet instanceof HTMLDialogElement && !sheet.open) begin(sheet);
  return sheet instanceof HTMLDialogElement;
}

function closed(target: Element): boolean {
  const sheet = target.closest("[data-closes]")?.closest("dialog");
  sheet?.close();
  return !!sheet;
}

/** A list that is open takes Enter for itself. Chromium tells the page of no key meanwhile; another that cannot say
    whether it is open is left as it is. */
function unfolded(list: HTMLSelectElement): boolean {
  return CSS.supports("selector(:open)") ? list.matches(":open") : !("chrome" in window);
}

/** Enter on a list presses the button that ends the dialog, as it does in a field of text. */
function enter(event: KeyboardEvent): void {
  const list = event.target;
  if (event.key !== "Enter" || !(list instanceof HTMLSelectElement) || unfolded(list)) return;
  const button = list.closest("dialog[data-modal] form")?.querySelector<HTMLElement>("button:not([type=button])");
  if (!button) return;
  event.preventDefault(); // some open the list
  button.click();
}

/** One that stands open on the page is laid over it. */
export function showSheets(): void {
  const sheet = document.querySelector<HTMLDialogElement>("dialog[data-modal][open]:not(:modal)");
  if (!sheet) return;
  sheet.close();
  begin(sheet);
}

export function useSheets(): void {
  // What is sent needs the dialog no more, and the keys are the page's again; an answer that says no opens it anew.
  document.addEventListener("submit", ({ target }) => {
    if (target instanceof Element) target.closest<HTMLDialogElement>("dialog[data-modal]")?.close();
  });
  document.addEventListener("keydown", enter);
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && (opened(event.target) || closed(event.target))) event.preventDefault();
  });
}
