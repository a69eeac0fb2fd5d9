// A page comes from the network. Where that takes too long, the user's own copy is shown; where there is no
// network, the copy, or else the page that says so. Nothing but pages is ever answered from the user's cache.
import { find, learn } from "./kept";
import { offline } from "./shell";

const PATIENCE = 3000; // ms

async function fromNetwork(event: FetchEvent): Promise<Response> {
  return ((await event.preloadResponse) as Response | undefined) ?? fetch(event.request);
}

function later(copy: Response): Promise<Response> {
  return new Promise((resolve) => setTimeout(() => resolve(copy), PATIENCE));
}

export async function answer(event: FetchEvent): Promise<Response> {
  const asked = fromNetwork(event);
  event.waitUntil(asked.then((page) => learn(page.headers)).catch(() => undefined)); // no network: nothing to learn
  const copy = await find(event.request.url);
  // Somebody without a copy is better served by a slow answer than by none.
  if (!copy) return asked.catch(offline);
  // Who reads the copy and asks for the page itself (its address with a question) waits for it.
  const patient = new URL(event.request.url).search !== "";
  return (patient ? asked : Promise.race([asked, later(copy)])).catch(() => copy);
}
