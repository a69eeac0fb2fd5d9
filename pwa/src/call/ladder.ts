// How the two see each other, from the best to what always works: 720p, few pictures, voice, a still every two seconds
// over HTTPS, photos and words. It goes down by itself where the line is bad for a while, and up again only from where it
// went by itself; by hand it stays.
import type { Peer } from "./peer";

export type Way = "video" | "low" | "audio" | "stills" | "photo";
export const WAYS: Way[] = ["video", "low", "audio", "stills", "photo"];
const SENT: Record<Way, { video: boolean; audio: boolean; rate: number; bits: number; scale: number }> = {
  video: { video: true, audio: true, rate: 30, bits: 2_500_000, scale: 1 },
  low: { video: true, audio: true, rate: 8, bits: 200_000, scale: 2 },
  audio: { video: false, audio: true, rate: 8, bits: 200_000, scale: 2 },
  stills: { video: false, audio: true, rate: 8, bits: 200_000, scale: 2 },
  photo: { video: false, audio: false, rate: 8, bits: 200_000, scale: 2 },
};
const LOOK = 2000; // ms
const BAD = 3, GOOD = 10; // looks in a row
const LOST = 8; // looks without any connection: then stills over HTTPS

/** What is sent from now on; a screen that is shared stays sharp. */
export function send(peer: Peer, way: Way, camera: MediaStream | undefined): void {
  peer.sending = peer.sending.then(() => change(peer, way, camera)).catch((error: unknown) => console.warn(error));
}

async function change(peer: Peer, way: Way, camera: MediaStream | undefined): Promise<void> {
  const wanted = SENT[way];
  peer.silent = way === "photo";
  for (const sender of peer.connection.getSenders()) {
    if (!sender.track || !camera?.getTracks().includes(sender.track)) continue;
    const values = sender.getParameters(), kind = sender.track.kind as "audio" | "video";
    for (const one of values.encodings) Object.assign(one, { active: wanted[kind] }, kind === "video" ? { maxFramerate: wanted.rate, maxBitrate: wanted.bits, scaleResolutionDownBy: wanted.scale } : {});
    if (values.encodings.length) await sender.setParameters(values);
  }
}

interface Report { type: string; fractionLost?: number; availableOutgoingBitrate?: number; nominated?: boolean; state?: string }

/** Whether the line carries less than what is asked of it. */
async function poor(peer: Peer, way: Way): Promise<boolean> {
  let bad = false;
  (await peer.connection.getStats()).forEach((one: Report) => {
    if (one.type === "remote-inbound-rtp" && (one.fractionLost ?? 0) > 0.1) bad = true;
    const bits = one.type === "candidate-pair" && one.nominated && one.availableOutgoingBitrate;
    if (bits && bits < (way === "video" ? 300_000 : 60_000)) bad = true;
  });
  return bad;
}

/** Looks at the connection to the other end and proposes a way; returns how to stop. */
export function watch(peer: () => Peer | undefined, way: () => Way, byHand: () => boolean, propose: (way: Way) => void): () => void {
  let bad = 0, good = 0, fell = false;
  const timer = setInterval(async () => {
    const one = peer(), now = WAYS.indexOf(way());
    if (!one || byHand() || way() === "photo") return;
    const connected = one.connection.connectionState === "connected", is = !connected || await poor(one, way());
    [bad, good] = is ? [bad + 1, 0] : [0, good + 1];
    if (bad >= (connected ? BAD : LOST) && now < WAYS.indexOf("stills")) { [bad, fell] = [0, true]; propose(connected ? WAYS[now + 1] as Way : "stills"); }
    if (good >= GOOD && fell && now > 0) { good = 0; propose(WAYS[now - 1] as Way); }
  }, LOOK);
  return () => clearInterval(timer);
}
