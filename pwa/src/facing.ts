// The screen turned to the applicant tells the page that opened it that it is there: that page may have been loaded anew.
const EACH = 1000; // ms

export function tellOpener(): void {
  const handoff = document.body.dataset["turned"];
  if (handoff) setInterval(() => (opener as Window | null)?.postMessage(handoff, location.origin), EACH);
}
