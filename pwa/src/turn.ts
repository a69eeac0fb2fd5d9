// 我的号 on a phone: when it is called, and each time it is called again, the phone shakes and sounds, and the tab's
// title says so, for it may lie in a pocket or behind another page.
import { audio, chime } from "./chime";

const SHAKE = [400, 150, 400, 150, 600]; // ms
const PLAIN = document.title;

function ring(part: HTMLElement): void {
  navigator.vibrate?.(SHAKE);
  void chime();
  part.scrollIntoView({ block: "start" });
}

function look(part: HTMLElement, before?: HTMLElement): void {
  const { turn, rings, number } = part.dataset;
  document.title = turn === "called" ? `轮到你了 ${number ?? ""}` : PLAIN;
  const again = before?.dataset.turn === "called" && Number(rings) <= Number(before.dataset.rings);
  if (turn === "called" && before && !again) ring(part);
}

export function followTurn(): void {
  const part = document.querySelector<HTMLElement>("[data-turn]");
  if (!part) return;
  look(part);
  // A page may sound only after a touch: the first one, wherever it is, allows it.
  document.addEventListener("pointerdown", () => void audio()?.resume(), { once: true });
  document.addEventListener("live:fresh", (event) => {
    const { before, now } = (event as CustomEvent<{ before: HTMLElement; now: HTMLElement }>).detail;
    if (now.dataset.turn) look(now, before);
  });
}
