// 设备自检: tries what a session needs, one after the other, and writes what came out into the form that keeps it. The
// screen comes first, for a browser asks for it only right after a press. Words are the page's; here are only outcomes.
import { carries } from "./selfcheck/relay";
import { measure } from "./selfcheck/speed";
import { hasPicture, level, tone } from "./selfcheck/senses";

const WHY: Record<string, string> = { NotAllowedError: "refused", NotFoundError: "none", NotReadableError: "busy" };
const WAYS = ["udp", "tcp", "tls"] as const;
const PATIENCE = 60_000; // ms for a person to choose a screen
const HEARS = 6000; // ms in which a microphone must hear something

const part = <T extends HTMLElement>(selector: string): T | null => document.querySelector<T>(`[data-selfcheck] ${selector}`);
const outcomes: Record<string, string> = {};
let answered: (code: string) => void = () => undefined;

/** Shows one outcome of a row, and gives it to the form; `testing` is none. */
function mark(kind: string, code: string): void {
  for (const each of document.querySelectorAll<HTMLElement>(`[data-kind="${kind}"] [data-code]`)) each.hidden = each.dataset.code !== code;
  const field = part<HTMLInputElement>(`input[name="${kind}"]`);
  if (field) field.value = code === "testing" ? "" : code;
  outcomes[kind] = code;
}

async function tried(kind: string, attempt: () => Promise<string>): Promise<void> {
  mark(kind, "testing");
  try {
    mark(kind, await attempt());
  } catch (error) {
    const known = WHY[error instanceof Error ? error.name : ""] ?? "odd";
    mark(kind, part(`[data-kind="${kind}"] [data-code="${known}"]`) ? known : "untested");
  }
}

const media = (wanted: MediaStreamConstraints): Promise<MediaStream> =>
  navigator.mediaDevices?.getUserMedia ? navigator.mediaDevices.getUserMedia(wanted) : Promise.reject(new Error("insecure"));

async function screen(): Promise<string> {
  if (!navigator.mediaDevices?.getDisplayMedia) return "none";
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new DOMException("", "NotAllowedError")), PATIENCE));
  const stream = await Promise.race([navigator.mediaDevices.getDisplayMedia({ video: true }), late]);
  stream.getTracks().forEach((track) => track.stop());
  return "ok";
}

async function camera(): Promise<string> {
  const video = part<HTMLVideoElement>("video"), stream = await media({ video: true });
  if (!video) return "odd";
  video.hidden = false;
  video.srcObject = stream;
  return (await hasPicture(video)) ? "ok" : "odd";
}

async function microphone(): Promise<string> {
  const bar = part<HTMLMeterElement>("meter"), stream = await media({ audio: true });
  const heard = level(stream, (loud) => { if (bar) { bar.hidden = false; bar.value = loud; } });
  const silence = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), HEARS));
  return (await Promise.race([heard, silence])) ? "ok" : "silent";
}

/** Only a person can tell. */
function speaker(): Promise<string> {
  const ask = part("[data-ask]");
  if (ask) ask.hidden = false;
  tone();
  return new Promise((resolve) => { answered = (code) => { if (ask) ask.hidden = true; resolve(code); }; });
}

async function relay(path: string): Promise<void> {
  const told = fetch(`${path}/relay`).then((answer) => answer.json() as Promise<RTCIceServer[]>);
  await Promise.all(WAYS.map((way) => tried(way, async () => carries((await told)[0], way))));
}

async function certificate(): Promise<string> {
  if (!isSecureContext) return "insecure";
  if (outcomes.tls === "failed" && outcomes.tcp === "ok") return "relay";
  return location.protocol === "https:" ? "ok" : "local";
}

async function bandwidth(path: string): Promise<string> {
  const row = part('[data-kind="bandwidth"]'), found = await measure(path, Number(row?.dataset.upload));
  for (const [name, value] of Object.entries(found)) {
    const field = part<HTMLInputElement>(`input[name="${name}"]`);
    if (field) field.value = String(value);
  }
  const least = Math.min(found.down, found.up), limit = (name: string): number => Number(row?.dataset[name]);
  if (least < limit("enough")) return "poor";
  return least < limit("good") || found.rtt > limit("far") ? "slow" : "ok";
}

async function run(form: HTMLFormElement): Promise<void> {
  const path = form.dataset.selfcheck ?? "", save = part<HTMLButtonElement>("[data-keep]");
  await tried("screen", screen);
  await tried("camera", camera);
  await tried("microphone", microphone);
  const ear = tried("speaker", speaker);
  if (save) save.hidden = false; // whoever does not answer may keep the rest
  await relay(path);
  await tried("certificate", certificate);
  await tried("bandwidth", () => bandwidth(path));
  await ear;
  form.requestSubmit();
}

document.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button") : null;
  const form = pressed?.closest<HTMLFormElement>("form[data-selfcheck]");
  if (!pressed || !form) return;
  if (pressed.dataset.heard) answered(pressed.dataset.heard);
  if ("tone" in pressed.dataset) tone();
  if ("start" in pressed.dataset) {
    pressed.disabled = true;
    void run(form);
  }
});
for (const button of document.querySelectorAll<HTMLElement>("[data-selfcheck] [data-start]")) button.hidden = false;
