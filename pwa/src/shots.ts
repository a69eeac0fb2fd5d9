// While pages are shot with the camera of a counter, no room in this browser records: an ID before it may stand in that
// picture, too. A lock says so, which ends with the page that holds it, however that ends; rooms share it otherwise.
const SHOTS = "shots"; // the lock, and where a page says that it waits for it
const MOST = 1000; // ms until pictures are shown though a room did not let go

let end: (() => void) | undefined;

/** No page is shot here any more. */
export function endShots(): void {
  end?.();
  end = undefined;
}

/** Pages are shot here from now on: back once no room records, at once where there is none. */
export function beginShots(): Promise<void> {
  endShots();
  const over = new Promise<void>((resolve) => { end = resolve; });
  return new Promise((begin) => {
    setTimeout(begin, MOST);
    void navigator.locks.request(SHOTS, () => { begin(); return over; });
    const rooms = new BroadcastChannel(SHOTS); // they ask anew, and come after what waits by then
    void navigator.locks.query().then(() => { rooms.postMessage(""); rooms.close(); });
  });
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
