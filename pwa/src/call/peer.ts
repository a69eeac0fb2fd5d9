// One connection to one other page: perfect negotiation (W3C WebRTC 1.0, 10.7), in which the polite end leaves the first
// word to the other: of two offers at once, Chromium may seek no path for the one it takes back. A path that breaks, or
// is not found, is sought anew until it is.
import type { Media, Other, Screen, Shows } from "./engine";
import { SENT, type Way } from "./ladder";
import type { Said, Wire } from "./wire";

const LOOK = 1000; // ms
const QUIET = 2; // looks without a packet: a browser itself takes eight seconds to call a path lost
const RETRY = 2; // looks between two tries
const UNHEARD = 3; // looks without an answer to what was offered: it is said again
const UNFOUND = 5; // looks without a first path
const FIRST_WORD = 1500; // ms in which the other end's offer comes, if it has something to offer

interface Report { type: string; fractionLost?: number; availableOutgoingBitrate?: number; nominated?: boolean; packetsReceived?: number }

export class Peer implements Other {
  readonly connection: RTCPeerConnection;
  private making = false;
  private ignoring = false;
  private streams: Record<string, Shows> = {};
  private looking: number;
  private packets = 0;
  private quiet = 0;
  private unheard = 0;
  private unfound = 0;
  private early: RTCIceCandidateInit[] = []; // heard before what they belong to
  private silent = false; // nothing is sent: photos and words
  private sending: Promise<void> = Promise.resolve(); // what is sent changes one change after the other

  constructor(
    readonly page: string, readonly role: string, private polite: boolean, ice: RTCConfiguration, private wire: Wire,
    private media: Media, screen: Screen,
  ) {
    const one = this.connection = new RTCPeerConnection(ice);
    one.onnegotiationneeded = () => this.begin();
    one.onicecandidate = ({ candidate }) => { if (candidate) wire.say({ kind: "candidate", to: page, ...candidate.toJSON() }); };
    one.ontrack = ({ streams: [stream] }) => {
      if (!stream) return;
      stream.onremovetrack = () => { if (!stream.getTracks().length) screen.gone(this, stream); };
      screen.shown(this, stream, this.streams[stream.id] ?? "camera");
    };
    this.looking = window.setInterval(() => void this.look(), LOOK);
    for (const stream of media.keys()) this.add(stream);
  }

  add(stream: MediaStream): void {
    for (const track of stream.getTracks()) this.connection.addTrack(track, stream);
  }

  remove(stream: MediaStream): void {
    const tracks = stream.getTracks();
    for (const sender of this.connection.getSenders()) if (sender.track && tracks.includes(sender.track)) this.connection.removeTrack(sender);
  }

  /** What is sent of the camera from now on; a screen that is shared stays sharp. */
  send(way: Way): void {
    this.silent = way === "photo";
    this.sending = this.sending.then(() => this.change(way)).catch((error: unknown) => console.warn(error));
  }

  private async change(way: Way): Promise<void> {
    const wanted = SENT[way], camera = [...this.media].find(([, what]) => what === "camera")?.[0];
    for (const sender of this.connection.getSenders()) {
      if (!sender.track || !camera?.getTracks().includes(sender.track)) continue;
      const values = sender.getParameters(), kind = sender.track.kind as "audio" | "video";
      for (const one of values.encodings) Object.assign(one, { active: wanted[kind] }, kind === "video" ? { maxFramerate: wanted.rate, maxBitrate: wanted.bits, scaleResolutionDownBy: wanted.scale } : {});
      if (values.encodings.length) await sender.setParameters(values);
    }
  }

  /** Whether the line carries less than what is asked of it. */
  async poor(way: Way): Promise<boolean> {
    let bad = false;
    (await this.connection.getStats()).forEach((one: Report) => {
      if (one.type === "remote-inbound-rtp" && (one.fractionLost ?? 0) > 0.1) bad = true;
      const bits = one.type === "candidate-pair" && one.nominated && one.availableOutgoingBitrate;
      if (bits && bits < (way === "video" ? 300_000 : 60_000)) bad = true;
    });
    return bad;
  }

  /** Something is to be agreed on: at once, but for the first word of who is polite. */
  private begin(): void {
    if (!this.polite || this.connection.remoteDescription) return void this.describe();
    setTimeout(() => { if (this.connection.signalingState === "stable" && !this.connection.remoteDescription) void this.describe(); }, FIRST_WORD);
  }

  private async describe(): Promise<void> {
    try {
      this.making = true;
      await this.connection.setLocalDescription();
      this.tell();
    } finally {
      this.making = false;
    }
  }

  private tell(): void {
    const made = this.connection.localDescription;
    const streams = Object.fromEntries([...this.media].map(([stream, what]) => [stream.id, what]));
    if (made) this.wire.say({ kind: "describe", to: this.page, type: made.type, sdp: made.sdp, streams });
  }

  async hear(said: Said): Promise<void> {
    if (said.kind === "candidate") return this.reach(said);
    const offer = said["type"] === "offer", collides = offer && (this.making || this.connection.signalingState !== "stable");
    this.ignoring = !this.polite && collides;
    if (this.ignoring || (!offer && this.connection.signalingState !== "have-local-offer")) return; // what it answers was taken back
    this.streams = said["streams"] as Record<string, Shows>;
    await this.connection.setRemoteDescription({ type: said["type"] as RTCSdpType, sdp: said["sdp"] as string });
    for (const one of this.early.splice(0)) await this.connection.addIceCandidate(one);
    if (offer) await this.describe();
  }

  private async reach(said: Said): Promise<void> {
    const { candidate, sdpMid, sdpMLineIndex } = said as unknown as RTCIceCandidateInit;
    const one = { candidate: candidate ?? "", sdpMid: sdpMid ?? null, sdpMLineIndex: sdpMLineIndex ?? null };
    if (!this.connection.remoteDescription && !this.ignoring) { this.early.push(one); return; }
    try {
      await this.connection.addIceCandidate(one);
    } catch (error) {
      if (!this.ignoring) throw error;
    }
  }

  /** Of two that lost each other or never met, one seeks a path anew at once, the other when it is sure; both until it is found. */
  private async look(): Promise<void> {
    let packets = 0, told = false;
    (await this.connection.getStats()).forEach((one: Report) => {
      if (one.type === "inbound-rtp") [packets, told] = [packets + (one.packetsReceived ?? 0), true];
    });
    const was = this.connection.connectionState, lost = was === "disconnected" || was === "failed";
    const still = told && packets > 0 && packets === this.packets && was === "connected" && !this.silent;
    this.packets = packets;
    this.quiet = lost || still ? this.quiet + 1 : 0;
    const patience = this.polite ? 3 * QUIET : QUIET;
    if (this.quiet >= patience && (this.quiet - patience) % RETRY === 0) this.connection.restartIce();
    this.unfound = this.connection.remoteDescription && (was === "new" || was === "connecting") ? this.unfound + 1 : 0;
    if (this.unfound && this.unfound % (this.polite ? 2 * UNFOUND : UNFOUND) === 0) this.connection.restartIce();
    this.unheard = this.connection.signalingState === "have-local-offer" ? this.unheard + 1 : 0;
    if (this.unheard && this.unheard % UNHEARD === 0) this.tell(); // the other page was not there yet, or is another
  }

  close(): void {
    clearInterval(this.looking);
    this.connection.close();
  }
}
