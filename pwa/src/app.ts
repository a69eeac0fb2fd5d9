// Everything a page does beyond being a page. Each module works alone, and every page works without them.
import { openStream } from "./live";
import { bePresent } from "./presence";
import { guardSubmits } from "./submit";
import { keepTicks, showTicks } from "./ticks";
import { followChoice, showChoice } from "./choice";
import { offerPrint } from "./print";
import { offerShare } from "./share";
import { useKeys } from "./keys";
import { sayWhenAway } from "./away";
import { registerWorker } from "./worker";
import { offerNotifications, startKeeping } from "./notifications";
import { offerInstall } from "./install";
import { followTurn } from "./turn";
import { runBoard } from "./board";
import { ringArrivals } from "./arrivals";
import { showOffline } from "./offline";
import { showSince } from "./since";
import { showSheets, useSheets } from "./sheets";
import { offerSignature } from "./signature";
import { countSeconds, tellSeconds } from "./seconds";
import { sendAhead } from "./pieces";
import { sayWhenShooting } from "./shots";
import { tellOpener } from "./facing";

/** What must be done again when htmx has put other content on the page. */
function settle(): void {
  offerPrint();
  offerShare();
  offerSignature();
  offerNotifications();
  showTicks();
  showChoice();
  tellSeconds();
  showSheets();
  showSince();
  // Errors are read first: by eye, and by screen reader. Then what was chosen must be in sight.
  document.querySelector<HTMLElement>("[data-first]")?.focus();
  const days = document.querySelector<HTMLElement>(".days");
  const chosen = days?.querySelector<HTMLElement>("[aria-current]");
  if (days && chosen) days.scrollLeft = chosen.offsetLeft - (days.clientWidth - chosen.offsetWidth) / 2;
}

showOffline();
keepTicks();
settle();
followChoice();
guardSubmits();
useKeys();
sayWhenAway();
followTurn();
runBoard();
ringArrivals();
document.addEventListener("live:fresh", showSince);
document.addEventListener("live:fresh", offerSignature);
document.addEventListener("live:fresh", offerPrint);
openStream();
bePresent();
registerWorker();
startKeeping();
offerInstall();
useSheets();
sendAhead();
sayWhenShooting();
tellOpener();
countSeconds();
document.addEventListener("htmx:after:swap", settle);
document.addEventListener("htmx:after:swap", bePresent);
