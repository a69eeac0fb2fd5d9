// Photos and PDF are sent as they are chosen, piece by piece (`data-pieces` of the form): what was cut goes on where it
// ended. The form then only names them. Where a browser cannot name a file by its content, the form carries it.
const PIECE = 98_304; // bytes
const FIRST = 1000, LONGEST = 15_000; // ms between tries while there is no network
const WAITS = "网络断了，连上以后接着传", SIGN_IN = "登录过期了。请在新的窗口登录，再选一次这个文件";
const LARGE = "太大了，一个文件最多 20 MB", OVER = "这一页已经不能再传了，请重新打开";
const TRIES = 5, FULL = 507; // answers that it is the server that fails; it holds too much of this person's already
const MOST = 20 * 1024 * 1024; // bytes, as the server's `files.MOST`

class Never extends Error {}
/** The server cannot take it ahead of its form; the form carries it. */
class Later extends Error {}

const hex = (data: ArrayBuffer): string => Array.from(new Uint8Array(data), (byte) => byte.toString(16).padStart(2, "0")).join("");
const pause = (time: number): Promise<void> => new Promise((resolve) => {
  const go = (): void => { removeEventListener("online", go); resolve(); };
  addEventListener("online", go);
  setTimeout(go, time);
});

let failed = 0;

/** The offset that the server has reached. Nothing: it could not be asked. Refuses: Never, Later. */
async function asked(path: string, init: RequestInit): Promise<number | undefined> {
  const answer = await fetch(path, { ...init, redirect: "manual", cache: "no-store" }).catch(() => undefined);
  failed = answer && answer.status >= 500 ? failed + 1 : 0;
  if (answer?.status === FULL || failed > TRIES) throw new Later();
  if (!answer || failed) return undefined;
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new Never(SIGN_IN);
  if (answer.status === 413) throw new Never(LARGE);
  const reached = answer.headers.get("upload-offset");
  if (reached === null) throw new Never(OVER);
  return Number(reached);
}

/** The whole file, through every cut. */
async function send(path: string, data: ArrayBuffer, say: (words: string) => void): Promise<void> {
  let at: number | undefined, wait = FIRST;
  while (at === undefined || at < data.byteLength) {
    const headers: HeadersInit = at === undefined ? {} : { "upload-offset": String(at), "upload-length": String(data.byteLength) };
    const reached: number | undefined = at === undefined
      ? await asked(path, { method: "HEAD" })
      : await asked(path, { method: "PATCH", headers, body: data.slice(at, at + PIECE) });
    if (reached === undefined) {
      say(WAITS);
      await pause(wait);
      wait = Math.min(LONGEST, wait * 2);
      at = undefined;
    } else {
      at = reached;
      wait = FIRST;
      say(`${Math.floor((at / data.byteLength) * 100)}%`);
    }
  }
}

class Row {
  readonly line = Object.assign(document.createElement("label"), { className: "choice bare" });
  readonly tick = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
  private readonly words = document.createElement("small");
  state: "sending" | "sent" | "wrong" = "sending";

  constructor(name: string) {
    const text = Object.assign(document.createElement("span"), { className: "grow", textContent: name });
    text.append(this.words);
    this.line.append(this.tick, text);
  }

  say(words: string): void { this.words.textContent = words; }

  end(state: "sent" | "wrong", words: string): void {
    this.state = state;
    this.words.classList.toggle("wrong", state === "wrong");
    this.say(words);
  }
}

const rows = new WeakMap<HTMLFormElement, Row[]>();
const pressed = new WeakMap<HTMLFormElement, HTMLElement | null>();
let line: Promise<void> = Promise.resolve(); // one file after the other: a narrow line is not shared

function giveBack(form: HTMLFormElement, field: string, file: File, row: Row): void {
  const input = form.querySelector<HTMLInputElement>(`input[type=file][name="${CSS.escape(field)}"]`), chosen = new DataTransfer();
  for (const one of [...(input?.files ?? []), file]) chosen.items.add(one);
  if (input) input.files = chosen.files;
  failed = 0;
  row.state = "sent";
  row.tick.disabled = true;
  row.say("提交的时候一起传");
}

async function bring(form: HTMLFormElement, field: string, file: File, row: Row): Promise<void> {
  try {
    if (!file.size) throw new Never("这个文件是空的，请换一个");
    if (file.size > MOST) throw new Never(LARGE);
    const data = await file.arrayBuffer(), name = hex(await crypto.subtle.digest("SHA-256", data));
    await send(`${form.dataset.pieces}/${name}`, data, (words) => row.say(words));
    row.tick.name = "sent";
    row.tick.value = `${field}/${name}/${file.name.replaceAll("/", "_").slice(-80)}`;
    row.end("sent", "传好了，等你提交");
  } catch (error) {
    if (error instanceof Later) giveBack(form, field, file, row);
    else row.end("wrong", error instanceof Never ? error.message : "读不出这个文件，请换一个");
  }
  if (pressed.has(form)) goOn(form);
}

/** What was chosen moves from the field to the list beneath, so that more can be chosen. */
function take(input: HTMLInputElement, form: HTMLFormElement): void {
  const list = input.parentElement?.querySelector(`#${CSS.escape(input.id)} ~ .sent`);
  const mine = rows.get(form) ?? [];
  for (const file of input.files ?? []) {
    const row = new Row(file.name);
    row.say("等着传");
    mine.push(row);
    list?.append(row.line);
    row.tick.onchange = () => { if (pressed.has(form)) goOn(form); };
    line = line.then(() => bring(form, input.name, file, row));
  }
  rows.set(form, mine);
  input.value = "";
}

const wanted = (form: HTMLFormElement): Row[] => (rows.get(form) ?? []).filter((row) => row.tick.checked && row.state !== "sent");

/** The press that waited for the last file. */
function goOn(form: HTMLFormElement): void {
  const left = wanted(form);
  if (left.some((row) => row.state === "sending")) return;
  const button = pressed.get(form) ?? null;
  pressed.delete(form);
  button?.removeAttribute("aria-disabled");
  if (left.length) left[0]?.tick.focus();
  else form.requestSubmit(button);
}

function hold(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.pieces === undefined || !wanted(form).length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  event.submitter?.setAttribute("aria-disabled", "true");
  pressed.set(form, event.submitter);
  goOn(form);
}

export function sendAhead(): void {
  if (!isSecureContext) return;
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
    const form = input.closest<HTMLFormElement>("form[data-pieces]");
    if (form) take(input, form);
  });
  document.addEventListener("submit", hold, true);
}
