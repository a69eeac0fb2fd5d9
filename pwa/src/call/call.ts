// The session on this page: its camera and microphone, what carries them to the other pages, and what is shown of those.
// Without a camera, or where it is refused, both go on with photos and words at once: no session fails for a camera, nor
// for a question about one that nobody answers.
import type { Engine, Media, Other, Shows } from "./engine";
import { LOOK, LOST, SENT, watch, WAYS, type Kept, type Way } from "./ladder";
import { mark, offerMarks, remark, retell, wipe } from "./marks";
import { Mesh } from "./mesh";
import { showPapers } from "./papers";
import { hidePapers, mixed, record, type Recorder } from "../recorder";
import { put, sends, word, type Sends } from "./sent";
import { exchange } from "./stills";
import { mirror, openWindow, turn, views } from "./turned";
import { Wire, type Said } from "./wire";

const FINE: MediaStreamConstraints = { video: { width: { ideal: 1280 }, height: { ideal: 720 } }, audio: { echoCancellation: true } };
const OPEN_STATES = ["queued", "ringing", "connecting", "live", "interrupted", "deciding"];
const NONE: Record<string, string> = {
  NotFoundError: "这台电脑没有摄像头或话筒：用照片和文字办，一样能办完。",
  NotAllowedError: "浏览器没有让用摄像头：点地址栏左边的图标允许；也可以用照片和文字办，一样能办完。",
  NotReadableError: "摄像头正被别的程序用着：关掉它再刷新；也可以用照片和文字办，一样能办完。",
};
const NOTHING: Sends = { picture: false, voice: false };
const HELD = "办事点的屏上点了“停一下”：这部手机的画面和声音也停着。";
const PHONE = "手机的摄像头没有打开：在浏览器的网站设置里允许摄像头和话筒，再刷新这一页。打不开也不要紧，照样能办。";
const ENDED = "结束了，这个页面不再连着。";
const AWAY = "这个页面不再连着：结束了、换了人，或者打开了另一个页面。";

let panel: HTMLElement | undefined;
let wire: Wire | undefined;
let camera: MediaStream | undefined, screen: MediaStream | undefined;
let engine: Engine | undefined;
let way: Way = "video", byHand = false, pointing = false;
let paused = false, unsaid = false; // by the applicant, at the desk; on this page, and the others have not heard it yet
let unfound = 0; // looks without a path to the applicant's phone
let told = false; // that the applicant sees what they are asked
let asking = false, waited = false; // whether one may use the camera is open; they went on without meanwhile
const ASKED = 5000; // ms in which that is answered, or they do
let stops: (() => void)[] = [], stopStills: (() => void) | undefined, stopRecord: (() => void) | undefined, recorder: Recorder | undefined, recorded = ""; // the streams that it takes
const media: Media = new Map();
const present = new Map<string, string>(); // the roles of the other pages, in the order in which they came
const sent = new Map<string, Sends>(); // what comes from each role, and from here
let before = new Set<string>(); // those that were there before this one

const part = <T extends HTMLElement>(selector: string): T | null => panel?.querySelector<T>(selector) ?? null;
const say = (words: string): void => { const line = part("[data-said]"); if (line) line.textContent = words; };
const deed = (name: string): HTMLButtonElement | null => part<HTMLButtonElement>(`[data-deed="${name}"]`);
const side = (): string => panel?.dataset["side"] ?? "observer";
const otherEnd = (): string => side() === "desk" ? "officer" : "desk"; // who looks on sees the applicant
const isEnd = (): boolean => ["desk", "officer"].includes(side());
const rest = (time: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, time); });

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

/** Where a page may make no sound before somebody taps it, the picture is there, and a tap brings the sound of all. */
function play(video: HTMLVideoElement): void {
  void video.play().catch((error: unknown) => {
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
    video.muted = true;
    void video.play().catch(() => undefined);
    if (part("[data-hear]")) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: "打开声音" });
    button.dataset["hear"] = "";
    button.onclick = () => {
      for (const one of panel?.querySelectorAll<HTMLVideoElement>("video[data-shows]") ?? []) { one.muted = false; void one.play(); }
      button.remove();
    };
    part("[data-tiles]")?.before(button);
  });
}

function untile(key: string): void {
  part(`[data-tile="${CSS.escape(key)}"]`)?.closest("figure")?.remove();
}

/** Whoever sits at the desk records, where both agreed to: whoever is seen or heard, side by side. */
function keepRecord(): void {
  if (side() !== "desk" || !panel) return;
  const found = ["officer", ...(paused ? [] : ["citizen"])].map((role) => part<HTMLVideoElement>(`video[data-of="${role}"]`)?.srcObject);
  const streams = way === "photo" ? [] : [camera, ...found].filter((one) => one instanceof MediaStream);
  const now = streams.map((one) => one.id).join(" "); // by photos nothing is seen or heard
  if (now === recorded) return;
  stopRecord?.();
  [recorded, recorder, stopRecord] = [now, undefined, undefined];
  if (!streams.length) return;
  const all = mixed(streams, () => SENT[way].video), kept = record(all.stream, panel.dataset["call"] ?? "");
  recorder = kept;
  stopRecord = () => { void kept.stop().then(all.end); };
}

function shown(other: Other, stream: MediaStream, what: Shows): void {
  const video = tile(`${other.page}-${stream.id}`, what === "screen" ? "对方共享的屏幕" : other.role === "officer" ? "启东" : other.role === "citizen" ? "申请人的手机" : "办事点", `${what}-${other.role}`);
  video.srcObject = stream;
  video.dataset["shows"] = what;
  if (what === "camera") video.dataset["of"] = other.role;
  video.onloadeddata = () => wire?.say({ kind: "seen", way });
  if (what === "camera") { keepRecord(); mirror(); }
  if (!stream.getVideoTracks().length) wire?.say({ kind: "seen", way: "audio" });
  play(video);
  remark();
}

async function open(): Promise<void> {
  if (side() === "observer") return;
  asking = true;
  for (const wanted of [FINE, { audio: true }, { video: FINE.video ?? true }]) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(wanted);
      asking = false;
      return arrived(stream);
    } catch (error) {
      say(isEnd() ? NONE[error instanceof Error ? error.name : ""] ?? "摄像头开不了：用照片和文字办，一样能办完。" : PHONE);
    }
  }
  asking = false;
}

/** The camera is there, maybe after they have begun without it. */
function arrived(stream: MediaStream): void {
  if (!panel) return stopped(stream);
  camera = stream;
  for (const track of camera.getTracks()) track.addEventListener("ended", tellSent); // unplugged
  for (const kind of muted()) toggle(kind, true);
  for (const kind of KINDS) sound(kind);
  media.set(camera, "camera");
  Object.assign(tile("own", "我这边", `camera-${side()}`), { srcObject: camera, muted: true });
  say(camera.getVideoTracks().length ? "" : "没有摄像头，能听能说；看东西用照片。");
  engine?.add(camera);
  tellSent();
  keepRecord();
  if (waited && way === "photo") propose("video");
  waited = false;
}

function stopped(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Photos and words for both, where this end has nothing to show, nor the applicant's phone; what was chosen by hand stays. */
function without(): void {
  if (camera || byHand || !isEnd() || engine?.meets("citizen")) return;
  waited = asking;
  if (asking) say("浏览器在问能不能用摄像头：请点“允许”。先用照片和文字办，点了就看得见。");
  propose("photo");
}

function left(page: string): void {
  for (const one of panel?.querySelectorAll(`[data-tile^="${CSS.escape(page)}"]`) ?? []) one.closest("figure")?.remove();
}

/** The same way on both ends; what is seen of it here. */
function go(to: Way): void {
  way = to;
  const choice = part<HTMLSelectElement>("[data-way]"), still = part<HTMLImageElement>("img[data-still]");
  if (choice) choice.value = to;
  panel?.classList.toggle("voice", WAYS.indexOf(to) >= WAYS.indexOf("audio"));
  panel?.classList.toggle("photo", to === "photo");
  engine?.send(to);
  tellSent();
  keepRecord();
  if (to === "photo" && isEnd()) wire?.say({ kind: "seen", way: to });
  stopStills?.();
  stopStills = undefined;
  if (to === "stills" && still) stopStills = exchange(`/console/handoffs/${panel?.dataset["call"]}/stills`, otherEnd(), () => camera, still, () => { if (isEnd()) { byHand = true; propose("photo"); } });
}

/** Says what goes out of this page, and shows who is seen and heard here. */
function tellSent(): void {
  if (side() !== "observer") {
    const now = sends(camera, way, isEnd());
    wire?.say({ kind: "sends", ...now });
    sent.set(side(), now);
    offerOff();
  }
  showSent();
}

/** A screen of the applicant's shows what they are asked. */
function tellShown(): void {
  if (told) return;
  told = true;
  wire?.say({ kind: "shown" });
}

function showSent(): void {
  const looked = side() === "officer" || [...present.values()].includes("officer"), applicant = word(...["desk", "citizen"].map((one) => looked || !sent.has(one) ? sent.get(one) : NOTHING));
  put(document.body, "sent", applicant);
  const still = part<HTMLElement>("[data-phone-sends]");
  if (still) still.hidden = ["none", undefined].includes(word(sent.get("citizen")));
  put(panel, "far", side() === "officer" ? applicant : word(sent.get("officer")));
  mirror();
}

/** Of this session and tab, where the page is loaded anew. */
const kept = (name: string): Kept => {
  const key = `${name}:${panel?.dataset["call"] ?? ""}`;
  return { is: () => !!sessionStorage.getItem(key), put: (on) => on ? sessionStorage.setItem(key, "yes") : sessionStorage.removeItem(key) };
};

function propose(to: Way): void {
  wire?.say({ kind: "way", way: to, hand: byHand });
  go(to);
}

/** Another page goes another way: by itself, where somebody chose one here, it hears that. */
function led(said: Said): void {
  if (byHand && isEnd() && !said["hand"]) return propose(way);
  if (said["hand"] === true) { byHand = true; kept("hand").put(true); }
  go(said["way"] as Way);
}

/** Up to three see each other: both ends, and the applicant's phone before whoever looked on first. */
function meet(): void {
  const looksOn = side() === "observer", phone = [...present.values()].includes("citizen");
  const first = [...present].find(([page, role]) => role === "observer" && (!looksOn || before.has(page)))?.[0];
  for (const [page, role] of present) {
    const seen = looksOn ? !phone && !first && role !== "observer" : role !== "observer" || (!phone && page === first);
    if (seen) engine?.reach({ page, role });
    else engine?.leave(page);
  }
  if (looksOn) say(phone || first ? "你在旁听，两边都看得到你在。画面最多三方互相看得见，这里先没有；办件和字幕照看。" : "你在旁听，两边都看得到你在。");
}

function came(page: string, role: string): void {
  for (const [other, its] of [...present]) if (its === role && role !== "observer") present.delete(other);
  present.set(page, role);
}

/** The wire is there, for the first time or anew: this page has a name on it, and both ends go by what they agreed on. */
function greeted(said: Said): void {
  engine?.close();
  if (wire) engine = new Mesh(String(said.page), said["ice"] as RTCIceServer[], wire, media, { shown, left, gone: (other, stream) => untile(`${other.page}-${stream.id}`) });
  const agreed = said["way"] as Way | "";
  if (agreed && !byHand) go(agreed);
  const known = new Set(present.keys());
  present.clear();
  sent.clear();
  told = false; // maybe it was not heard
  for (const one of said["others"] as Said[]) if (one["there"]) came(String(one.page), String(one.role));
  before = new Set(present.keys());
  for (const page of before) if (!known.has(page)) retell(wire, page); // came while the wire was broken
  meet();
  if (byHand && isEnd()) propose(way); // maybe it was chosen before anybody could hear it
  else engine?.send(way);
  tellSent();
  if (side() === "citizen" || (said["paused"] === true && !unsaid)) followPause(said["paused"] === true);
  tellPaused();
  without();
}

/** Their phone shows the applicant, where the desk has no camera, once it and the desk found each other, and for as long. */
async function byPhone(): Promise<void> {
  if (side() !== "desk" || camera || byHand) return;
  const line = await engine?.line("citizen", way);
  unfound = line === "none" ? unfound + 1 : 0;
  if (line === "good" && way === "photo") propose("video");
  if (unfound >= LOST && way !== "photo") propose("photo");
}

const HEARD: Record<string, (said: Said) => void> = {
  hello: greeted,
  joined: (said) => {
    came(String(said.page), String(said.role));
    meet();
    tellSent();
    retell(wire, String(said.page));
    if (said.role === otherEnd()) { if (byHand && isEnd()) propose(way); without(); }
    tellPaused();
  },
  left: (said) => {
    const role = present.get(String(said.page)), phone = role === "citizen";
    present.delete(String(said.page));
    if (role) sent.delete(role);
    showSent();
    engine?.leave(String(said.page));
    meet();
    if (phone && side() === "desk") { keepRecord(); without(); }
  },
  describe: (said) => engine?.hear(said),
  candidate: (said) => engine?.hear(said),
  ice: (said) => engine?.renew(said["ice"] as RTCIceServer[]),
  way: led,
  sends: (said) => { sent.set(present.get(String(said.from)) ?? "", { picture: said["picture"] === true, voice: said["voice"] === true }); showSent(); },
  pause: (said) => { if (side() === "citizen") followPause(said["on"] === true); },
  mark,
  wipe,
  there: () => { if (part("video[data-shows]")?.dataset["shows"] || (way === "photo" && isEnd() && engine?.meets(otherEnd()))) wire?.say({ kind: "seen", way }); },
};

async function share(): Promise<void> {
  if (screen) return unshare();
  try {
    screen = await navigator.mediaDevices.getDisplayMedia({ video: true });
  } catch {
    return say("没有共享屏幕。");
  }
  media.set(screen, "screen");
  hold();
  screen.getVideoTracks()[0]?.addEventListener("ended", unshare);
  engine?.add(screen);
  Object.assign(tile("own-screen", "我共享的屏幕", `screen-${side()}`), { srcObject: screen, muted: true });
  deed("share")?.setAttribute("aria-pressed", "true");
}

function unshare(): void {
  if (!screen) return;
  engine?.remove(screen);
  stopped(screen);
  untile("own-screen");
  media.delete(screen);
  screen = undefined;
  deed("share")?.setAttribute("aria-pressed", "false");
}

type Kind = "audio" | "video";
const KINDS = ["audio", "video"] as const;
const tracks = (kind: Kind): MediaStreamTrack[] => camera?.getTracks().filter((one) => one.kind === kind) ?? [];
const isOff = (kind: Kind): boolean => tracks(kind).length > 0 && muted().includes(kind);

/** Only what is there can be muted or covered, and only where it goes out. */
function offerOff(): void {
  for (const kind of KINDS) {
    const button = deed(kind);
    if (button) button.disabled = paused || way === "photo" || !tracks(kind).some((one) => one.readyState === "live");
  }
}

/** What was muted stays so when the page is loaded anew. */
const MUTED = (): string => `muted:${panel?.dataset["call"] ?? ""}`;
const muted = (): Kind[] => KINDS.filter((kind) => sessionStorage.getItem(MUTED())?.includes(kind));

/** It goes out, or does not. */
function sound(kind: Kind): void {
  for (const track of tracks(kind)) track.enabled = !muted().includes(kind) && !paused;
}

function toggle(kind: Kind, off = !isOff(kind)): void {
  sessionStorage.setItem(MUTED(), [off ? kind : "", ...muted().filter((one) => one !== kind)].join(" "));
  sound(kind);
  deed(kind)?.setAttribute("aria-pressed", String(isOff(kind)));
  tellSent();
}

/** The applicant pauses, and their phone with them; what was muted or covered besides stays so afterwards. */
function pause(on: boolean): void {
  [paused, unsaid] = [on, true];
  hold();
  tellPaused();
}

/** Nothing of the applicant's goes out of this page while they pause, and the desk reads why. */
function hold(): void {
  const note = part<HTMLElement>("[data-held]");
  if (note) note.hidden = !paused;
  if (side() === "citizen" && (paused || part("[data-said]")?.textContent === HELD)) say(paused ? HELD : "");
  for (const kind of KINDS) sound(kind);
  for (const track of screen?.getTracks() ?? []) track.enabled = !paused;
  keepRecord();
  mirror();
  tellSent();
}

/** As the desk says, or said where it was opened before. */
function followPause(on: boolean): void {
  if (on === paused || !["desk", "citizen"].includes(side())) return;
  paused = on;
  hold();
}

function tellPaused(): void {
  if (side() === "desk" && wire?.say({ kind: "pause", on: paused })) unsaid = false;
  kept("unsaid").put(paused && unsaid); // through a reload meanwhile
}

function offer(): void {
  const deeds: Record<string, () => void> = { audio: () => toggle("audio"), video: () => toggle("video"), share: () => void share(), resume: () => pause(false) };
  for (const [name, act] of Object.entries(deeds)) { const button = deed(name); if (button) button.onclick = act; }
  const points = document.querySelectorAll<HTMLButtonElement>('[data-deed="point"]'); // beside the pictures, and on a paper
  for (const one of points) one.onclick = () => { pointing = !pointing; for (const each of points) each.setAttribute("aria-pressed", String(pointing)); };
  const choice = part<HTMLSelectElement>("[data-way]"), screenButton = deed("window");
  if (choice) choice.onchange = () => { byHand = true; kept("hand").put(true); propose(choice.value as Way); };
  if (screenButton) screenButton.onclick = openWindow;
}

export function hangUp(): void {
  for (const stop of stops) stop();
  stopStills?.();
  stopRecord?.();
  unshare();
  engine?.close();
  if (camera) stopped(camera);
  wire?.close();
  media.clear();
  sent.clear();
  [panel, wire, engine, camera, stops, stopStills, stopRecord, recorder, recorded, byHand, waited, paused, unsaid] = [undefined, undefined, undefined, undefined, [], undefined, undefined, undefined, "", false, false, false, false];
}

/** Over for this page: it is said, and the lights go out. */
function over(): void {
  say(panel && whole(panel) ? ENDED : AWAY);
  panel?.classList.add("over");
  hangUp();
}

const state = (): string => document.getElementById("state")?.dataset["state"] ?? "";

/** For this page: whoever gave it away, or whose phone another took the place of, has it no more. */
function ended(): boolean {
  return !!state() && !OPEN_STATES.includes(state());
}

/** For everybody; the applicant's phone is not told which. */
function whole(place: HTMLElement): boolean {
  return ended() && state() !== "past" && place.dataset["side"] !== "citizen";
}

export async function runCall(): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-call]");
  if (!place || panel) return;
  panel = place;
  way = (place.dataset["way"] || "video") as Way;
  [byHand, unsaid] = [kept("hand").is(), kept("unsaid").is()];
  paused = unsaid || ("paused" in place.dataset && ["desk", "citizen"].includes(side()));
  document.addEventListener("live:fresh", () => {
    const said = place.querySelector("[data-said]");
    if (panel && ended()) over();
    else if (!panel && said?.textContent === AWAY && whole(place)) said.textContent = ENDED; // the wire was over before
  });
  addEventListener("pagehide", hangUp);
  document.addEventListener("live:fresh", () => { if (side() === "citizen" && document.querySelector(".asked")?.checkVisibility()) tellShown(); });
  if (side() === "desk") stops.push(turn({ asks: tellShown, panel: place, sees: () => !!camera || [...present.values()].includes("citizen"), paused: () => paused, pause }));
  offer();
  hold();
  if (isEnd()) { showPapers(); hidePapers(place.dataset["call"] ?? "", () => recorder); }
  await Promise.race([open(), rest(ASKED)]);
  if (panel !== place) return; // it was over before
  if (asking && side() === "citizen") say("浏览器在问能不能用摄像头：请点“允许”。");
  wire = new Wire(place.dataset["wire"] ?? `/console/handoffs/${place.dataset["call"]}/wire`, (said) => HEARD[said.kind]?.(said), over);
  stops.push(offerMarks(() => wire, () => pointing, views));
  if (isEnd()) stops.push(watch(async (now) => engine?.line(otherEnd(), now), () => way, () => byHand, propose, kept("fell")));
  const looks = setInterval(() => void byPhone(), LOOK);
  stops.push(() => clearInterval(looks));
  go(way);
}

void runCall();
