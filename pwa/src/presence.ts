// An officer's page is there as long as it answers: the server asks, for a hidden tab's timers sleep. One for the tab.
const AGAIN = 2000; // ms
let open: WebSocket | undefined;

/** A connection that was good and is over is made anew at once: a hidden tab would else be away for a minute. */
function connect(path: string): void {
  let good = false;
  open = new WebSocket(path);
  open.addEventListener("message", () => { good = true; open?.send("here"); });
  open.addEventListener("close", () => {
    open = undefined;
    if (good) bePresent(); else setTimeout(bePresent, AGAIN);
  });
}

export function bePresent(): void {
  const path = document.body.dataset.presence;
  if (path && !open) connect(new URL(path, location.href.replace(/^http/, "ws")).href);
}
