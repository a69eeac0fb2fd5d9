// The screen turned to the applicant tells the page that opened it that it is there: that page may have been loaded anew.
// Of one that is gone it says so: its pictures and its button were that page's.
const EACH = 1000; // ms

export function tellOpener(): void {
  const handoff = document.body.dataset["turned"];
  if (!handoff) return;
  setInterval(() => {
    const its = opener as Window | null;
    document.body.classList.toggle("orphan", !its || its.closed);
    its?.postMessage(handoff, location.origin);
  }, EACH);
}
