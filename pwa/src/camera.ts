// The camera at a counter (高拍仪): pages are shot one after the other into the field beside the button, as if they had
// been chosen. The buttons appear only where a browser has cameras at all; files can be chosen as ever.
import { beginShots, endShots } from "./shots";

const FINEST = { width: { ideal: 3840 }, height: { ideal: 2160 } }; // pixels; a browser takes the nearest it can
const QUALITY = 0.9; // of JPEG
const KEPT = "camera"; // which one this computer used last
const WHY: Record<string, string> = {
  NotAllowedError: "浏览器没有让用摄像头。点地址栏左边的图标允许，再开一次；也可以直接选文件",
  NotFoundError: "没有找到摄像头，插好了再开一次；也可以直接选文件",
  NotReadableError: "摄像头正被别的程序用着，关掉它再开一次；也可以直接选文件",
};

let stream: MediaStream | undefined;
let into: HTMLInputElement | undefined;
let shots = 0, asked = 0, opened = 0;

const sheet = (): HTMLDialogElement | null => document.querySelector<HTMLDialogElement>("dialog[data-camera]");
const part = <T extends HTMLElement>(selector: string): T | null => sheet()?.querySelector<T>(selector) ?? null;

function say(words: string): void {
  const line = part("[data-said]");
  if (line) line.textContent = words;
}

/** No light of a camera burns for nobody. */
function dark(): void {
  asked += 1; // what comes now comes late
  if (stream) stop(stream);
  stream = undefined;
}

function stop(one: MediaStream): void {
  for (const track of one.getTracks()) track.stop();
}

function endCamera(): void {
  dark();
  endShots();
}

/** Those that there are; their names are known only once somebody allowed one. */
async function list(): Promise<void> {
  const which = part<HTMLSelectElement>("select"), used = stream?.getVideoTracks()[0]?.getSettings().deviceId;
  if (!which) return;
  const found = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
  which.replaceChildren(...found.map((one, n) => new Option(one.label || `摄像头 ${n + 1}`, one.deviceId, false, one.deviceId === used)));
  const field = which.closest<HTMLElement>(".field");
  if (field) field.hidden = found.length < 2;
}

const ask = (id?: string): Promise<MediaStream> => navigator.mediaDevices.getUserMedia({ video: { ...FINEST, deviceId: id ? { exact: id } : {} } });

/** With that one and no other; where it is gone, with whichever there is. */
async function start(id: string | null): Promise<void> {
  dark();
  const video = part<HTMLVideoElement>("video"), shoot = part<HTMLButtonElement>("[data-shoot]");
  if (!video || !shoot) return;
  shoot.disabled = true;
  const mine = asked;
  try {
    const found = await (id ? ask(id).catch(() => ask()) : ask());
    if (mine !== asked) return stop(found); // closed meanwhile, maybe opened anew
    video.srcObject = stream = found;
    await video.play();
    await list();
    shoot.disabled = false;
    shoot.focus();
    say("摆平、拍清四个角，一次一页");
  } catch (error) {
    if (mine === asked) say(WHY[error instanceof Error ? error.name : ""] ?? "摄像头开不了，请直接选文件");
  }
}

/** The page that is seen now goes to the field, which takes it as it takes a file. */
async function shoot(): Promise<void> {
  const video = part<HTMLVideoElement>("video"), input = into;
  if (!video?.videoWidth || !input) return;
  const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const page = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!page) return say("没有拍成，再拍一次");
  shots += 1;
  const chosen = new DataTransfer(), name = `${input.dataset.shot ?? "材料"} ${shots}.jpg`;
  for (const one of [...(input.files ?? []), new File([page], name, { type: "image/jpeg" })]) chosen.items.add(one);
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  say(`拍了 ${shots} 页。还有就接着拍；拍坏的，回去把它的勾去掉`);
}

function open(button: HTMLElement): void {
  const dialog = sheet(), input = document.getElementById(button.dataset.camera ?? "");
  if (!dialog || !(input instanceof HTMLInputElement)) return;
  [into, shots] = [input, 0];
  const title = dialog.querySelector("h2");
  if (title) title.textContent = `拍${input.dataset.shot ?? "材料"}`;
  say("正在开摄像头…");
  dialog.showModal();
  const mine = opened += 1;
  void beginShots(dialog.dataset.shoots ?? "").then(() => { if (dialog.open && mine === opened) void start(localStorage.getItem(KEPT)); });
}

function offerCamera(): void {
  const dialog = sheet(), which = part<HTMLSelectElement>("select");
  if (!dialog || !which || !navigator.mediaDevices?.getUserMedia) return;
  for (const button of document.querySelectorAll<HTMLElement>("button[data-camera]")) {
    button.hidden = false;
    button.onclick = () => open(button);
  }
  dialog.onclose = endCamera;
  which.onchange = () => { localStorage.setItem(KEPT, which.value); void start(which.value); };
  const shutter = part<HTMLElement>("[data-shoot]");
  if (shutter) shutter.onclick = () => void shoot();
}

offerCamera();
addEventListener("pagehide", () => { endCamera(); sheet()?.close(); });
document.addEventListener("htmx:before:swap", endCamera);
document.addEventListener("htmx:after:swap", offerCamera);
