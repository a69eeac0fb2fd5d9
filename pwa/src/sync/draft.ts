// What is being written down: encrypted when a step is left, a page is photographed, or nobody has typed for a moment.
import { hide, hideWords, show, showWords } from "./lock";
import { all, of, write, type Draft, type Shot } from "./store";

/** `documents`: what each of its photographs shows, in their order. */
export interface Drafted { id: string; documents: string[] }

/** UUIDv7 (RFC 9562): begins with the time, so that ids sort as they were made. */
export function newId(): string {
  const all = crypto.getRandomValues(new Uint8Array(16));
  new DataView(all.buffer).setBigUint64(0, (BigInt(Date.now()) << 16n) | BigInt(0x7000 | ((all[6] ?? 0) << 8 | (all[7] ?? 0)) & 0xfff));
  all[8] = (all[8] ?? 0) & 0x3f | 0x80;
  const text = [...all].map((one) => one.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

let writing: Promise<unknown> = Promise.resolve();

/** One after the other: what is typed meanwhile never takes the place of a page that was photographed, nor of nothing. */
function inTurn(work: () => Promise<void>): Promise<void> {
  const done = writing.then(work);
  writing = done.catch(() => undefined);
  return done;
}

/** While it is `open`. What another tab has finished meanwhile does not come back. */
export const keep = (facts: Drafted, open: () => boolean): Promise<void> => inTurn(async () => {
  if (!open()) return;
  const locked = await hideWords(facts);
  await write(["drafts", "records"], (of) => {
    const finished = of("records").getKey(facts.id);
    finished.onsuccess = () => { if (finished.result === undefined) of("drafts").put({ id: facts.id, at: Date.now(), ...locked }); };
  });
});

/** A photographed document joins its draft, both at once. */
export const addShot = (facts: Drafted, name: string, picture: ArrayBuffer): Promise<void> => inTurn(async () => {
  const shot = await hide(picture), documents = [...facts.documents, name];
  const locked = await hideWords({ ...facts, documents });
  await write(["drafts", "shots"], (of) => {
    of("shots").put({ key: `${facts.id} ${newId()}`, draft: facts.id, ...shot });
    of("drafts").put({ id: facts.id, at: Date.now(), ...locked });
  });
  facts.documents = documents;
});

/** The nth photographed document is taken out again. */
export const dropShot = (facts: Drafted, n: number): Promise<void> => inTurn(async () => {
  const shot = (await of<Shot>("shots", "draft", facts.id))[n], documents = facts.documents.filter((_, at) => at !== n);
  const locked = await hideWords({ ...facts, documents });
  await write(["drafts", "shots"], (of) => {
    if (shot) of("shots").delete(shot.key);
    of("drafts").put({ id: facts.id, at: Date.now(), ...locked });
  });
  facts.documents = documents;
});

export async function pictures(draft: string): Promise<ArrayBuffer[]> {
  const shots = await of<Shot>("shots", "draft", draft);
  return Promise.all(shots.map(show));
}

export async function drafts<T extends Drafted>(): Promise<T[]> {
  const kept = (await all<Draft>("drafts")).sort((one, other) => one.at - other.at);
  return Promise.all(kept.map((one) => showWords<T>(one)));
}

/** Erased with what was photographed for it. */
export const forget = (draft: string): Promise<void> => inTurn(async () => {
  const shots = await of<Shot>("shots", "draft", draft);
  await write(["drafts", "shots"], (of) => {
    of("drafts").delete(draft);
    for (const shot of shots) of("shots").delete(shot.key);
  });
});
