// What the pages of one session say to each other, through the server. It answers when it is asked whether it is there:
// a hidden tab's own timers fire once a minute. Broken, it is made anew; over, it is not.
const AGAIN = 1000; // ms
const FINAL = 4000; // close codes from here on are ours: another page speaks for this end, or it is over

export interface Said { kind: string; from?: string; page?: string; role?: string; name?: string; [more: string]: unknown }

export class Wire {
  private socket: WebSocket | undefined;
  private ended = false;
  private named = false; // the server said who this page is, and where all stands

  constructor(private path: string, private heard: (said: Said) => void, private over: () => void) { this.open(); }

  private open(): void {
    const socket = new WebSocket(new URL(this.path, location.href.replace(/^http/, "ws")).href);
    [this.socket, this.named] = [socket, false];
    socket.onmessage = (event: MessageEvent<string>) => {
      const said = JSON.parse(event.data) as Said;
      if (said.kind === "over") return this.end();
      if (said.kind === "hello") this.named = true;
      if (said.kind === "there") this.say({ kind: "here" });
      this.heard(said);
    };
    socket.onclose = ({ code }) => {
      if (this.ended) return;
      if (code < FINAL) setTimeout(() => { if (!this.ended) this.open(); }, AGAIN);
      else this.end();
    };
  }

  private end(): void {
    this.close();
    this.over();
  }

  /** Whether it went out: where the wire is broken, or the hello has not come, it did not. */
  say(message: { kind: string; [more: string]: unknown }): boolean {
    if (!this.named || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  close(): void {
    this.ended = true;
    this.socket?.close();
  }
}
