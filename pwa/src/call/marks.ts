// 指给对方看: a pointer and lines on what both look at (`data-surface`), in parts of its width and height: the case, one of
// its papers, a camera, a screen. A line stays until it is wiped, also where what it lies on is fetched anew.
import type { Said, Wire } from "./wire";

type Point = [number, number];
interface Marks { lines: Point[][]; dots: { at: Point; until: number }[] }
const FADES = 3000; // ms until a pointer is gone
const MOST = 200; // points of a line
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
  for (const line of lines) {
    pen.beginPath();
    for (const one of line) pen.lineTo(...placed(one));
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
  for (const view of views()) for (const surface of surfaces(view, name)) paint(surface, marks);
  for (const wipe of document.querySelectorAll<HTMLElement>('[data-deed="wipe"]')) wipe.hidden = ![...marked.values()].some((one) => one.lines.length);
}

/** Whatever was fetched anew, or has another size, has its marks again. */
export function remark(): void {
  for (const name of marked.keys()) paintAll(name);
}

/** Puts on the surface what somebody marked. */
export function mark(said: Said): void {
  const name = String(said["surface"]), points = said["points"] as Point[], marks = marked.get(name) ?? { lines: [], dots: [] };
  marked.set(name, marks);
  if (said["shape"] === "clear") marks.lines = [];
  if (said["shape"] === "line") marks.lines.push(points);
  if (said["shape"] === "point") {
    for (const at of points) marks.dots.push({ at, until: performance.now() + FADES });
    setTimeout(() => paintAll(name), FADES + 10);
  }
  paintAll(name);
}

function place(surface: HTMLElement, event: PointerEvent): Point {
  const box = surface.getBoundingClientRect(), within = (value: number): number => Math.min(1, Math.max(0, value));
  const across = within((event.clientX - box.left) / box.width);
  return [mirrored(surface) ? 1 - across : across, within((event.clientY - box.top) / box.height)];
}

/** Whoever presses and moves on a surface while 指 is on draws; one who only presses points. Returns how to stop. */
export function offerMarks(wire: () => Wire | undefined, on: () => boolean, seen: () => Document[]): () => void {
  const stop = new AbortController(), { signal } = stop;
  let points: Point[] = [], surface: HTMLElement | null = null;
  const tell = (shape: string, name: string, at: Point[]): void => {
    const said = { kind: "mark", shape, surface: name, points: at };
    wire()?.say(said);
    mark(said);
  };
  views = seen;
  document.addEventListener("pointerdown", (event) => {
    surface = on() && event.target instanceof Element ? event.target.closest<HTMLElement>("[data-surface]") : null;
    if (!surface) return;
    event.preventDefault();
    points = [place(surface, event)];
  }, { signal });
  document.addEventListener("pointermove", (event) => { if (surface && points.length < MOST) points.push(place(surface, event)); }, { signal });
  document.addEventListener("pointerup", () => {
    if (surface) tell(points.length > 2 ? "line" : "point", surface.dataset["surface"] ?? "", points.length > 2 ? points : points.slice(0, 1));
    surface = null;
  }, { signal });
  document.addEventListener("click", (event) => { // what is pointed at is not pressed
    if (on() && event.target instanceof Element && event.target.closest("[data-surface]")) { event.preventDefault(); event.stopPropagation(); }
  }, { signal, capture: true });
  const wipe = document.querySelector<HTMLElement>('[data-deed="wipe"]');
  if (wipe) wipe.onclick = () => { for (const [name, { lines }] of marked) if (lines.length) tell("clear", name, []); };
  for (const name of ["live:fresh", "htmx:after:swap"]) document.addEventListener(name, remark, { signal });
  addEventListener("resize", remark, { signal });
  return () => { stop.abort(); marked.clear(); };
}
