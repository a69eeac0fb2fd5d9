// A link to hand on: copied, or given to the phone's own "send with" where the browser has it. The buttons
// appear only where there is a script; without one the field is there to be selected.
function field(button: HTMLElement, name: "copy" | "send"): HTMLInputElement {
  return document.getElementById(button.dataset[name] ?? "") as HTMLInputElement;
}

async function copy(from: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(from.value);
    return true;
  } catch {
    // Over plain http, and in some apps' browsers, there is no clipboard but the old one.
    from.select();
    return document.execCommand("copy");
  }
}

function say(button: HTMLElement, words: string): void {
  (button.querySelector("span") ?? button).textContent = words;
}

export function offerShare(): void {
  for (const one of document.querySelectorAll<HTMLInputElement>("[data-selects]")) one.onfocus = () => one.select();
  for (const button of document.querySelectorAll<HTMLElement>("[data-copy]")) {
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.onclick = async () => say(button, (await copy(field(button, "copy"))) ? button.dataset.done ?? "" : "请长按上面的链接复制");
  }
  for (const button of document.querySelectorAll<HTMLElement>("[data-send]")) {
    button.hidden = !("share" in navigator);
    // Turning back in the phone's own sheet is no error.
    button.onclick = () => navigator.share({ title: button.dataset.title ?? "", url: field(button, "send").value }).catch(() => undefined);
  }
}
