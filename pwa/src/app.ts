// Everything a page does beyond being a page. Each module works alone, and every page works without them.
import { openStream } from "./live";
import { guardSubmits } from "./submit";
import { keepTicks } from "./ticks";
import { showChoice } from "./choice";
import { offerPrint } from "./print";
import { useKeys } from "./keys";

keepTicks();
guardSubmits();
showChoice();
offerPrint();
useKeys();
openStream();

// Errors are read first: by eye, and by screen reader. Then what was chosen must be in sight.
document.querySelector<HTMLElement>("[data-first]")?.focus();
document.querySelector(".days [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
