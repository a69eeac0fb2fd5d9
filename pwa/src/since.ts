// A case that others work on at the same time: what they do is shown at once, also to whoever has a dialog open.
export function showSince(): void {
  document.addEventListener("live:fresh", () => {
    const news = document.querySelector("#since > *"), sheet = document.querySelector<HTMLDialogElement>("dialog[data-modal][open]");
    if (!news || !sheet) return;
    sheet.querySelector("[data-since]")?.remove();
    const copy = document.createElement("div");
    copy.dataset.since = "";
    copy.setAttribute("role", "status");
    copy.append(...[...news.querySelectorAll("h2, .line")].map((one) => one.cloneNode(true)));
    sheet.querySelector("h2")?.after(copy);
  });
}
