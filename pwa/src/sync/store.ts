// What lies on this device, in IndexedDB. Records and papers are sealed for the server; drafts and today's list are
// encrypted under the key that the PIN opens. Nothing else of anybody is written down.
import type { Keys } from "./seal";

export interface Device {
  id: string; pair: CryptoKeyPair; agent: string; keys: Keys; receipts: { [id: string]: string }; seq: number; prev: string;
}
export interface Locked { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }
export interface Lock extends Locked { salt: Uint8Array<ArrayBuffer>; rounds: number }
/** `waiting`: not yet signed for; `quarantined`: refused, with the reason; `done`: a stub that says it is there. */
export interface Kept {
  id: string; visit: string; seq: number; at: number; state: "waiting" | "quarantined" | "done"; body: string; signature: string; hash: string;
  reason: string; receipt: string; until: number;
}
export interface Sealed { sha256: string; record: string; data: ArrayBuffer }
export interface Draft extends Locked { id: string; at: number }
export interface Shot extends Locked { key: string; draft: string }
type Store = "meta" | "drafts" | "shots" | "records" | "papers";

// A browser may be an agent's phone and a desk's computer at once: each page has a store of its own, the first page the
// one that phones have always had.
const NAME = document.body.dataset.store ?? "visits", VERSION = 1;
export const CHAIN = `${NAME}-chain`, UPLOAD = `${NAME}-upload`;
export const ALL: Store[] = ["meta", "drafts", "shots", "records", "papers"];
let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  return opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      const base = asked.result;
      base.createObjectStore("meta");
      base.createObjectStore("drafts", { keyPath: "id" });
      base.createObjectStore("shots", { keyPath: "key" }).createIndex("draft", "draft");
      base.createObjectStore("records", { keyPath: "id" });
      base.createObjectStore("papers", { keyPath: "sha256" }).createIndex("record", "record");
    };
    asked.onsuccess = () => {
      // A newer version of the app in another tab must not wait for this one.
      asked.result.onversionchange = () => { asked.result.close(); opened = undefined; };
      resolve(asked.result);
    };
    asked.onerror = () => { opened = undefined; reject(asked.error); };
  });
}

export function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Everything or nothing, on the disk and not only on its way there. */
export async function write(stores: Store[], work: (of: (name: Store) => IDBObjectStore) => void): Promise<void> {
  const base = await open();
  return new Promise((resolve, reject) => {
    const whole = base.transaction(stores, "readwrite", { durability: "strict" });
    whole.oncomplete = () => resolve();
    whole.onabort = () => reject(whole.error ?? new DOMException("aborted", "AbortError"));
    work((name) => whole.objectStore(name));
  });
}

export async function get<T>(name: Store, key: string): Promise<T | undefined> {
  return answer((await open()).transaction(name).objectStore(name).get(key) as IDBRequest<T | undefined>);
}

export async function all<T>(name: Store): Promise<T[]> {
  return answer((await open()).transaction(name).objectStore(name).getAll() as IDBRequest<T[]>);
}

export async function of<T>(name: "shots" | "papers", index: string, key: string): Promise<T[]> {
  return answer((await open()).transaction(name).objectStore(name).index(index).getAll(key) as IDBRequest<T[]>);
}

export const device = (): Promise<Device | undefined> => get<Device>("meta", "device");

export async function records(): Promise<Kept[]> {
  return (await all<Kept>("records")).sort((one, other) => one.seq - other.seq);
}
