// Builds pwa/dist: assets/ (scripts and stylesheets under hashed names), manifest.json (plain name →
// hashed name), icons.json (lucide's shapes, inlined by the `icon` macro); sw.js (the service worker) and
// app.webmanifest, whose addresses never change. Nothing of it is committed.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import esbuild from "esbuild";
import { bundle } from "lightningcss";
import { pictures } from "./pictures.mjs";

const require = createRequire(import.meta.url);
const dist = new URL("dist/", import.meta.url).pathname;
const version = (major, minor = 0) => (major << 16) | (minor << 8);
const manifest = {};

/** Writes a file under a name that changes with its content, and remembers it. */
function keep(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  manifest[name] = name.replace(/\.(\w+)$/, `-${hash}.$1`);
  writeFileSync(`${dist}assets/${manifest[name]}`, content);
}

/** Bundles modules of src/, each into one file. */
async function bundled(names, format, define = {}) {
  const built = await esbuild.build({
    entryPoints: names.map((name) => new URL(`src/${name}.ts`, import.meta.url).pathname),
    bundle: true, minify: true, format, target: ["chrome99", "safari15.4", "firefox100"],
    legalComments: "none", outdir: dist, entryNames: "[name]", write: false, define,
  });
  return built.outputFiles;
}

async function scripts() {
  for (const file of await bundled(["app", "htmx", "camera", "kiosk", "visits/phone", "crossregion/desk", "call/call", "selfcheck"], "esm")) keep(file.path.slice(dist.length), file.contents);
}

/** One plain script, for Firefox runs no modules as service workers. It knows what every page needs. */
async function worker() {
  const shell = ["app.css", "htmx.js", "app.js", "icon.svg"].map((name) => `/assets/${manifest[name]}`);
  for (const file of await bundled(["sw/sw"], "iife", { SHELL: JSON.stringify(shell) })) writeFileSync(file.path, file.contents);
}

/** The one stylesheet, and those of a hall's screens, which no phone needs. */
function styles(name) {
  const { code } = bundle({
    filename: new URL(`styles/${name}`, import.meta.url).pathname,
    minify: true, targets: { chrome: version(99), safari: version(15, 4), ios_saf: version(15, 4), firefox: version(100) },
  });
  keep(name, code);
}

function icons() {
  const from = dirname(require.resolve("lucide-static/package.json")) + "/icons/";
  const inside = (file) => readFileSync(from + file, "utf8").replace(/^[^]*?<svg[^>]*>|<\/svg>|\n\s*/g, "");
  const all = readdirSync(from).map((file) => [file.slice(0, -".svg".length), inside(file)]);
  writeFileSync(dist + "icons.json", JSON.stringify(Object.fromEntries(all)));
  return Object.fromEntries(all);
}

/** The manifest of the installed app; its pictures stand in it under the names they are kept by. */
function installable(shapes) {
  const app = JSON.parse(readFileSync(new URL("manifest.json", import.meta.url)));
  const shown = [app, ...app.shortcuts].flatMap((one) => one.icons);
  const signs = app.shortcuts.map((one) => one.icons[0].src.replace("-96.png", ""));
  Object.entries(pictures(shapes, signs)).forEach(([name, content]) => keep(name, content));
  for (const picture of shown) picture.src = `/assets/${manifest[picture.src]}`;
  writeFileSync(dist + "app.webmanifest", JSON.stringify(app));
  const phone = { ...app, id: "/visits/phone", name: "启办上门", short_name: "上门", start_url: "/visits/phone", shortcuts: [] };
  writeFileSync(dist + "phone.webmanifest", JSON.stringify(phone));
}

/** Pages that are open somewhere still ask for the files they were made with: those of a week stay. */
function prune() {
  const old = (file) => statSync(file).mtimeMs < Date.now() - 7 * 24 * 3600e3;
  const kept = new Set(Object.values(manifest));
  for (const name of readdirSync(dist + "assets")) {
    if (!kept.has(name) && old(`${dist}assets/${name}`)) rmSync(`${dist}assets/${name}`);
  }
}

mkdirSync(dist + "assets", { recursive: true });
await scripts();
["app.css", "desk.css", "kiosk.css", "screens.css", "visit.css"].forEach(styles);
keep("icon.svg", readFileSync(new URL("icons/icon.svg", import.meta.url)));
installable(icons());
await worker();
writeFileSync(dist + "manifest.json", JSON.stringify(manifest, null, 2));
prune();
