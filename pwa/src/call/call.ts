// The session on this page: its camera and microphone, one connection to each other page, and what is shown of them.
// Without a camera, or where it is refused, it goes on with photos and words at once: no session fails for a camera.
import { send, watch, WAYS, type Way } from "./ladder";
import { mark, offerMarks } from "./marks";
import { Peer, type Media, type Shows } from "./peer";
import { hidePapers, mixed, record } from "../recorder";
import { exchange } from "./stills";
import { Wire, type Said } from "./wire";

const FINE: MediaStreamConstraints = { video: { width: { ideal: 1280 }, height: { ideal: 720 } }, audio: { echoCancellation: true } };
const OPEN_STATES = ["queued", "ringing", "connecting", "live", "interrupted", "deciding"];
const NONE: Record<string, string> = {
  NotFoundError: "这台电脑没有摄像头或话筒：用照片和文字办，一样能办完。",
  NotAllowedError: "浏览器没有让用摄像头：点地址栏左边的图标允许；也可以用照片和文字办，一样能办完。",
  NotReadableError: "摄像头正被别的程序用着：关掉它再刷新；也可以用照片和文字办，一样能办完。",
};

let panel: HTMLElement | undefined;
let wire: Wire | undefined;
let camera: MediaStream | undefined, screen: MediaStream | undefined;
let ice: RTCConfiguration = {}, me = "", way: Way = "video", byHand = false, pointing = false;
const LOOK = 500; // ms between two looks at the screen turned to the applicant
let mirroring: number | undefined;
let turned: Window | null = null; // the screen turned to the applicant
let stops: (() => void)[] = [], stopStills: (() => void) | undefined, stopRecord: (() => void) | undefined;
const media: Media = new Map();
const peers = new Map<string, Peer>();

const part = <T extends HTMLElement>(selector: string): T | null => panel?.querySelector<T>(selector) ?? null;
const say = (words: string): void => { const line = part("[data-said]"); if (line) line.textContent = words; };
const deed = (name: string): HTMLButtonElement | null => part<HTMLButtonElement>(`[data-deed="${name}"]`);
const side = (): string => panel?.dataset["side"] ?? "observer";
const otherEnd = (): Peer | undefined => [...peers.values()].find((one) => one.role === (side() === "officer" ? "desk" : "officer"));

/** One picture with a name under it; found again by what it shows. */
function tile(key: string, name: string, surface = ""): HTMLVideoElement {
  const found = part<HTMLVideoElement>(`video[data-tile="${CSS.escape(key)}"]`);
  if (found) return found;
  const figure = document.createElement("figure"), label = document.createElement("figcaption");
  const video = Object.assign(document.createElement("video"), { autoplay: true, playsInline: true });
  video.dataset["tile"] = key;
  label.textContent = name;
  if (surface) figure.dataset["surface"] = surface;
  figure.append(video, label);
  part("[data-tiles]")?.append(figure);
  return video;
}

function untile(key: string): void {
  part(`[data-tile="${CSS.escape(key)}"]`)?.closest("figure")?.remove();
}

/** Whoever sits at the desk records, where both agreed to: both ends, side by side. */
function keepRecord(far: MediaStream): void {
  if (side() !== "desk" || !camera || !panel) return;
  const handoff = panel.dataset["call"] ?? "", both = mixed(camera, far), kept = record(both.stream, handoff);
  stopRecord?.();
  stopRecord = () => { void kept.stop().then(both.end); };
}

function shown(peer: Peer, stream: MediaStream, what: Shows): void {
  const video = tile(`${peer.page}-${stream.id}`, what === "screen" ? "对方共享的屏幕" : peer.role === "officer" ? "启东" : peer.role === "citizen" ? "申请人的手机" : "办事点", what);
  video.srcObject = stream;
  video.dataset["shows"] = what;
  if (what === "camera") video.dataset["of"] = peer.role;
  video.onloadeddata = () => wire?.say({ kind: "seen", way });
  if (what === "camera" && peer.role === "officer") { keepRecord(stream); mirror(); }
  stream.onremovetrack = () => { if (!stream.getTracks().length) untile(`${peer.page}-${stream.id}`); };
  if (!stream.getVideoTracks().length) wire?.say({ kind: "seen", way: "audio" });
}

async function open(): Promise<void> {
  if (side() === "observer") return say("你在旁听，两边都看得到你在。");
  for (const wanted of [FINE, { audio: true }, { video: FINE.video ?? true }]) {
    try {
      camera = await navigator.mediaDevices.getUserMedia(wanted);
      media.set(camera, "camera");
      Object.assign(tile("own", "我这边"), { srcObject: camera, muted: true });
      return say(camera.getVideoTracks().length ? "" : "没有摄像头，能听能说；看东西用照片。");
    } catch (error) {
      say(NONE[error instanceof Error ? error.name : ""] ?? "摄像头开不了：用照片和文字办，一样能办完。");
    }
  }
  way = "photo";
}

function reach(page: string, role: string): void {
  for (const other of [...peers.values()]) if (other.role === role && role !== "observer") leave(other.page);
  if (!wire || peers.has(page)) return;
  const one = new Peer(page, role, me > page, ice, wire, media, shown);
  one.connection.addEventListener("connectionstatechange", () => { if (one.connection.connectionState === "connected") send(one, way, camera); });
  peers.set(page, one);
  if (!camera && side() !== "observer") wire.say({ kind: "seen", way: "photo" });
}

function leave(page: string): void {
  peers.get(page)?.close();
  peers.delete(page);
  for (const one of panel?.querySelectorAll(`[data-tile^="${CSS.escape(page)}"]`) ?? []) one.closest("figure")?.remove();
}

/** The same way on both ends; what is seen of it here. */
function go(to: Way): void {
  way = to;
  const choice = part<HTMLSelectElement>("[data-way]"), still = part<HTMLImageElement>("img[data-still]");
  if (choice) choice.value = to;
  panel?.classList.toggle("voice", WAYS.indexOf(to) >= WAYS.indexOf("audio"));
  for (const one of peers.values()) send(one, to, camera);
  stopStills?.();
  stopStills = undefined;
  if (to === "stills" && still) stopStills = exchange(`/console/handoffs/${panel?.dataset["call"]}/stills`, side() === "officer" ? "desk" : "officer", () => part<HTMLVideoElement>('video[data-tile="own"]') ?? undefined, still);
}

function propose(to: Way): void {
  wire?.say({ kind: "way", way: to });
  go(to);
}

const HEARD: Record<string, (said: Said) => void> = {
  hello: (said) => {
    for (const page of [...peers.keys()]) leave(page);
    me = String(said.page);
    ice = { iceServers: said["ice"] as RTCIceServer[] };
    for (const one of said["others"] as Said[]) if (one["there"]) reach(String(one.page), String(one.role));
  },
  joined: (said) => reach(String(said.page), String(said.role)),
  left: (said) => leave(String(said.page)),
  describe: (said) => void peers.get(String(said.from))?.hear(said),
  candidate: (said) => void peers.get(String(said.from))?.hear(said),
  way: (said) => go(said["way"] as Way),
  mark,
  there: () => { if (part("video[data-shows]")?.dataset["shows"]) wire?.say({ kind: "seen", way }); else if (!camera && peers.size) wire?.say({ kind: "seen", way: "photo" }); },
};

async function share(): Promise<void> {
  if (screen) return unshare();
  try {
    screen = await navigator.mediaDevices.getDisplayMedia({ video: true });
  } catch {
    return say("没有共享屏幕。");
  }
  media.set(screen, "screen");
  screen.getVideoTracks()[0]?.addEventListener("ended", unshare);
  for (const one of peers.values()) one.add(screen);
  deed("share")?.setAttribute("aria-pressed", "true");
}

function unshare(): void {
  if (!screen) return;
  for (const one of peers.values()) one.remove(screen);
  for (const track of screen.getTracks()) track.stop();
  media.delete(screen);
  screen = undefined;
  deed("share")?.setAttribute("aria-pressed", "false");
}

const isOff = (kind: "audio" | "video"): boolean => camera?.getTracks().some((track) => track.kind === kind && !track.enabled) ?? false;

function toggle(kind: "audio" | "video", off = !isOff(kind)): void {
  for (const track of camera?.getTracks() ?? []) if (track.kind === kind) track.enabled = !off;
  deed(kind)?.setAttribute("aria-pressed", String(isOff(kind)));
  pauseButton()?.setAttribute("aria-pressed", String(isOff("audio") && isOff("video")));
}

function offer(): void {
  const deeds: Record<string, () => void> = { audio: () => toggle("audio"), video: () => toggle("video"), share: () => void share(), point: () => { pointing = !pointing; deed("point")?.setAttribute("aria-pressed", String(pointing)); } };
  for (const [name, act] of Object.entries(deeds)) { const button = deed(name); if (button) button.onclick = act; }
  const choice = part<HTMLSelectElement>("[data-way]"), screenButton = deed("window");
  if (choice) choice.onchange = () => { byHand = true; propose(choice.value as Way); };
  if (screenButton) screenButton.onclick = () => void openWindow();
}

/** The screen turned to the applicant: it shows the same pictures, from this page, and lets them pause. */
function openWindow(): void {
  turned = window.open(`/console/handoffs/${panel?.dataset["call"]}/window`, "qiban-window");
  clearInterval(mirroring);
  mirroring = window.setInterval(mirror, LOOK); // whatever loads when, on either side
}

const pauseButton = (): HTMLButtonElement | null => turned?.closed === false ? turned.document.querySelector<HTMLButtonElement>("[data-pause]") : null;

function mirror(): void {
  if (turned?.closed !== false) return clearInterval(mirroring);
  const far = part<HTMLVideoElement>('video[data-shows="camera"]'), near = part<HTMLVideoElement>('video[data-tile="own"]'), button = pauseButton();
  for (const [selector, source] of [["video[data-far]", far], ["video[data-near]", near]] as const) {
    const video = turned.document.querySelector<HTMLVideoElement>(selector);
    if (video && source && video.srcObject !== source.srcObject) video.srcObject = source.srcObject;
  }
  mirrorStill(turned.document);
  if (!button || !camera) return;
  button.hidden = false;
  button.onclick = () => { const off = button.getAttribute("aria-pressed") !== "true"; toggle("audio", off); toggle("video", off); };
}

/** Where no moving picture gets through, the screen shows what this page shows instead: a still, or nothing. */
function mirrorStill(there: Document): void {
  const still = part<HTMLImageElement>("img[data-still]"), shown = there.querySelector<HTMLImageElement>("img[data-far]"), video = there.querySelector<HTMLVideoElement>("video[data-far]");
  there.body.classList.toggle("voice", !!panel?.classList.contains("voice"));
  if (!still || !shown || !video) return;
  if (!still.hidden && shown.src !== still.src) shown.src = still.src;
  [shown.hidden, video.hidden] = [still.hidden, !still.hidden];
}

export function hangUp(): void {
  for (const stop of stops) stop();
  clearInterval(mirroring);
  stopStills?.();
  stopRecord?.();
  unshare();
  for (const page of [...peers.keys()]) leave(page);
  for (const track of camera?.getTracks() ?? []) track.stop();
  wire?.close();
  media.clear();
  [panel, wire, camera, stops, stopStills, stopRecord, byHand] = [undefined, undefined, undefined, [], undefined, undefined, false];
}

/** Over for this page: it is said, and the lights go out. */
function over(): void {
  say("这个页面不再连着：结束了，或者在另一个页面打开了。");
  panel?.classList.add("over");
  hangUp();
}

function ended(): boolean {
  const state = document.getElementById("state")?.dataset["state"];
  return !!state && !OPEN_STATES.includes(state);
}

export async function runCall(): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-call]");
  if (!place || panel) return;
  panel = place;
  way = (place.dataset["way"] || "video") as Way;
  document.addEventListener("live:fresh", () => { if (panel && ended()) over(); });
  addEventListener("pagehide", hangUp);
  offer();
  if (side() === "desk") hidePapers(place.dataset["call"] ?? "");
  await open();
  wire = new Wire(place.dataset["wire"] ?? `/console/handoffs/${place.dataset["call"]}/wire`, (said) => HEARD[said.kind]?.(said), over);
  offerMarks(() => wire, () => pointing);
  stops.push(watch(otherEnd, () => way, () => byHand, propose));
  go(way);
}

void runCall();
