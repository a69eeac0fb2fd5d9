// Seconds that pass on the page: data-wait="14" is a button that cannot be pressed for so long, data-gone="8" is there for
// so long only, data-since="95" counts up from there. The server judges; without a script it says no.
const begun = new WeakMap<HTMLElement, number>();

function passed(node: HTMLElement): number {
  const now = performance.now();
  if (!begun.has(node)) begun.set(node, now);
  return (now - (begun.get(node) ?? now)) / 1000;
}

function left(node: HTMLElement, seconds = "0"): number {
  const count = Math.max(0, Math.ceil(Number(seconds) - passed(node)));
  const place = node.querySelector("[data-left]");
  if (place) place.textContent = count ? String(count) : "";
  return count;
}

function said(seconds: number): string {
  return [seconds / 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
}

export function tellSeconds(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-wait]")) button.disabled = left(button, button.dataset.wait) > 0;
  for (const node of document.querySelectorAll<HTMLElement>("[data-gone]")) node.hidden = left(node, node.dataset.gone) === 0;
  for (const node of document.querySelectorAll<HTMLElement>("[data-since]")) node.textContent = said(Number(node.dataset.since) + passed(node));
}

export function countSeconds(): void {
  if (document.body.matches(".console")) setInterval(tellSeconds, 250);
}
