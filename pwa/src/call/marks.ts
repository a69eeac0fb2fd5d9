// 指给对方看: a pointer and lines on what both look at (`data-surface`), in parts of its width and height.
import type { Said, Wire } from "./wire";

type Point = [number, number];
const FADES = 3000; // ms until a pointer is gone; a line stays until it is wiped
const MOST = 200; // points of a line
let drawing = false;

function layer(surface: HTMLElement): HTMLCanvasElement {
  const found = surface.querySelector<HTMLCanvasElement>("canvas.marks") ?? Object.assign(document.createElement("canvas"), { className: "marks" });
  if (!found.isConnected) surface.append(found);
  if (found.width !== surface.clientWidth || found.height !== surface.clientHeight) Object.assign(found, { width: surface.clientWidth, height: surface.clientHeight });
  return found;
}

function place(surface: HTMLElement, event: PointerEvent): Point {
  const box = surface.getBoundingClientRect(), within = (value: number): number => Math.min(1, Math.max(0, value));
  return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
}

/** Puts on the surface what somebody marked. */
export function mark(said: Said): void {
  const surface = document.querySelector<HTMLElement>(`[data-surface="${CSS.escape(String(said["surface"]))}"]`);
  if (!surface) return;
  const canvas = layer(surface), pen = canvas.getContext("2d"), points = said["points"] as Point[];
  if (!pen) return;
  if (said["shape"] === "clear") return pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.strokeStyle = pen.fillStyle = getComputedStyle(surface).getPropertyValue("--mark") || "red";
  pen.lineWidth = 4;
  pen.beginPath();
  for (const [x, y] of points) said["shape"] === "point" ? pen.arc(x * canvas.width, y * canvas.height, 10, 0, 7) : pen.lineTo(x * canvas.width, y * canvas.height);
  if (said["shape"] === "line") return pen.stroke();
  pen.fill();
  setTimeout(() => { for (const [x, y] of points) pen.clearRect(x * canvas.width - 14, y * canvas.height - 14, 28, 28); }, FADES);
}

/** Whoever presses and moves on a surface while 指 is on draws; one who only presses points. */
export function offerMarks(wire: () => Wire | undefined, on: () => boolean): void {
  let points: Point[] = [], surface: HTMLElement | null = null;
  const tell = (shape: string): void => {
    const said = { kind: "mark", shape, surface: surface?.dataset["surface"] ?? "", points: points.slice(0, MOST) };
    wire()?.say(said);
    mark(said);
  };
  document.addEventListener("pointerdown", (event) => {
    surface = on() && event.target instanceof Element ? event.target.closest<HTMLElement>("[data-surface]") : null;
    if (!surface) return;
    event.preventDefault();
    [drawing, points] = [true, [place(surface, event)]];
  });
  document.addEventListener("pointermove", (event) => { if (drawing && surface) points.push(place(surface, event)); });
  document.addEventListener("pointerup", () => { if (drawing && surface) tell(points.length > 2 ? "line" : "point"); drawing = false; });
}
