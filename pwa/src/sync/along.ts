// What is taken along while there is a network and a session, encrypted under the PIN's key.
import { hideWords, open, showWords } from "./lock";
import { get, write, type Locked } from "./store";

/** Somebody has to sign in before it can be fetched anew. */
let signedOut = false;
export const isSignedOut = (): boolean => signedOut;

export async function takeAlong(path: string): Promise<void> {
  const answer = await fetch(path, { redirect: "manual", cache: "no-store" }).catch(() => undefined);
  if (answer) signedOut = answer.type === "opaqueredirect" || answer.status === 401;
  if (!answer?.ok || !open()) return;
  const kept = await hideWords({ ...(await answer.json() as object), at: Date.now() });
  await write(["meta"], (of) => of("meta").put(kept, "today"));
}

/** What was taken along last, and when (ms); else nothing. */
export async function along<T>(nothing: T): Promise<T & { at: number }> {
  const kept = await get<Locked>("meta", "today"), none = { ...nothing, at: 0 };
  return kept ? showWords<T & { at: number }>(kept).catch(() => none) : none;
}

const HERE = { timeZone: "Asia/Shanghai" };
export const dayHere = (at: number): string => new Date(at).toLocaleDateString("sv", HERE);

const clockHere = (at: number): string => new Date(at).toLocaleTimeString("zh-CN", { ...HERE, hour: "2-digit", minute: "2-digit" });
const parts = (at: number): number[] => dayHere(at).split("-").map(Number);

/** 今天 14:30, 11 月 27 日 14:30. */
export function moment(at: number): string {
  const [, month, day] = parts(at);
  return `${dayHere(at) === dayHere(Date.now()) ? "今天" : `${month} 月 ${day} 日`} ${clockHere(at)}`;
}

/** As it stands on paper, which is read on another day. */
export function stamp(at: number): string {
  const [year, month, day] = parts(at);
  return `${year} 年 ${month} 月 ${day} 日 ${clockHere(at)}`;
}
