// What waits is handed over, one record after the other, by one tab at a time. It is let go only when a receipt is here
// that our server signed and that names this record and every document.
import { bytes, canonical } from "./chain";
import { genuine, proof, type Keys } from "./seal";
import { ALL, CHAIN, UPLOAD, device, get, of, records, write, type Device, type Kept, type Sealed } from "./store";

const PIECE = 98_304; // bytes
const STUB = 30 * 24 * 3600e3; // ms that is remembered what was handed over
const TIMES = 4; // rounds of documents; more would mean that they never fit
export interface State { waiting: number; quarantined: number; missing: number; at: number; trouble: string; wiped: boolean }
interface Told { state: string; reason: string; receipt: string; signature: string; missing?: { sha256: string; offset: number }[]; revoked?: boolean }
interface Heard { revoked: boolean; missing: number; held: number; keys: Keys; now: number }

export class Trouble extends Error {}
const AWAY = "现在连不上服务器，稍后自动再传";

async function asked(path: string, init: RequestInit): Promise<Response> {
  try { return await fetch(path, { ...init, redirect: "error", credentials: "omit", cache: "no-store" }); }
  catch { throw new Trouble(AWAY); }
}

async function contact(own: Device, wiped = false): Promise<Heard> {
  const kept = (await records()).filter((one) => one.state !== "done" && !one.receipt);
  const body = bytes(JSON.stringify({ unsent: kept.length, since: kept[0]?.at ?? 0, at: Date.now(), wiped }));
  const path = `/sync/devices/${own.id}/contact`;
  const headers = await proof(own.pair.privateKey, own.id, "POST", path, "", body);
  const said = await asked(path, { method: "POST", body, headers });
  if (!said.ok) throw new Trouble(said.status === 403 ? "本机没有登记，请联系办公室" : AWAY);
  return (await said.json()) as Heard;
}

/** New keys of ours are for what is sealed from now on; old receipts are still checked by the old ones. */
async function learn(heard: Heard): Promise<void> {
  await navigator.locks.request(CHAIN, async () => {
    const own = await device();
    if (!own) return;
    const receipts = { ...own.receipts, [heard.keys.id]: heard.keys.receipt };
    await write(["meta"], (of) => of("meta").put({ ...own, keys: heard.keys, receipts }, "device"));
  });
}

async function put(record: Kept): Promise<{ status: number; told: Told }> {
  const headers = { "sync-signature": record.signature, "sync-clock": String(Date.now()), "content-type": "application/json" };
  const said = await asked(`/sync/records/${record.id}`, { method: "PUT", body: record.body, headers });
  const ours = (said.headers.get("content-type") ?? "").startsWith("application/json");
  if (!ours || ![200, 202, 403, 409, 422].includes(said.status)) throw new Trouble(said.status === 413 ? "服务器说内容太大，记录还在本机，请联系办公室" : AWAY);
  return { status: said.status, told: (await said.json()) as Told };
}

async function piece(own: Device, paper: Sealed, at: number): Promise<number> {
  const path = `/sync/attachments/${paper.sha256}`, body = paper.data.slice(at, at + PIECE);
  const headers = await proof(own.pair.privateKey, own.id, "PATCH", path, String(at), body);
  const said = await asked(path, { method: "PATCH", body, headers });
  const reached = said.headers.get("upload-offset");
  if (said.status === 422) return 0; // spoilt on the way, and thrown away there
  if ((said.ok || said.status === 409) && reached !== null) return Number(reached);
  throw new Trouble(AWAY);
}

async function send(own: Device, sha256: string, from: number): Promise<void> {
  const paper = await get<Sealed>("papers", sha256);
  if (!paper) throw new Trouble("一份材料在本机找不到了，请联系办公室");
  for (let at = from; at < paper.data.byteLength;) {
    const reached = await piece(own, paper, at);
    if (reached === 0 && at > 0) return; // the next round begins again
    at = reached;
  }
}

/** The receipt is ours, and names this record and each of its documents. */
async function proves(own: Device, record: Kept, told: Told): Promise<boolean> {
  if (!told.receipt) return false;
  const receipt = JSON.parse(told.receipt) as { key: number; hash: string; record: string; attachments: string[] };
  const point = own.receipts[receipt.key];
  const named = (JSON.parse(record.body) as { attachments: { sha256: string }[] }).attachments.map((one) => one.sha256).sort();
  return point !== undefined && receipt.record === record.id && receipt.hash === record.hash
    && canonical(receipt.attachments) === canonical(named) && genuine(point, told.receipt, told.signature);
}

async function letGo(record: Kept, receipt: string): Promise<void> {
  const papers = await of<Sealed>("papers", "record", record.id);
  const stub: Kept = { ...record, state: "done", body: "", signature: "", reason: "", receipt, until: Date.now() + STUB };
  await write(["records", "papers"], (of) => {
    of("records").put(stub);
    for (const paper of papers) of("papers").delete(paper.sha256);
  });
}

async function handOver(own: Device, record: Kept): Promise<void> {
  for (let round = 0; round < TIMES; round += 1) {
    const { status, told } = await put(record);
    if (status === 202) {
      for (const one of told.missing ?? []) await send(own, one.sha256, one.offset);
      continue;
    }
    const proved = await proves(own, record, told);
    if (status === 200 && proved) return letGo(record, told.receipt);
    if (status === 200) throw new Trouble("回执对不上，记录还在本机，请联系办公室");
    const quarantined: Kept = { ...record, state: "quarantined", reason: told.reason, receipt: proved ? told.receipt : "" };
    return write(["records"], (of) => of("records").put(quarantined));
  }
  throw new Trouble("材料传了几次都没传完整，稍后再传");
}

/** Revoked: what the server has signed for is gone from here; what it has not stays, sealed, and nothing else does. */
async function wipe(own: Device): Promise<void> {
  const left = (await records()).filter((one) => one.state !== "done" && !one.receipt);
  await contact(own, left.length === 0);
  const papers = (await Promise.all(left.map((one) => of<Sealed>("papers", "record", one.id)))).flat();
  await write(ALL, (of) => {
    for (const name of ALL) of(name).clear();
    for (const one of left) of("records").put(one);
    for (const one of papers) of("papers").put(one);
    if (left.length) of("meta").put(own, "device");
    of("meta").put(true, "wiped");
  });
}

async function pass(own: Device, again: boolean): Promise<State> {
  let heard = await contact(own);
  await learn(heard);
  const now = (await device()) ?? own;
  let trouble = "";
  for (const record of await records()) {
    if (record.state === "done" || (record.state === "quarantined" && !again)) continue;
    try { await handOver(now, record); }
    catch (error) {
      if (!(error instanceof Trouble)) throw error;
      trouble = error.message; // one that cannot pass holds no other up
    }
  }
  heard = await contact(now);
  if (heard.revoked) await wipe(now);
  return { ...(await standing()), missing: heard.missing, at: Date.now(), trouble, wiped: heard.revoked };
}

/** Stubs that are old are forgotten. */
async function tidy(): Promise<void> {
  const old = (await records()).filter((one) => one.state === "done" && one.until < Date.now());
  if (old.length) await write(["records"], (of) => { for (const one of old) of("records").delete(one.id); });
}

/** As far as this phone knows, without asking anybody. */
export async function standing(): Promise<State> {
  const kept = await records(), known = await get<State>("meta", "standing");
  const count = (state: string): number => kept.filter((one) => one.state === state).length;
  return {
    missing: 0, at: 0, trouble: "", wiped: false, ...known, waiting: count("waiting"), quarantined: count("quarantined"),
  };
}

/** One pass, unless another tab is at it. `again`: what was refused is tried once more. */
export async function upload(again: boolean): Promise<State | undefined> {
  const own = await device();
  if (!own) return undefined;
  return navigator.locks.request(UPLOAD, { ifAvailable: true }, async (lock) => {
    if (!lock) return undefined;
    await tidy();
    const state = await pass(own, again).catch(async (error: unknown) => {
      if (error instanceof Trouble) return { ...(await standing()), trouble: error.message };
      throw error;
    });
    if (!state.wiped) await write(["meta"], (of) => of("meta").put(state, "standing"));
    return state;
  });
}

