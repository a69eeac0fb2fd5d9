// A case that others work on at the same time: what they do is shown at once, also to whoever has a dialog open.
export function showSince(): void {
  const news = document.querySelector("#since > *"), sheet = document.querySelector<HTMLDialogElement>("dialog[data-modal][open]");
  sheet?.querySelector("[data-others]")?.remove();
  if (!news || !sheet) return;
  const copy = document.createElement("div");
  copy.dataset.others = "";
  copy.setAttribute("role", "status");
  const told = [...news.querySelectorAll("[data-told] > *")].map((one) => one.cloneNode(true) as HTMLElement);
  copy.append(...told);
  sheet.querySelector("h2")?.after(copy);
}
