// 看材料: a paper of the case is laid over the page in its full size, to look at and to point on. While it lies there nothing
// is recorded (`data-unrecorded`): a photo of an ID is nobody's to keep twice. Small print is looked at larger.
import { remark } from "./marks";

const STEP = 1.5, MOST = 5; // larger by so much, up to so many times the width of the page
const FAILED = "打不开，请再点一次。";

function told(sheet: HTMLDialogElement, words: string): void {
  const line = sheet.querySelector("[data-paper-said]");
  if (line) line.textContent = words;
}

function asAddress(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error("not read"));
    reader.readAsDataURL(blob);
  });
}

/** As large as `times` the width of the page; marks grow with it, and what was in the middle stays there. */
function enlarge(sheet: HTMLDialogElement, times: number): void {
  const figure = sheet.querySelector("figure"), held = figure?.parentElement;
  if (!figure || !held) return;
  const middle = (held.scrollLeft + held.clientWidth / 2) / held.scrollWidth, height = (held.scrollTop + held.clientHeight / 2) / held.scrollHeight;
  if (times > 1) figure.dataset["times"] = String(times);
  else delete figure.dataset["times"];
  figure.style.inlineSize = times > 1 ? `${times * 100}%` : "";
  held.scrollTo(middle * held.scrollWidth - held.clientWidth / 2, height * held.scrollHeight - held.clientHeight / 2);
  for (const [name, off] of [["larger", times >= MOST], ["smaller", times <= 1]] as const) {
    const button = sheet.querySelector<HTMLButtonElement>(`[data-deed="${name}"]`);
    if (button) [button.disabled, button.hidden] = [off, !!sheet.querySelector("img")?.hidden];
  }
  remark();
}

function offerZoom(sheet: HTMLDialogElement): void {
  const buttons = ["larger", "smaller"].map((name) => sheet.querySelector<HTMLButtonElement>(`[data-deed="${name}"]`));
  const times = (): number => Number(sheet.querySelector("figure")?.dataset["times"] ?? 1);
  for (const [n, by] of [STEP, 1 / STEP].entries()) {
    const button = buttons[n];
    if (button) button.onclick = () => enlarge(sheet, Math.min(MOST, Math.max(1, times() * by)));
  }
  sheet.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => { // the page's own keys rest while it lies there
    const button = ["+", "="].includes(key) ? buttons[0] : key === "-" ? buttons[1] : null;
    if (button && !button.hidden && !ctrlKey && !metaKey && !document.body.matches("[data-keyless]")) button.click();
  });
}

/** A photo is shown; another file is saved, and looked at there. */
async function put(sheet: HTMLDialogElement, file: Blob, name: string): Promise<void> {
  const image = sheet.querySelector("img"), link = sheet.querySelector("a");
  if (!image || !link) return;
  const picture = file.type.startsWith("image/"), address = await asAddress(file);
  if (picture) Object.assign(image, { src: address, alt: name, onload: remark });
  else Object.assign(link, { href: address, download: `${name}.pdf` });
  [image.hidden, link.hidden] = [!picture, picture];
  enlarge(sheet, 1);
  told(sheet, picture ? "" : "这份是 PDF，存下来打开看。");
}

async function lay(sheet: HTMLDialogElement, form: HTMLFormElement): Promise<void> {
  const name = form.querySelector("b")?.textContent ?? "", title = sheet.querySelector("h2"), figure = sheet.querySelector("figure");
  if (title) title.textContent = name;
  if (figure) figure.dataset["surface"] = `page-${form.action.split("/").at(-2) ?? ""}`;
  told(sheet, "正在打开…");
  sheet.showModal();
  remark();
  try {
    const answer = await fetch(form.action, { method: "POST" });
    if (answer.ok && !answer.redirected) await put(sheet, await answer.blob(), name);
    else told(sheet, FAILED);
  } catch {
    told(sheet, FAILED);
  }
}

/** The papers of this case open here instead of in a window of their own. */
export function showPapers(): void {
  const sheet = document.getElementById("paper");
  if (!(sheet instanceof HTMLDialogElement)) return;
  const image = sheet.querySelector("img"), link = sheet.querySelector("a");
  offerZoom(sheet);
  sheet.addEventListener("close", () => {
    if (image) { image.hidden = true; image.removeAttribute("src"); }
    if (link) { link.hidden = true; link.removeAttribute("href"); }
    delete sheet.querySelector("figure")?.dataset["surface"];
    enlarge(sheet, 1);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.closest("#case") || !form.action.endsWith("/openings")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void lay(sheet, form);
  }, true);
}
