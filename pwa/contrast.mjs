// Checks every pair of colours that meet in the styles: 4.5:1 for text, 3:1 for edges and marks, in light and
// dark. Sizes differ in elder mode, colours do not, so this holds for all four looks.
import { readFileSync } from "node:fs";

const TEXT = `ink paper|ink card|ink-2 paper|ink-2 card|ink-3 paper|ink-3 card|ink sea-wash|ink-2 sea-wash|sea paper|sea card
sea sea-wash|sea-deep sea-wash|sea-deep card|on-sea sea|dawn-ink dawn-wash|dawn-ink card|on-dawn dawn
bad card|bad paper|bad bad-wash|ink-2 line|ink dawn-wash|ink bad-wash`;
const MARKS = "edge card|edge paper|sea card|bad card|ink paper";

const css = readFileSync(new URL("styles/tokens.css", import.meta.url), "utf8");
const colour = /--([\w-]+): light-dark\(oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\), oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)\)/g;
const tokens = Object.fromEntries([...css.matchAll(colour)].map(([, name, ...n]) => [name, [n.slice(0, 3), n.slice(3)].map((c) => c.map(Number))]));

/** Relative luminance (WCAG) of an oklch colour, by way of linear sRGB. */
function luminance([lightness, chroma, hue]) {
  const [a, b] = [Math.cos, Math.sin].map((turn) => chroma * turn((hue * Math.PI) / 180));
  const L = lightness / 100;
  const [l, m, s] = [L + 0.3963377774 * a + 0.2158037573 * b, L - 0.1055613458 * a - 0.0638541728 * b, L - 0.0894841775 * a - 1.291485548 * b].map((x) => x ** 3);
  const rgb = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s];
  const [r, g, blue] = rgb.map((x) => Math.min(1, Math.max(0, x)));
  return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
}

function ratio(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

let weak = 0;
for (const [pairs, least] of [[TEXT, 4.5], [MARKS, 3]]) {
  for (const [front, back] of pairs.split(/[|\n]/).map((pair) => pair.split(" "))) {
    ["light", "dark"].forEach((look, n) => {
      const found = ratio(tokens[front][n], tokens[back][n]);
      if (found >= least) return;
      weak += 1;
      console.error(`${front} on ${back} (${look}): ${found.toFixed(2)}, needs ${least}`);
    });
  }
}
process.exitCode = weak ? 1 : 0;
