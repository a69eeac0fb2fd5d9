// The record of one visit and the chain of a phone's records: what `backend/sync/chain.py` says, said again here.
// `tests/sync/vectors.json` holds both to the same bytes.
export type Plain = string | number | Plain[] | { [key: string]: Plain };
export interface Paper { sha256: string; size: number }
export interface RecordOf {
  id: string; device: string; seq: number; prev: string; schema: number; visit: string; at: number; payload: string;
  attachments: Paper[];
}

export const SCHEMA = 1;
export const ZEROS = "0".repeat(64);
const text = new TextEncoder();

/** The one way to write it down: keys sorted, no white space, printable ASCII, whole numbers. */
export function canonical(value: Plain): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object") {
    const pairs = Object.keys(value).sort().map((key) => `${canonical(key)}:${canonical(value[key] as Plain)}`);
    return `{${pairs.join(",")}}`;
  }
  const plain = typeof value === "string" ? /^[ -~]*$/.test(value) : Number.isSafeInteger(value);
  if (!plain) throw new TypeError("not canonical");
  return JSON.stringify(value);
}

export const bytes = (words: string): Uint8Array<ArrayBuffer> => text.encode(words);

export function hex(data: ArrayBuffer): string {
  return [...new Uint8Array(data)].map((one) => one.toString(16).padStart(2, "0")).join("");
}

export async function digest(data: BufferSource): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", data));
}

export function encode(data: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  let binary = "";
  const all = new Uint8Array(data);
  for (let at = 0; at < all.length; at += 0x8000) binary += String.fromCharCode(...all.subarray(at, at + 0x8000));
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function decode(words: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(words.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
}
