// 完成: what was written down is sealed for the server, becomes the next record of this device's chain, and takes the place
// of the draft, in one transaction. Only when the disk has it is anybody told so.
import { SCHEMA, bytes, canonical, digest, encode, type Paper, type RecordOf } from "./chain";
import { forget, pictures, type Drafted } from "./draft";
import { seal, sign } from "./seal";
import { CHAIN, device, get, of, write, type Device, type Kept, type Sealed, type Shot } from "./store";

/** What becomes of a draft: its kind (none: a visit, as older servers know it), and what is sealed in its record. */
export interface Finished<T extends Drafted> { kind: string; visit: string; told: (facts: T, at: number, own: Device) => Promise<object> }
interface Ready { record: Kept; papers: Sealed[]; next: Device }

async function papersOf(facts: Drafted, own: Device): Promise<Sealed[]> {
  const made = (await pictures(facts.id)).map(async (picture) => {
    const data = await seal(picture, `attachment ${facts.id}`, own.keys);
    return { sha256: await digest(data), record: facts.id, data: data.buffer };
  });
  return Promise.all(made);
}

async function ready<T extends Drafted>(facts: T, own: Device, how: Finished<T>): Promise<Ready> {
  const at = Date.now(), papers = await papersOf(facts, own), { id } = facts, { kind, visit } = how;
  const attachments: Paper[] = papers.map(({ sha256, data }) => ({ sha256, size: data.byteLength }));
  const payload = encode(await seal(bytes(JSON.stringify(await how.told(facts, at, own))), `payload ${id}`, own.keys));
  const told: RecordOf = { id, device: own.id, seq: own.seq + 1, prev: own.prev, schema: SCHEMA, visit, at, payload, attachments };
  const body = canonical({ ...told, ...(kind ? { kind } : {}), attachments: attachments.map((one) => ({ ...one })) });
  const hash = await digest(bytes(body)), signature = await sign(own.pair.privateKey, bytes(body));
  const record: Kept = { id, visit, seq: told.seq, at, state: "waiting", body, signature, hash, reason: "", receipt: "", until: 0 };
  return { record, papers, next: { ...own, seq: told.seq, prev: hash } };
}

/** Two tabs make one chain: they seal one after the other. Resolves when the record is on the disk. */
export async function save<T extends Drafted>(facts: T, how: Finished<T>): Promise<void> {
  await navigator.locks.request(CHAIN, async () => {
    const own = await device();
    if (!own) throw new Error("no device");
    if (await get("records", facts.id)) return forget(facts.id); // another tab has finished it
    const { record, papers, next } = await ready(facts, own, how);
    const shots = await of<Shot>("shots", "draft", facts.id);
    await write(["meta", "records", "papers", "drafts", "shots"], (of) => {
      of("records").add(record); // not `put`: what another tab finished is not finished again
      for (const paper of papers) of("papers").put(paper);
      of("meta").put(next, "device");
      of("drafts").delete(facts.id);
      for (const shot of shots) of("shots").delete(shot.key);
    });
  });
}
