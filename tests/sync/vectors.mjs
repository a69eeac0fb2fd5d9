// What the phone's code makes of the vectors, as JSON: canonical bytes, hashes, the signature, something sealed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { webcrypto } from "node:crypto";
globalThis.crypto ??= webcrypto;
const [, , pwa, vectors, keys, typed] = process.argv;
const { buildSync } = createRequire(`${pwa}/package.json`)("esbuild");
const load = async (name) => {
  const built = buildSync({ entryPoints: [`${pwa}/src/sync/${name}.ts`], bundle: true, format: "esm", write: false });
  return import(`data:text/javascript;base64,${Buffer.from(built.outputFiles[0].contents).toString("base64")}`);
};
const [chain, seal, ids] = await Promise.all(["chain", "seal", "idnumber"].map(load));
const given = JSON.parse(readFileSync(vectors, "utf8")), made = given.signature;
const canonical = await Promise.all(given.canonical.map(async ({ value }) => {
  const bytes = chain.canonical(value);
  return { value, bytes, hash: await chain.digest(chain.bytes(bytes)) };
}));
const genuine = await seal.genuine(made.key, made.bytes, made.signature);
const sealed = chain.encode(await seal.seal(chain.bytes("words"), "payload 1", JSON.parse(keys)));
const possible = JSON.parse(typed).map(([kind, number]) => !ids.impossible(kind, number));
console.log(JSON.stringify({ canonical, genuine, sealed, possible }));
