// The touch screen at a hall's door: it goes back to its first page when nobody touches it, keeps the card reader's
// field in focus, shows the hall's code of this minute, and prints where the browser is the printer. All but the
// printing works without it, by a meta refresh.
const { idle = "30", home = "/kiosk", firstPage, printNow } = document.body.dataset;
const WARNING = 10; // seconds before it goes back
const AGAIN = 15_000; // ms between two looks at the code
let touched = performance.now();

/** The first page if it can be had; else words that say where to go, and another try soon. */
async function goHome(): Promise<void> {
  touched = Infinity; // once
  try {
    const there = await fetch(home, { cache: "no-store", signal: AbortSignal.timeout?.(5000) ?? null });
    if (there.status < 500) return location.replace(home);
  } catch { /* no network */ }
  const main = document.querySelector("main");
  if (main) main.innerHTML = '<div class="empty"><b>网络断了，正在重新连接</b><p>取号请到导办台</p></div>';
  setTimeout(() => void goHome(), 5000);
}

function watchIdle(): void {
  const leaving = document.querySelector<HTMLElement>("[data-leaving]");
  const count = leaving?.querySelector("b");
  for (const event of ["pointerdown", "keydown"]) addEventListener(event, () => { touched = performance.now(); }, true);
  setInterval(() => {
    if (touched === Infinity) return;
    const left = Math.ceil(Number(idle) - (performance.now() - touched) / 1000);
    if (left <= 0) return void goHome();
    if (!leaving || !count || firstPage !== undefined) return;
    leaving.hidden = left > WARNING;
    count.textContent = String(left);
  }, 500);
}

/** A reader types wherever the focus is, so it is always there; a finger on something else may have it meanwhile. */
function keepReader(): void {
  const reader = document.querySelector<HTMLInputElement>("[data-reader]");
  if (!reader) return;
  const back = (): void => { if (!document.querySelector("[data-first]") || document.activeElement === document.body) reader.focus({ preventScroll: true }); };
  back();
  addEventListener("keydown", (event) => {
    const elsewhere = document.activeElement?.matches("a, button, input");
    if (!elsewhere && event.key.length === 1) reader.focus({ preventScroll: true });
  }, true);
  reader.addEventListener("blur", () => setTimeout(() => { if (document.activeElement === document.body) back(); }, 100));
}

/** What changes by itself is fetched again: the hall's code. */
function followCode(): void {
  setInterval(async () => {
    for (const place of document.querySelectorAll<HTMLElement>("[data-again]")) {
      const answer = await fetch(place.dataset.again ?? "", { cache: "no-store" }).catch(() => undefined);
      if (!answer?.ok || answer.redirected) continue;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
      if (fresh) place.replaceWith(fresh);
    }
  }, AGAIN);
}

/** Minutes that went by are added to what the server said: a kiosk's own clock may be wrong. */
function runClock(): void {
  const place = document.querySelector<HTMLElement>("[data-clock]");
  const [hours = 0, minutes = 0] = (place?.textContent ?? "").split(":").map(Number);
  if (place) setInterval(() => {
    const now = hours * 60 + minutes + Math.floor(performance.now() / 60_000);
    place.textContent = [Math.floor(now / 60) % 24, now % 60].map((part) => String(part).padStart(2, "0")).join(":");
  }, 5000);
}

/** Once: a page that is loaded again prints nothing. */
function printOnce(): void {
  if (printNow === undefined) return;
  history.replaceState(null, "", location.pathname);
  print();
}

watchIdle();
keepReader();
followCode();
runClock();
printOnce();
