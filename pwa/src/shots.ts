// While pages are shot with the camera of a counter, no room in this browser records: an ID before it may stand in that
// picture, too. A lock says so, which ends with the page that holds it, however that ends; rooms share it otherwise. Of a
// phone, and of a page on another computer, the server hears, and its room from there.
import { newId } from "./sync/draft";

const SHOTS = "shots"; // the lock, and where a page says that it waits for it
const MOST = 1000; // ms until pictures are shown though a room did not let go
const BEAT = 4000; // ms between two times that the server hears of it: sooner than two people agree to be recorded
const SENDS = "shoots"; // the name of what the page before said, where that page sends what it shot
const LAPSES = 60_000; // ms without an answer, after which the server takes it for over, or soon does

/** `begun`: whether the server heard it; `rest`: not said for now, so that it lapses, or goes on when it is again. */
interface Told { name: () => string; begun: Promise<boolean>; rest(on: boolean): void; end(heard?: boolean): void }
let end: (() => void) | undefined;

/** The server hears that pages are shot here, for the room that records it on whichever computer, until it ends. */
function say(path: string, page = newId(), heard = Date.now()): Told {
  let under = false, resting = false;
  const tell = async (over: boolean): Promise<boolean> => {
    if (under && !over) return false;
    if (!over && Date.now() - heard > LAPSES) [page, heard] = [newId(), Date.now()]; // a while that is over does not begin again
    under = true;
    const body = new URLSearchParams({ page, over: over ? "yes" : "" });
    const answer = await fetch(path, { method: "POST", body, keepalive: true, redirect: "manual", signal: AbortSignal.timeout?.(2 * BEAT) ?? null }).catch(() => undefined);
    under = false;
    if (answer?.ok) heard = Date.now();
    if (answer?.status === 404) clearInterval(beat); // the code is over: nothing is shot for a session any more
    return answer?.ok === true;
  };
  const beat = setInterval(() => { if (!resting) void tell(false); }, BEAT), begun = tell(false);
  return {
    name: () => page, begun,
    rest: (on) => { resting = on; if (!on) void tell(false); },
    end: (told = true) => { clearInterval(beat); if (told) void begun.then(() => tell(true)); },
  };
}

/** No page is shot here any more. */
export function endShots(): void {
  end?.();
  end = undefined;
}

/** Pages are shot here from now on (`path`: where the server is told): back once no room records, at once where there is
 * none here and the server has heard it. */
export function beginShots(path: string): Promise<void> {
  endShots();
  const told = say(path);
  const over = new Promise<void>((resolve) => { end = () => { told.end(); resolve(); }; });
  return new Promise((begin) => {
    setTimeout(begin, MOST);
    void navigator.locks.request(SHOTS, () => { void told.begun.then(() => begin()); return over; });
    const rooms = new BroadcastChannel(SHOTS); // they ask anew, and come after what waits by then
    void navigator.locks.query().then(() => { rooms.postMessage(""); rooms.close(); });
  });
}

/** A page that was opened to shoot papers with says so while it is looked at, or its phone's camera is before it, and for
 * a while beyond: whoever leaves it may shoot with another camera, and come back. With each tap that shoots it says so
 * anew: somebody at the desk may have gone on recording meanwhile.
 */
export function sayWhenShooting(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-shoots]"), path = form?.dataset.shoots ?? "";
  let told: Told | undefined, chooses = false, sends = false;
  const begin = (): void => {
    if (document.hidden) return;
    if (told) return told.rest(false);
    const [name, at] = (sessionStorage.getItem(SENDS) ?? "").split(" "); // the page before sent what it shot
    told = name ? say(path, name, Number(at)) : say(path);
    sessionStorage.removeItem(SENDS);
  };
  if (!form) return;
  form.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== "file") return;
    const before = told;
    [chooses, told] = [true, say(path)];
    void told.begun.then((heard) => before?.end(heard)); // without a gap between them
  });
  for (const name of ["change", "cancel"]) form.addEventListener(name, () => { chooses = false; begin(); }, true);
  form.addEventListener("submit", () => { sends = true; });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && !chooses) told?.rest(true);
    if (!document.hidden) { chooses = false; begin(); }
  });
  addEventListener("pagehide", () => {
    if (sends && told) sessionStorage.setItem(SENDS, `${told.name()} ${Date.now()}`);
    told?.end(!sends);
    [told, chooses] = [undefined, false];
  });
  addEventListener("pageshow", () => { sends = false; begin(); });
}

/** Tells a room whether pages are shot in this browser, now and whenever it changes. */
export function followShots(tell: (now: boolean) => void): void {
  let letGo: (() => void) | undefined, asked = 0;
  const ask = (ifAvailable: boolean): void => {
    const mine = asked += 1;
    void navigator.locks.request(SHOTS, { mode: "shared", ifAvailable }, (lock) => {
      if (mine !== asked) return undefined;
      tell(!lock);
      if (!lock) return ask(false);
      return new Promise<void>((resolve) => { letGo = resolve; });
    });
  };
  if (!navigator.locks) return tell(false); // nor are there cameras
  new BroadcastChannel(SHOTS).onmessage = () => { tell(true); letGo?.(); ask(false); };
  ask(true);
}
