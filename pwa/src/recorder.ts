// What both agreed to is recorded by the desk's page: some seconds at a time, sent as they come, each built on the hash of
// the one before. The part `#recording` says whether it runs; a pause ends a stream, and what follows is a new one. What
// waits for a line stays in memory, and is given up, with its stream, when it becomes too much.
import { followShots } from "./shots";

const EVERY = 5000; // ms of one chunk
const MOST = 24 * 1024 * 1024; // bytes that may wait: some five minutes
const BEHIND = 3; // chunks that wait before it is said
const FIRST = 500, LONGEST = 8000; // ms between tries
const TRIES = 12; // of a deed: more than a minute
const RATE = 12; // pictures a second
const WIDE = 640, HIGH = 360; // all who are seen, side by side
const KINDS = ["video/webm;codecs=vp8,opus", "video/webm"];
const SHOWN = "[data-unrecorded]"; // a paper, or what else is nobody's to keep

interface Waiting { data: Blob; from: number; begins: boolean }
interface Place { seq: number; prev: string }
export interface Recorder { stop(): Promise<void>; hold(on: boolean): void }

const part = (): HTMLElement | null => document.getElementById("recording");
const runs = (): boolean => part()?.dataset.recording === "on";
const rest = (time: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, time); });

/** A deed on the recording, said again until the server has it; that it is done, its part says by itself when the signal
 * comes. */
async function tell(handoff: string, noun: string, fields: Record<string, string>): Promise<void> {
  const path = `/console/handoffs/${handoff}/recording/${noun}`;
  for (let n = 0; n < TRIES; n += 1) {
    const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" }).catch(() => undefined);
    if (answer && answer.status < 500 && answer.status !== 429) return;
    await rest(Math.min(LONGEST, FIRST * 2 ** n));
  }
}

/** Chunks on their way, one after the other, through every cut. */
class Line {
  private readonly waiting: Waiting[] = [];
  private readonly source = crypto.randomUUID();
  private place: Place = { seq: 0, prev: "0".repeat(64) };
  private working: Promise<void> | undefined;
  private weight = 0;

  /** `cut`: the stream cannot go on, and a new one should begin; `lost`: another page of the desk records now. */
  constructor(private readonly handoff: string, private readonly cut: () => void, private readonly lost: () => void) {}

  add(one: Waiting): void {
    this.waiting.push(one);
    this.weight += one.data.size;
    if (this.weight > MOST) { this.clear(); this.cut(); return; }
    this.say();
    this.working ??= this.work().finally(() => { this.working = undefined; });
  }

  async done(): Promise<void> { await this.working; }

  private clear(): void {
    this.waiting.length = 0;
    this.weight = 0;
    this.say();
  }

  say(): void {
    const place = part()?.querySelector("[data-behind]");
    const words = this.waiting.length > BEHIND ? `网络慢，有 ${this.waiting.length * (EVERY / 1000)} 秒还没有传到` : "";
    if (place && place.textContent !== words) place.textContent = words;
  }

  private async work(): Promise<void> {
    let wait = FIRST;
    for (let one = this.waiting[0]; one; one = this.waiting[0]) {
      const answer = await this.sent(one);
      if (!answer || answer.status >= 500 || answer.status === 429) {
        await rest(wait);
        wait = Math.min(LONGEST, wait * 2);
      } else {
        wait = FIRST;
        this.answered(one, answer);
      }
    }
  }

  private async sent(one: Waiting): Promise<Response | undefined> {
    const headers = {
      "content-type": "video/webm", "recording-seq": String(this.place.seq), "recording-prev": this.place.prev,
      "recording-source": this.source, "recording-age": String(Math.max(0, Math.round(performance.now() - one.from))),
    };
    const path = `/console/handoffs/${this.handoff}/recording/chunks`;
    return fetch(path, { method: "POST", body: one.data, headers, redirect: "manual" }).catch(() => undefined);
  }

  private answered(one: Waiting, answer: Response): void {
    const next = answer.headers.get("recording-next"), head = answer.headers.get("recording-head");
    if (next !== null && head !== null) this.place = { seq: Number(next), prev: head };
    if (this.waiting[0] !== one) return; // given up meanwhile
    const gap = answer.headers.get("recording-why") === "gap";
    if (answer.ok) this.shift();
    else if (!gap) this.drop();
    else if (!one.begins) { this.clear(); this.lost(); }
  }

  private shift(): void {
    this.weight -= this.waiting.shift()?.data.size ?? 0;
    this.say();
  }

  /** What belongs to a stream of which something is missing is no film. */
  private drop(): void {
    do this.shift(); while (this.waiting[0] && !this.waiting[0].begins);
    if (!this.waiting.length) this.cut();
  }
}

/** Records the stream whenever the part says so, until it is stopped. */
export function record(stream: MediaStream, handoff: string): Recorder {
  const line = new Line(handoff, () => { void end().then(follow); }, () => { over = true; void end(); });
  let media: MediaRecorder | undefined, held = false, over = false, quiet = 0;

  function begin(): void {
    const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
    if (!kind) return console.warn("nothing can be recorded here");
    const made = new MediaRecorder(stream, { mimeType: kind, videoBitsPerSecond: 500_000, audioBitsPerSecond: 48_000 });
    let begins = true;
    made.ondataavailable = ({ data }) => {
      if (!data.size) return;
      line.add({ data, from: performance.now(), begins });
      begins = false;
    };
    made.start(EVERY);
    media = made;
  }

  function end(): Promise<void> {
    const ended = media;
    media = undefined;
    if (!ended || ended.state === "inactive") return Promise.resolve();
    return new Promise((resolve) => { ended.onstop = () => resolve(); ended.stop(); });
  }

  function follow(): void {
    line.say();
    if (media?.state === "inactive") media = undefined;
    if (runs() && !held && !over && !media && stream.active && performance.now() >= quiet) begin();
    else if (media && (!runs() || held || over)) void end();
  }

  // The press itself ends the stream; the server hears of it afterwards.
  const pressed = (event: Event): void => {
    if (event.target instanceof HTMLElement && event.target.matches("#recording form[data-pauses], #recording form[action$='/withdrawal']")) {
      quiet = performance.now() + EVERY;
      void end();
      setTimeout(follow, EVERY + 10); // where the press was refused
    }
  };
  const watched = new MutationObserver(follow);
  watched.observe(document.body, { subtree: true, childList: true, attributeFilter: ["data-recording"] });
  document.addEventListener("submit", pressed, true);
  follow();
  return {
    async stop(): Promise<void> {
      over = true;
      watched.disconnect();
      document.removeEventListener("submit", pressed, true);
      await end();
      await line.done();
    },
    hold(on: boolean): void { held = on; follow(); },
  };
}

/** Either side's page pauses while something is on it that is not to be recorded, or pages are shot in this browser, and
 * goes on afterwards; the page that records (`recorder`) stops at once, before the server hears of it. */
export function hidePapers(handoff: string, recorder: () => Recorder | undefined): void {
  let paused = part()?.dataset.recording === "paused"; // maybe this page was loaded anew while something lay on it
  let shot = paused, told = -EVERY; // until it is known
  let deeds = Promise.resolve(); // one after the other
  const say = (noun: string, fields: Record<string, string>): void => { deeds = deeds.then(() => tell(handoff, noun, { ...fields, itself: "yes" })); };
  const look = (): void => {
    const lies = [...document.querySelectorAll<HTMLElement>(SHOWN)].some((one) => one.checkVisibility?.() ?? one.offsetParent !== null);
    const now = lies || shot, stands = part()?.dataset.recording;
    recorder()?.hold(now);
    // Where the other side's paper paused it, this one lies there, too.
    if (now && (stands === "on" || (stands === "paused" && !paused)) && performance.now() - told >= EVERY / 5) {
      [told, paused] = [performance.now(), true];
      say("pause", { why: lies ? "paper" : "shot" });
    }
    if (!now && paused) { paused = false; say("resumption", {}); }
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributeFilter: ["hidden", "open", "data-recording"] });
  followShots((now) => { shot = now; look(); });
}

/** Those who are seen side by side while they are (`pictured`), with all voices, as one stream; `end` lets go of what draws
 * and mixes. */
export function mixed(streams: MediaStream[], pictured: () => boolean): { stream: MediaStream; end(): void } {
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDE, height: HIGH });
  const pen = canvas.getContext("2d", { alpha: false }), sound = new AudioContext(), out = sound.createMediaStreamDestination();
  const films = streams.map((stream) => {
    const film = Object.assign(document.createElement("video"), { muted: true, playsInline: true, srcObject: stream });
    void film.play().catch(() => undefined);
    if (stream.getAudioTracks().length) sound.createMediaStreamSource(stream).connect(out);
    return film;
  });
  void sound.resume().catch(() => undefined);
  const clock = setInterval(() => {
    if (!pen) return;
    pen.fillRect(0, 0, WIDE, HIGH);
    const seen = films.filter((film) => film.videoWidth && pictured());
    seen.forEach((film, n) => draw(pen, film, n, WIDE / seen.length));
  }, 1000 / RATE);
  // A voice that nobody has would keep the recorder waiting for ever.
  const voices = streams.some((one) => one.getAudioTracks().length) ? out.stream.getTracks() : [];
  const stream = new MediaStream([...canvas.captureStream(RATE).getTracks(), ...voices]);
  return { stream, end: () => { clearInterval(clock); void sound.close(); for (const track of stream.getTracks()) track.stop(); } };
}

/** The whole picture in its part of the width, however it is turned. */
function draw(pen: CanvasRenderingContext2D, film: HTMLVideoElement, n: number, part: number): void {
  const scale = Math.min(part / film.videoWidth, HIGH / film.videoHeight);
  const wide = film.videoWidth * scale, high = film.videoHeight * scale;
  pen.drawImage(film, n * part + (part - wide) / 2, (HIGH - high) / 2, wide, high);
}
