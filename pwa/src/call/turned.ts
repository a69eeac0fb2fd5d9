// The screen turned to the applicant: it shows the same pictures, from the desk's page, and lets them pause.
import { put } from "./sent";

const LOOK = 500; // ms between two looks at it
/** What the room's page shows, and its way to stop sending and to go on. */
export interface Room { panel: HTMLElement; sees: () => boolean; paused: () => boolean; pause: (off: boolean) => void; asks: () => void }

let screen: Window | null = null, mirroring: number | undefined, room: Room | undefined;
let led: Window | null = null; // the screen of the session before, once it was sent on
const HANDOFF = /^[0-9a-f-]{36}$/;

const there = (): Document | undefined => screen?.closed === false ? screen.document : undefined;
const pauseButton = (): HTMLButtonElement | null => there()?.querySelector<HTMLButtonElement>("[data-pause]") ?? null;

/** This page, and the screen that it turned to the applicant. */
export function views(): Document[] {
  const other = there();
  return other ? [document, other] : [document];
}

/** Whether it shows the applicant what is asked about a recording. */
const asks = (): boolean => there()?.querySelector(".asked")?.checkVisibility() ?? false;

const address = (handoff: string | undefined): string => `/console/handoffs/${handoff}/window`;

export function openWindow(): void {
  if (room) follow(window.open(address(room.panel.dataset["call"]), "qiban-window"));
}

function follow(opened: Window | null): void {
  screen = opened;
  clearInterval(mirroring);
  mirroring = window.setInterval(mirror, LOOK); // whatever loads when, on either side
}

/** A screen that was turned before says that it is there: before this page was loaded anew; or in the session before, whose
 * applicant has left, and then it goes on with this one's. */
function found({ data, origin, source }: MessageEvent): void {
  const its = room?.panel.dataset["call"], other = source as Window;
  if (!its || origin !== location.origin || !HANDOFF.test(String(data))) return;
  if (data === its) { if (other !== screen) follow(other); }
  else if (other !== led) { led = other; other.location.replace(address(its)); }
}

export function mirror(): void {
  const other = there();
  if (!other || !room) return clearInterval(mirroring);
  const { panel, sees, paused, pause } = room, button = pauseButton();
  for (const [selector, its] of [["video[data-far]", 'video[data-of="officer"]'], ["video[data-near]", 'video[data-tile="own"]']] as const) {
    const video = other.querySelector<HTMLVideoElement>(selector), source = panel.querySelector<HTMLVideoElement>(its);
    const stream = source?.srcObject ?? null; // none once the officer is gone
    if (video && video.srcObject !== stream) video.srcObject = stream;
  }
  mirrorScreen(panel, other);
  if (asks()) room.asks();
  put(other.body, "sent", document.body.dataset["sent"]);
  mirrorStill(panel, other);
  if (!button) return;
  button.hidden = !sees() && !paused();
  button.setAttribute("aria-pressed", String(paused()));
  button.onclick = () => pause(!paused());
}

/** What the officer shares stands there for as long as it comes. */
function mirrorScreen(panel: HTMLElement, other: Document): void {
  const video = other.querySelector<HTMLVideoElement>("video[data-shared]"), figure = video?.closest("figure");
  const stream = panel.querySelector<HTMLVideoElement>('[data-surface="screen-officer"] video')?.srcObject ?? null;
  if (!video || !figure) return;
  figure.hidden = !stream;
  if (video.srcObject !== stream) video.srcObject = stream;
}

/** Where no moving picture gets through, the screen shows what the room's page shows instead: a still, or nothing. */
function mirrorStill(panel: HTMLElement, other: Document): void {
  const still = panel.querySelector<HTMLImageElement>("img[data-still]"), shown = other.querySelector<HTMLImageElement>("img[data-far]"), video = other.querySelector<HTMLVideoElement>("video[data-far]");
  for (const name of ["voice", "photo"]) other.body.classList.toggle(name, panel.classList.contains(name));
  if (!still || !shown || !video) return;
  if (!still.hidden && shown.src !== still.src) shown.src = still.src;
  [shown.hidden, video.hidden] = [still.hidden, !still.hidden];
  const figure = video.closest("figure");
  if (figure) figure.hidden = still.hidden && !video.srcObject;
}

/** From now on the screen is the room's of this page; returns how to stop. */
export function turn(its: Room): () => void {
  [room, led] = [its, null];
  addEventListener("message", found);
  return () => {
    const other = there(), button = pauseButton();
    removeEventListener("message", found);
    clearInterval(mirroring);
    room = undefined;
    if (!other) return;
    put(other.body, "sent", undefined); // what goes out of the phone is not known here any more
    for (const video of other.querySelectorAll("video")) video.srcObject = null;
    if (button) button.hidden = true;
  };
}
