// 指给对方看: a pointer and lines on what both look at (`data-surface`), in parts of its width and height: the case, one of
// its papers, a camera, a screen. A line stays until it is wiped, also where what it lies on is fetched anew.
import type { Said, Wire } from "./wire";

type Point = [number, number];
interface Line { id: string; points: Point[] }
interface Marks { lines: Line[]; dots: { at: Point; until: number }[] }
const FADES = 3000; // ms until a pointer is gone
const MOST = 200; // points of a line
const MANY = 40; // lines on one surface; the oldest goes
const marked = new Map<string, Marks>();
let views: () => Document[] = () => [document]; // this page, and what it turned to the applicant

const surfaces = (view: Document, name: string): NodeListOf<HTMLElement> => view.querySelectorAll(`[data-surface="${CSS.escape(name)}"]`);
/** One sees oneself as in a mirror. */
const mirrored = (surface: HTMLElement): boolean => !!surface.querySelector('[data-tile="own"]');

function layer(surface: HTMLElement): HTMLCanvasElement {
  const found = surface.querySelector<HTMLCanvasElement>(":scope > canvas.marks") ?? Object.assign(surface.ownerDocument.createElement("canvas"), { className: "marks" });
  if (!found.isConnected) surface.append(found);
  Object.assign(found, { width: surface.clientWidth, height: surface.clientHeight }); // and nothing is on it
  return found;
}

function paint(surface: HTMLElement, { lines, dots }: Marks): void {
  const canvas = layer(surface), pen = canvas.getContext("2d"), turned = mirrored(surface);
  if (!pen) return;
  const placed = ([x, y]: Point): Point => [(turned ? 1 - x : x) * canvas.width, y * canvas.height];
  pen.strokeStyle = pen.fillStyle = getComputedStyle(surface).getPropertyValue("--mark") || "red";
  pen.lineWidth = 4;
  for (const { points } of lines) {
    pen.beginPath();
    for (const one of points) pen.lineTo(...placed(one));
    pen.stroke();
  }
  for (const { at } of dots) {
    pen.beginPath();
    pen.arc(...placed(at), 10, 0, 7);
    pen.fill();
  }
}

function paintAll(name: string): void {
  const marks = marked.get(name) ?? { lines: [], dots: [] };
  marks.dots = marks.dots.filter((one) => one.until > performance.now());
  // A page that is not open here says in its row that somebody points on it.
  const row = name.startsWith("page-") && document.querySelector(`[data-surface="${CSS.escape(name.replace("page-", "paper-"))}"] [data-pointed]`);
  if (row instanceof HTMLElement) row.hidden = !!surfaces(document, name).length || !(marks.lines.length + marks.dots.length);
  for (const view of views()) for (const surface of surfaces(view, name)) paint(surface, marks);
  for (const deed of document.querySelectorAll<HTMLElement>('[data-deed="wipe"]')) deed.hidden = ![...marked.values()].some(({ lines }) => lines.length);
}

/** Whatever was fetched anew, or has another size, has its marks again. */
export function remark(): void {
  for (const name of marked.keys()) paintAll(name);
}

/** Puts on the surface what somebody marked. */
export function mark(said: Said): void {
  const name = String(said["surface"]), points = said["points"] as Point[], marks = marked.get(name) ?? { lines: [], dots: [] };
  marked.set(name, marks);
  if (said["shape"] === "line" && !marks.lines.some((one) => one.id === said["id"])) marks.lines = [...marks.lines, { id: String(said["id"]), points }].slice(-MANY);
  if (said["shape"] === "point") {
    for (const at of points) marks.dots.push({ at, until: performance.now() + FADES });
    setTimeout(() => paintAll(name), FADES + 10);
  }
  paintAll(name);
}

/** No line anywhere any more. */
export function wipe(): void {
  for (const [name, marks] of marked) { marks.lines = []; paintAll(name); }
}

/** Somebody came, or came back: the lines that lie here are told to their page. */
export function retell(wire: Wire | undefined, page: string): void {
  for (const [surface, { lines }] of marked) for (const one of lines) wire?.say({ kind: "mark", shape: "line", surface, ...one, to: page });
}

/** Where it lay as the pointer came down: it may be fetched anew before the pointer goes up. */
class Stroke {
  readonly points: Point[] = [];
  readonly name: string;
  private readonly box: DOMRect;
  private readonly turned: boolean;

  constructor(surface: HTMLElement, event: PointerEvent) {
    [this.name, this.box, this.turned] = [surface.dataset["surface"] ?? "", surface.getBoundingClientRect(), mirrored(surface)];
    this.go(event);
  }

  go({ clientX, clientY }: PointerEvent): void {
    const within = (value: number): number => Math.min(1, Math.max(0, value)), across = within((clientX - this.box.left) / this.box.width);
    if (this.points.length < MOST) this.points.push([this.turned ? 1 - across : across, within((clientY - this.box.top) / this.box.height)]);
  }
}

/** Whoever presses and moves on a surface while 指 is on draws; one who only presses points. Returns how to stop. */
export function offerMarks(wire: () => Wire | undefined, on: () => boolean, seen: () => Document[]): () => void {
  const stop = new AbortController(), { signal } = stop;
  let stroke: Stroke | undefined;
  const tell = (shape: string, name: string, at: Point[]): void => {
    const said = { kind: "mark", shape, surface: name, points: at, id: `${Date.now()}.${Math.random()}`.slice(0, 36) };
    wire()?.say(said);
    mark(said);
  };
  views = seen;
  document.addEventListener("pointerdown", (event) => {
    const surface = on() && event.target instanceof Element ? event.target.closest<HTMLElement>("[data-surface]") : null;
    stroke = surface ? new Stroke(surface, event) : undefined;
    if (stroke) event.preventDefault();
  }, { signal });
  document.addEventListener("pointermove", (event) => stroke?.go(event), { signal });
  document.addEventListener("pointerup", () => {
    if (stroke && stroke.points.length > 2) tell("line", stroke.name, stroke.points);
    else if (stroke) tell("point", stroke.name, stroke.points.slice(0, 1));
    stroke = undefined;
  }, { signal });
  document.addEventListener("click", (event) => { // what is pointed at is not pressed
    if (on() && event.target instanceof Element && event.target.closest("[data-surface]")) { event.preventDefault(); event.stopPropagation(); }
  }, { signal, capture: true });
  for (const one of document.querySelectorAll<HTMLElement>('[data-deed="wipe"]')) one.onclick = () => { wire()?.say({ kind: "wipe" }); wipe(); };
  for (const name of ["live:fresh", "htmx:after:swap"]) document.addEventListener(name, remark, { signal });
  addEventListener("resize", remark, { signal });
  return () => { stop.abort(); marked.clear(); };
}
