// What is sealed in the record of a visit: `backend/visits/from_phone.py`.
import { bytes, digest } from "../sync/chain";
import { save } from "../sync/save";
import type { Device } from "../sync/store";
import type { Facts } from "./facts";
import { textOf } from "./signed";

/** Of who asked at the door; nothing of a visit that was planned. */
function asked(of: Facts): object {
  const { item, village, reason, address, phone, idType: id_type, idNumber: id_number } = of;
  return of.visit ? {} : { asked: { item, village, reason, address, phone, id_type, id_number } };
}

async function told(facts: Facts, at: number, own: Device): Promise<object> {
  const { id, who, matter, identity, ticks, handed, documents, consent, signature, note, powers, until } = facts;
  const text = textOf(facts, own.agent), document_hash = await digest(bytes(text));
  const given = facts.mandated ? {} : { powers, until };
  const said = { record: id, who, matter, identity, ticks, handed, documents, consent, signature, text, document_hash, at, note };
  return { ...said, ...given, ...asked(facts) };
}

export const finished = (facts: Facts): Promise<void> => save(facts, { kind: "", visit: facts.visit, told });
