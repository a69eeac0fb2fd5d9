// Up to three who see each other: a connection from each page to each other one.
import type { Engine, Media, Other, Screen } from "./engine";
import type { Line, Way } from "./ladder";
import { Peer } from "./peer";
import type { Said, Wire } from "./wire";

export class Mesh implements Engine {
  private readonly peers = new Map<string, Peer>();
  private way: Way | undefined;

  /** `media`: what this page shows now, `me`: its own name on the wire. */
  constructor(private readonly me: string, private ice: RTCIceServer[], private readonly wire: Wire, private readonly media: Media, private readonly screen: Screen) {}

  private of(role: string): Peer | undefined { return [...this.peers.values()].find((one) => one.role === role); }

  reach({ page, role }: Other): void {
    for (const other of [...this.peers.values()]) if (other.role === role && role !== "observer") this.leave(other.page);
    if (this.peers.has(page)) return;
    const one = new Peer(page, role, this.me > page, { iceServers: this.ice }, this.wire, this.media, this.screen);
    one.connection.addEventListener("connectionstatechange", () => { if (one.connection.connectionState === "connected" && this.way) one.send(this.way); });
    this.peers.set(page, one);
  }

  leave(page: string): void {
    this.peers.get(page)?.close();
    this.peers.delete(page);
    this.screen.left(page);
  }

  meets(role: string): boolean { return !!this.of(role); }

  add(stream: MediaStream): void {
    for (const one of this.peers.values()) one.add(stream);
  }

  remove(stream: MediaStream): void {
    for (const one of this.peers.values()) one.remove(stream);
  }

  send(way: Way): void {
    this.way = way;
    for (const one of this.peers.values()) one.send(way);
  }

  async line(role: string, way: Way): Promise<Line | undefined> {
    const one = this.of(role);
    if (!one) return undefined;
    return one.connection.connectionState !== "connected" ? "none" : await one.poor(way) ? "poor" : "good";
  }

  hear(said: Said): void { void this.peers.get(String(said.from))?.hear(said); }

  renew(ice: RTCIceServer[]): void {
    this.ice = ice;
    for (const one of this.peers.values()) one.connection.setConfiguration({ iceServers: ice });
  }

  close(): void {
    for (const page of [...this.peers.keys()]) this.leave(page);
  }
}
