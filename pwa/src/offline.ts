// Pages that come from this phone when there is no network: `sw/` keeps them and puts them in place. They were made
// some time ago, so they wear the look of the last page that came from the server.
const LOOK = "look";

function wearLook(): void {
  const page = document.documentElement;
  try {
    if (document.body.dataset.offline === undefined) {
      return localStorage.setItem(LOOK, JSON.stringify([page.hasAttribute("data-elder"), page.dataset.theme]));
    }
    const [elder, theme] = JSON.parse(localStorage.getItem(LOOK) ?? "[false, \"auto\"]") as [boolean, string];
    page.toggleAttribute("data-elder", elder);
    page.dataset.theme = theme;
  } catch (error) {
    console.warn("the look is not kept on this phone", error);
  }
}

function row(address: string, copy: Document): DocumentFragment {
  const made = document.querySelector<HTMLTemplateElement>("#kept-row")?.content.cloneNode(true) as DocumentFragment;
  made.querySelector("a")?.setAttribute("href", new URL(address).pathname);
  made.querySelector("b")?.append(copy.title.replace(/ · 启办$/, ""));
  made.querySelector("small")?.append(copy.querySelector<HTMLMetaElement>("meta[name=description]")?.content ?? "");
  return made;
}

async function listCopies(list: HTMLElement): Promise<void> {
  const cache = await caches.open("mine");
  for (const one of await cache.keys()) {
    const copy = await cache.match(one);
    if (!copy || !(Number(copy.headers.get("x-kept-until")) > Date.now())) continue;
    list.append(row(one.url, new DOMParser().parseFromString(await copy.text(), "text/html")));
  }
  list.closest("section")?.toggleAttribute("hidden", !list.childElementCount);
}

export function showOffline(): void {
  wearLook();
  const list = document.querySelector<HTMLElement>("[data-kept]");
  if (list && "caches" in window) void listCopies(list);
}
