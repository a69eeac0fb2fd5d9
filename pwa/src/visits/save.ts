// 完成: what was written down is sealed for the server, becomes the next record of this phone's chain, and takes the place
// of the draft, in one transaction. Only when the disk has it is anybody told so.
import { SCHEMA, bytes, canonical, digest, encode, type Paper, type RecordOf } from "../sync/chain";
import { forget, pictures, type Facts } from "./draft";
import { seal, sign } from "../sync/seal";
import { textOf } from "./signed";
import { device, get, of, write, type Device, type Kept, type Sealed, type Shot } from "../sync/store";

interface Ready { record: Kept; papers: Sealed[]; next: Device }

async function papersOf(facts: Facts, own: Device): Promise<Sealed[]> {
  const made = (await pictures(facts.id)).map(async (picture) => {
    const data = await seal(picture, `attachment ${facts.id}`, own.keys);
    return { sha256: await digest(data), record: facts.id, data: data.buffer };
  });
  return Promise.all(made);
}

/** Of who asked at the door; nothing of a visit that was planned. */
function asked(of: Facts): object {
  const { item, village, reason, address, phone, idType: id_type, idNumber: id_number } = of;
  return of.visit ? {} : { asked: { item, village, reason, address, phone, id_type, id_number } };
}

async function payload(facts: Facts, at: number, own: Device): Promise<string> {
  const { id, who, matter, identity, ticks, handed, documents, consent, signature, note, powers, until } = facts;
  const text = textOf(facts, own.agent), document_hash = await digest(bytes(text));
  const given = facts.mandated ? {} : { powers, until };
  const told = { record: id, who, matter, identity, ticks, handed, documents, consent, signature, text, document_hash, at, note };
  return encode(await seal(bytes(JSON.stringify({ ...told, ...given, ...asked(facts) })), `payload ${id}`, own.keys));
}

async function ready(facts: Facts, own: Device): Promise<Ready> {
  const at = Date.now(), papers = await papersOf(facts, own);
  const attachments: Paper[] = papers.map(({ sha256, data }) => ({ sha256, size: data.byteLength }));
  const told: RecordOf = {
    id: facts.id, device: own.id, seq: own.seq + 1, prev: own.prev, schema: SCHEMA, visit: facts.visit, at,
    payload: await payload(facts, at, own), attachments,
  };
  const body = canonical({ ...told, attachments: attachments.map((one) => ({ ...one })) });
  const hash = await digest(bytes(body)), signature = await sign(own.pair.privateKey, bytes(body));
  const record: Kept = { id: facts.id, visit: facts.visit, seq: told.seq, at, state: "waiting", body, signature, hash, reason: "", receipt: "", until: 0 };
  return { record, papers, next: { ...own, seq: told.seq, prev: hash } };
}

/** Two tabs make one chain: they seal one after the other. Resolves when the record is on the disk. */
export async function save(facts: Facts): Promise<void> {
  await navigator.locks.request("visits-chain", async () => {
    const own = await device();
    if (!own) throw new Error("no device");
    if (await get("records", facts.id)) return forget(facts.id); // another tab has finished it
    const { record, papers, next } = await ready(facts, own);
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
