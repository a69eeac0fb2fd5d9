// What the hall hears: one announcement after the other, each spoken twice; only a chime where the browser has no
// Chinese voice. What waited too long is not said any more: the hall has moved on.
import { audio, chime } from "./chime";

const TIMES = 2;
const STALE = 60_000; // ms
const PATIENCE = 15_000; // ms; some engines never say that they are done

interface Said { words: string; at: number }
const waiting: Said[] = [];
let speaking = false;

function voice(): SpeechSynthesisVoice | undefined {
  const voices = speechSynthesis.getVoices().filter((one) => /^(zh|cmn)/i.test(one.lang));
  return voices.find((one) => /^(zh|cmn)[-_](Hans[-_])?CN/i.test(one.lang)) ?? voices[0];
}

/** Speaks once; false where the browser did not let us. */
function speak(words: string, by: SpeechSynthesisVoice): Promise<boolean> {
  return new Promise((resolve) => {
    const one = Object.assign(new SpeechSynthesisUtterance(words), { lang: "zh-CN", voice: by, rate: 0.9 });
    const late = setTimeout(() => { speechSynthesis.cancel(); resolve(true); }, PATIENCE);
    const done = (said: boolean) => (): void => { clearTimeout(late); resolve(said); };
    one.onend = done(true);
    one.onerror = done(false);
    speechSynthesis.speak(one);
  });
}

async function announce(words: string): Promise<void> {
  const by = "speechSynthesis" in window ? voice() : undefined;
  await chime();
  for (let time = 0; time < TIMES; time += 1) await (by ? speak(words, by) : time && chime());
}

async function work(): Promise<void> {
  if (speaking) return;
  speaking = true;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    if (Date.now() - next.at < STALE) await announce(next.words).catch((error: unknown) => console.warn("not said", error));
  }
  speaking = false;
}

/** Said as soon as what came before is over. */
export function say(words: string): void {
  waiting.push({ words, at: Date.now() });
  if (allowed()) void work();
}

/** Somebody has touched this page, or the browser was started so that nobody needs to. */
export function allowed(): boolean {
  return Boolean(navigator.userActivation?.hasBeenActive) || audio()?.state === "running";
}

/** Called by a touch: what waits is said now. */
export async function allow(): Promise<void> {
  await audio()?.resume().catch(() => undefined);
  void work();
}
