// Draws the app's pictures from icons/icon.svg and lucide's shapes: PNG, for launchers take nothing else.
import { readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";

const icon = readFileSync(new URL("icons/icon.svg", import.meta.url), "utf8");
const [, ground, drawing] = icon.match(/(<rect[^>]*>)([^]*)<\/svg>/);
const square = (inside) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">${inside}</svg>`;

// A launcher cuts its own shape: the ground goes to the edge, the drawing stays within the inner 80 %.
const full = square(`${ground.replace(/ rx="\d+"/, "")}<g transform="translate(6.4 6.4) scale(.8)">${drawing}</g>`);

/** A lucide icon in white, on the icon's ground. */
const sign = (shape) => square(`${ground}<g transform="translate(14 14) scale(1.5)" fill="none" stroke="#fff"
  stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shape}</g>`);

const png = (svg, width) => new Resvg(svg, { fitTo: { mode: "width", value: width } }).render().asPng();

/** Name → PNG. `shapes`: lucide's, by name; `signs`: those that a shortcut shows. */
export function pictures(shapes, signs) {
  return {
    "icon-192.png": png(icon, 192), "icon-512.png": png(icon, 512),
    "maskable-512.png": png(full, 512), "apple-touch-180.png": png(full, 180),
    ...Object.fromEntries(signs.map((name) => [`${name}-96.png`, png(sign(shapes[name]), 96)])),
  };
}
