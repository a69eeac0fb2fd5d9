// What carries pictures and voices between the pages of one session, as the page sees it. Up to three see each other by a
// connection each to each (`mesh.ts`). A media server (Janus, LiveKit) would be another engine: `reach` and `leave` say who
// is shown, `hear` takes the server's words, `renew` its short-lived token; nothing else of the page would change.
import type { Line, Way } from "./ladder";
import type { Said } from "./wire";

export type Shows = "camera" | "screen";
export type Media = Map<MediaStream, Shows>;
/** Another page of the session. */
export interface Other { page: string; role: string }
/** What comes in from another page, and that a stream of it is gone. */
export interface Screen { shown(other: Other, stream: MediaStream, what: Shows): void; gone(other: Other, stream: MediaStream): void; left(page: string): void }

export interface Engine {
  /** Another page is there; of an end it is the only one. */
  reach(other: Other): void;
  leave(page: string): void;
  meets(role: string): boolean;
  /** What this page shows from now on, or no more. */
  add(stream: MediaStream): void;
  remove(stream: MediaStream): void;
  /** How much of the camera is sent. */
  send(way: Way): void;
  /** How the line to an end carries that; undefined: nobody is there. */
  line(role: string, way: Way): Promise<Line | undefined>;
  /** What another page says about how it can be reached. */
  hear(said: Said): void;
  /** The relay's names of before are over soon. */
  renew(ice: RTCIceServer[]): void;
  close(): void;
}
