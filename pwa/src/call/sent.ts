// Who sees and hears whom: what each page really sends, as it says itself, and not what was agreed on. A camera may be
// missing, covered or muted. The pages' style picks the words (`data-if-sent`, `data-if-far`) by one word for it.
import { SENT, type Way } from "./ladder";

export interface Sends { picture: boolean; voice: boolean }

/** What goes out of this page; stills go out of the two ends only. */
export function sends(camera: MediaStream | undefined, way: Way, isEnd: boolean): Sends {
  const on = (kind: string): boolean => camera?.getTracks().some((track) => track.kind === kind && track.enabled && track.readyState === "live") ?? false;
  return { picture: on("video") && (SENT[way].video || (isEnd && way === "stills")), voice: on("audio") && SENT[way].audio };
}

/** Of those who sit in one place, together; undefined: none of them has said anything. */
export function word(...of: (Sends | undefined)[]): string | undefined {
  const known = of.filter((one) => one !== undefined);
  if (!known.length) return undefined;
  const picture = known.some((one) => one.picture), voice = known.some((one) => one.voice);
  return picture ? voice ? "both" : "picture" : voice ? "voice" : "none";
}

export function put(place: HTMLElement | undefined, name: string, value: string | undefined): void {
  if (!place || place.dataset[name] === value) return;
  if (value) place.dataset[name] = value;
  else delete place.dataset[name];
}
