// A field to sign in, with finger, pen or mouse. Who cannot write makes a mark; it is a signature too.
import SignaturePad from "signature_pad";

export class Ink {
  private readonly pad: SignaturePad;

  /** `changed`: after each stroke, and when it is wiped. */
  constructor(private readonly canvas: HTMLCanvasElement, private readonly changed: () => void = () => undefined) {
    [canvas.width, canvas.height] = [600, 260];
    this.pad = new SignaturePad(canvas, { backgroundColor: "#fff", penColor: "#112233", minWidth: 1.5, maxWidth: 4 });
    this.pad.addEventListener("beginStroke", () => this.fit());
    this.pad.addEventListener("endStroke", changed);
  }

  /** The library draws in the page's pixels, the picture has always the same. */
  private fit(): void {
    const box = this.canvas.getBoundingClientRect();
    this.canvas.getContext("2d")?.setTransform(this.canvas.width / box.width, 0, 0, this.canvas.height / box.height, 0, 0);
  }

  clear(): void {
    this.canvas.getContext("2d")?.resetTransform();
    this.pad.clear();
    this.changed();
  }

  /** A data address of a PNG; empty when nobody signed. */
  get address(): string {
    return this.pad.isEmpty() ? "" : this.pad.toDataURL("image/png");
  }
}
