// A name drawn with the finger, sent as a PNG in the form's hidden field. Without a script people sign on paper.
import { Ink } from "./ink";

/** Shows the place to sign where there is a script. */
export function offerSignature(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-signature]")) {
    if (!place.hidden) continue;
    const field = place.querySelector<HTMLInputElement>("input")!;
    const ink: Ink = new Ink(place.querySelector("canvas")!, () => (field.value = ink.address));
    place.hidden = false;
    place.querySelector("button")!.onclick = () => ink.clear();
  }
}
