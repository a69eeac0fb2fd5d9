// A part that htmx could not fetch, because the network or we are away, says so where it would have stood.
// What was shown stays; whatever is fetched next takes the sentence away.
const SAID = "现在连不上网络。检查一下，再试一次。";

function say(target: Element | null): void {
  document.querySelector("[data-away]")?.remove();
  const place = target?.closest("main") ? target : document.querySelector("main");
  const alert = document.createElement("p");
  alert.className = "alert";
  alert.role = "alert";
  alert.dataset.away = "";
  alert.textContent = SAID;
  place?.prepend(alert);
}

export function sayWhenAway(): void {
  document.addEventListener("htmx:error", (event) => {
    const ctx = (event as CustomEvent<{ ctx?: { target?: unknown } }>).detail.ctx;
    if (ctx) say(ctx.target instanceof Element ? ctx.target : null);
  });
  document.addEventListener("htmx:after:swap", () => document.querySelector("[data-away]")?.remove());
}
