// A name drawn with the finger, sent as a PNG in the form's hidden field. Without a script people sign on paper.
const SIZE = { width: 640, height: 240 };

/** Where on the canvas the finger is. */
function spot(canvas: HTMLCanvasElement, event: PointerEvent): [number, number] {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
}

function blank(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  Object.assign(pen, { strokeStyle: "black", lineWidth: 5, lineCap: "round", lineJoin: "round" });
  return pen;
}

function draw(canvas: HTMLCanvasElement, field: HTMLInputElement): void {
  const pen = canvas.getContext("2d")!;
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...spot(canvas, event));
  };
  canvas.onpointermove = (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...spot(canvas, event));
    pen.stroke();
  };
  canvas.onpointerup = () => (field.value = canvas.toDataURL("image/png"));
}

/** Shows the place to sign where there is a script. */
export function offerSignature(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-signature]")) {
    if (!place.hidden) continue;
    const canvas = Object.assign(place.querySelector("canvas")!, SIZE);
    const field = place.querySelector<HTMLInputElement>("input")!;
    place.hidden = false;
    blank(canvas);
    draw(canvas, field);
    place.querySelector("button")!.onclick = () => (blank(canvas), (field.value = ""));
  }
}
