// The PIN opens a random key that drafts and today's list are encrypted under. Deriving is slow on purpose; while the
// app runs, and when it is opened again, wrong tries cost more and more time.
import { bytes } from "./chain";
import { get, write, type Lock, type Locked } from "./store";

const ROUNDS = 600_000; // OWASP, PBKDF2-HMAC-SHA-256
const FREE = 5, FIRST = 30_000, LONGEST = 3_600_000; // tries without waiting; ms
const NONCE = 12;
interface Tries { wrong: number; until: number }

let key: CryptoKey | undefined;
let counted: Tries | undefined; // a phone that is full still counts, as long as the app runs

const tries = async (): Promise<Tries | undefined> => counted ?? get<Tries>("meta", "tries");
const quietly = (work: Promise<void>): Promise<void> => work.catch(() => undefined);

export class WrongPin extends Error {}
export const open = (): boolean => key !== undefined;
export function close(): void { key = undefined; }

async function derived(pin: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey("raw", bytes(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const imported = (raw: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** A new key under this PIN; what was under another is not readable any more. */
export async function choose(pin: string): Promise<Lock> {
  const salt = crypto.getRandomValues(new Uint8Array(16)), iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await derived(pin, salt, ROUNDS), raw);
  key = await imported(raw);
  raw.fill(0);
  return { salt, rounds: ROUNDS, iv, data };
}

/** How many seconds nobody may try. */
export async function waiting(): Promise<number> {
  return Math.max(0, Math.ceil((((await tries())?.until ?? 0) - Date.now()) / 1000));
}

/** Refuses: WrongPin. A try counts before it is made, so that ending the app in the middle gains nothing. */
export async function unlock(pin: string): Promise<void> {
  const lock = await get<Lock>("meta", "lock");
  if (!lock || await waiting()) throw new WrongPin();
  const wrong = ((await tries())?.wrong ?? 0) + 1;
  const pause = wrong < FREE ? 0 : Math.min(LONGEST, FIRST * 2 ** (wrong - FREE));
  const now = counted = { wrong, until: Date.now() + pause };
  await quietly(write(["meta"], (of) => of("meta").put(now, "tries")));
  try {
    const raw = await crypto.subtle.decrypt({ name: "AES-GCM", iv: lock.iv }, await derived(pin, lock.salt, lock.rounds), lock.data);
    key = await imported(raw);
  } catch { throw new WrongPin(); }
  counted = undefined;
  await quietly(write(["meta"], (of) => of("meta").delete("tries")));
}

function own(): CryptoKey {
  if (!key) throw new WrongPin();
  return key;
}

export async function hide(data: BufferSource): Promise<Locked> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, own(), data) };
}

export const show = (locked: Locked): Promise<ArrayBuffer> =>
  crypto.subtle.decrypt({ name: "AES-GCM", iv: locked.iv }, own(), locked.data);

export const hideWords = (value: unknown): Promise<Locked> => hide(bytes(JSON.stringify(value)));

export async function showWords<T>(locked: Locked): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await show(locked))) as T;
}
