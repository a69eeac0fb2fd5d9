import { apple, installed, wechat } from "./browser";

// Asks, on the voucher and nowhere else, whether the app may lie on the phone's home screen, and says how where
// the browser cannot do it for us. Asked once: whoever says no is left alone.
const ASKED = "install-asked";

interface InstallEvent extends Event { prompt(): Promise<void>; userChoice: Promise<{ outcome: string }> }

let offered: InstallEvent | undefined; // a browser that can install us says so once a page

function asked(): boolean {
  try {
    return localStorage.getItem(ASKED) !== null;
  } catch {
    return true; // what cannot be remembered would be asked each time
  }
}

function close(card: HTMLElement): void {
  card.hidden = true;
  localStorage.setItem(ASKED, "1");
}

/** Which of the cards fits this browser. */
function way(): string {
  if (wechat()) return "wechat";
  return apple() ? "ios" : offered ? "prompt" : "";
}

async function install(card: HTMLElement): Promise<void> {
  await offered?.prompt();
  await offered?.userChoice;
  close(card);
}

function ask(): void {
  const card = document.querySelector<HTMLElement>(`[data-install="${way()}"]`);
  if (!card || installed() || asked()) return;
  card.hidden = false;
  card.querySelector("[data-close]")?.addEventListener("click", () => close(card));
  card.querySelector("[data-go]")?.addEventListener("click", () => void install(card));
}

export function offerInstall(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // not now, and not by the browser's own bar
    offered = event as InstallEvent;
    ask();
  });
  addEventListener("appinstalled", () => document.querySelectorAll<HTMLElement>("[data-install]").forEach(close));
  ask();
}
