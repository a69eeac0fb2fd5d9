// One submission per press: a second press while the first is under way does nothing, and the button says
// that it is working. A page that comes back from the browser's memory starts fresh.
const BUSY = "aria-busy";
const DOWNLOAD = 4000; // ms

function rest(button: HTMLButtonElement): void {
  button.removeAttribute(BUSY);
  if (button.dataset.rests !== undefined) button.textContent = button.dataset.rests;
  delete button.dataset.rests;
}

function begin(button: HTMLButtonElement): void {
  button.setAttribute(BUSY, "true");
  if (button.dataset.busy === undefined) return;
  button.dataset.rests = button.textContent ?? "";
  button.textContent = button.dataset.busy;
}

/** Enter in a field presses the button that `data-enter` around it names, where the first of the form is not meant. */
function enter(event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.isComposing || !(event.target instanceof HTMLElement)) return;
  const from = event.target.closest<HTMLElement>("input, textarea[data-enter]")?.closest<HTMLElement>("[data-enter]");
  const button = document.getElementById(from?.dataset.enter ?? "");
  if (!button) return;
  event.preventDefault();
  button.click();
}

export function guardSubmits(): void {
  document.addEventListener("keydown", enter);
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !(button instanceof HTMLButtonElement)) return;
    if (button.getAttribute(BUSY)) event.preventDefault();
    // After the browser has read the form: a change to the button must not change what is sent.
    else setTimeout(() => begin(button));
    // A file arrives beside the page, which never learns of it: after a while the button may be pressed again.
    if (button.form?.dataset.download !== undefined) setTimeout(() => rest(button), DOWNLOAD);
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll<HTMLButtonElement>(`button[${BUSY}]`).forEach(rest);
  });
}
