// Sealing for the server, signing as this phone, and checking what the server signed: `backend/sync/seal.py`.
import { bytes, decode, digest, encode } from "./chain";

export interface Keys { id: number; seal: string; receipt: string }
const ECDH = { name: "ECDH", namedCurve: "P-256" }, ECDSA = { name: "ECDSA", namedCurve: "P-256" };
const SIGN = { name: "ECDSA", hash: "SHA-256" };
const NONCE = 12;

function joined(...parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  parts.reduce((at, one) => (all.set(one, at), at + one.length), 0);
  return all;
}

async function secret(own: CryptoKey, theirs: CryptoKey, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own, 256);
  const stretched = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: bytes("qiban visit 1") };
  return crypto.subtle.deriveKey(how, stretched, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
}

/** Sealed so that only the server opens it, and only under the same words. */
export async function seal(data: BufferSource, words: string, keys: Keys): Promise<Uint8Array<ArrayBuffer>> {
  const to = decode(keys.seal);
  const own = await crypto.subtle.generateKey(ECDH, false, ["deriveBits"]);
  const here = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const theirs = await crypto.subtle.importKey("raw", to, ECDH, false, []);
  const key = await secret(own.privateKey, theirs, joined(here, to));
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(words) }, key, data);
  return joined(new Uint8Array([keys.id]), here, iv, new Uint8Array(body));
}

/** A pair whose private half no page can read. */
export async function newPair(): Promise<{ pair: CryptoKeyPair; point: string }> {
  const pair = await crypto.subtle.generateKey(ECDSA, false, ["sign", "verify"]);
  return { pair, point: encode(await crypto.subtle.exportKey("raw", pair.publicKey)) };
}

export async function sign(key: CryptoKey, body: Uint8Array<ArrayBuffer>): Promise<string> {
  return encode(await crypto.subtle.sign(SIGN, key, body));
}

export async function genuine(point: string, body: string, signature: string): Promise<boolean> {
  const key = await crypto.subtle.importKey("raw", decode(point), ECDSA, false, ["verify"]);
  return crypto.subtle.verify(SIGN, key, decode(signature), bytes(body));
}

/** The headers that prove a request: `backend/sync/routes.py` says what is signed. */
export async function proof(
  key: CryptoKey, device: string, method: string, path: string, offset: string, body: BufferSource,
): Promise<Record<string, string>> {
  const lines = [method, path, offset, await digest(body)].join("\n");
  const headers = { "sync-device": device, "sync-signature": await sign(key, bytes(lines)) };
  return offset ? { ...headers, "upload-offset": offset } : headers;
}
