// While pages are shot with the camera of a counter, no room in this browser records: an ID before it may stand in that
// picture, too. A lock says so, which ends with the page that holds it, however that ends; rooms share it otherwise. Of a
// phone, and of a page on another computer, the server hears, and its room from there.
import { newId } from "./sync/draft";

const SHOTS = "shots"; // the lock, and where a page says that it waits for it
const MOST = 1000; // ms until pictures are shown though a room did not let go
const BEAT = 4000; // ms between two times that the server hears of it: sooner than two people agree to be recorded
const LAPSES = 60_000; // ms without an answer, after which the server takes it for over, or soon does

interface Told { begun: Promise<unknown>; end(): void }
let end: (() => void) | undefined;

/** The server hears that pages are shot here, for the room that records it on whichever computer, until it ends. */
function say(path: string): Told {
  let page = newId(), heard = Date.now();
  const tell = async (over: boolean): Promise<void> => {
    if (!over && Date.now() - heard > LAPSES) page = newId(); // a while that is over does not begin again
    const answer = await fetch(path, { method: "POST", body: new URLSearchParams({ page, over: over ? "yes" : "" }), keepalive: true, redirect: "manual" }).catch(() => undefined);
    if (answer?.ok) heard = Date.now();
    if (answer?.status === 404) clearInterval(beat); // the code is over: nothing is shot for a session any more
  };
  const beat = setInterval(() => void tell(false), BEAT), begun = tell(false);
  return { begun, end: () => { clearInterval(beat); void begun.then(() => tell(true)); } };
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

/** A page that was opened to shoot papers with says so while it is looked at, or its phone's camera is before it. With each
 * tap that shoots it says so anew: somebody at the desk may have gone on recording meanwhile.
 */
export function sayWhenShooting(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-shoots]");
  let told: Told | undefined, chooses = false;
  const look = (now: boolean): void => {
    if (now) told ??= say(form?.dataset.shoots ?? "");
    else { told?.end(); told = undefined; }
  };
  if (!form) return;
  form.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== "file") return;
    const before = told;
    [chooses, told] = [true, say(form.dataset.shoots ?? "")];
    void told.begun.then(() => before?.end()); // without a gap between them
  });
  for (const name of ["change", "cancel"]) form.addEventListener(name, () => { chooses = false; look(!document.hidden); }, true);
  document.addEventListener("visibilitychange", () => look(chooses || !document.hidden));
  addEventListener("pagehide", () => { chooses = false; look(false); });
  addEventListener("pageshow", () => look(!document.hidden));
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
