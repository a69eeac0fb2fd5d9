// How the two see each other, from the best to what always works: 720p, few pictures, voice, a still every two seconds
// over HTTPS, photos and words. It goes down by itself where the line is bad for a while, and up again only from where it
// went by itself; by hand it stays.
export type Way = "video" | "low" | "audio" | "stills" | "photo";
export const WAYS: Way[] = ["video", "low", "audio", "stills", "photo"];
export const SENT: Record<Way, { video: boolean; audio: boolean; rate: number; bits: number; scale: number }> = {
  video: { video: true, audio: true, rate: 30, bits: 2_500_000, scale: 1 },
  low: { video: true, audio: true, rate: 8, bits: 200_000, scale: 2 },
  audio: { video: false, audio: true, rate: 8, bits: 200_000, scale: 2 },
  stills: { video: false, audio: true, rate: 8, bits: 200_000, scale: 2 },
  photo: { video: false, audio: false, rate: 8, bits: 200_000, scale: 2 },
};
/** A yes or no of one session, on this tab. */
export interface Kept { is(): boolean; put(on: boolean): void }
export type Line = "good" | "poor" | "none";
export const LOOK = 2000; // ms
const BAD = 3, GOOD = 10; // looks in a row
export const LOST = 8; // looks without any connection: then stills over HTTPS

/** Looks at the line to the other end and proposes a way; `fell`: whether it went down from here, kept where the page is
 * loaded anew. Returns how to stop. */
export function watch(line: (way: Way) => Promise<Line | undefined>, way: () => Way, byHand: () => boolean, propose: (way: Way) => void, fell: Kept): () => void {
  let bad = 0, good = 0;
  const timer = setInterval(async () => {
    const now = WAYS.indexOf(way());
    if (byHand() || way() === "photo") return;
    const is = await line(way());
    if (!is) return;
    [bad, good] = is === "good" ? [0, good + 1] : [bad + 1, 0];
    if (bad >= (is === "none" ? LOST : BAD) && now < WAYS.indexOf("stills")) { bad = 0; fell.put(true); propose(is === "none" ? "stills" : WAYS[now + 1] as Way); }
    if (good >= GOOD && fell.is() && now > 0) { good = 0; fell.put(now > 1); propose(WAYS[now - 1] as Way); }
  }, LOOK);
  return () => clearInterval(timer);
}
