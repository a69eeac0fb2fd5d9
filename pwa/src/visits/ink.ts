// A field to sign in, with finger, pen or mouse. Who cannot write makes a mark; it is a signature too.
const WIDTH = 600, HEIGHT = 260, PEN = 5;

export class Ink {
  private drawn = false;
  private readonly pen: CanvasRenderingContext2D;

  constructor(private readonly canvas: HTMLCanvasElement, private readonly changed: () => void) {
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    this.pen = canvas.getContext("2d") as CanvasRenderingContext2D;
    this.clear();
    canvas.onpointerdown = (event) => { canvas.setPointerCapture(event.pointerId); this.begin(event); };
    canvas.onpointermove = (event) => { if (event.buttons) this.follow(event); };
  }

  private place(event: PointerEvent): [number, number] {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * WIDTH / box.width, (event.clientY - box.top) * HEIGHT / box.height];
  }

  private begin(event: PointerEvent): void {
    this.pen.beginPath();
    this.pen.moveTo(...this.place(event));
    this.follow(event);
  }

  private follow(event: PointerEvent): void {
    this.pen.lineTo(...this.place(event));
    this.pen.stroke();
    this.drawn = true;
    this.changed();
  }

  clear(): void {
    this.pen.fillStyle = "#fff";
    this.pen.fillRect(0, 0, WIDTH, HEIGHT);
    Object.assign(this.pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "#123" });
    this.drawn = false;
    this.changed();
  }

  /** PNG, base64; empty when nobody signed. */
  get signature(): string {
    return this.drawn ? this.canvas.toDataURL("image/png").replace(/^[^,]*,/, "") : "";
  }
}
