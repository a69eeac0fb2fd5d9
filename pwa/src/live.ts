// One event stream per tab, closed while the tab is hidden (a browser allows six connections to a host).
// A signal says only that something changed; each part that is on the page fetches itself again. The stream
// says `ready` on every connect, so whatever was missed meanwhile is made up for. What somebody holds in their
// hands at this moment (a field, an open fold, a number shown once) stays, also through the answer to a deed that was
// under way when they took it. A `place` event brings what it says along: texts for `data-says`, and a stamp by which a
// part knows whether it must be fetched anew. Parts with `data-every` are asked for every so many seconds while no
// stream is open, those with `data-always` in any case. A page with a part that must not miss anything (`data-awake`)
// listens while it is hidden, too.
const SIGNALS = ["ready", "account", "hall", "case", "handoff", "officer", "messages"];

/** A selector that finds again, in the fresh part, what has the focus in the old one. */
function grip(place: HTMLElement): string | undefined {
  const active = document.activeElement;
  if (!active || !place.contains(active)) return undefined;
  const [name, value] = ["id", "href", "name"].map((one) => [one, active.getAttribute(one)]).find(([, one]) => one) ?? [];
  if (name && value) return `${active.tagName}[${name}="${CSS.escape(value)}"]`;
  const row = active.closest("[data-row]");
  if (row) return `#${CSS.escape(row.id)} ${active.tagName}`;
  const form = active.closest("form[action]");
  return form ? `form[action="${CSS.escape(form.getAttribute("action") ?? "")}"] ${active.tagName}` : undefined;
}

/** Somebody is typing in it: then it waits for the next signal, unless the field keeps what is typed. */
function typing(place: HTMLElement): boolean {
  const active = document.activeElement;
  return !!active && place.contains(active) && active.matches("input:not([data-keeps]), textarea, select");
}

let pressed = false, missed = false;
let composing: EventTarget | null = null; // one that goes away says no end

/** A deed is under way: its answer needs the form it came from, and is fresher than what was asked before. While a
 * button is held down it has to stay where it is, or nothing was pressed; so has a field while a character is composed. */
function underWay(): boolean {
  return pressed || (composing instanceof Node && composing.isConnected) || !!document.querySelector("main .htmx-request");
}

function catchUp(): void {
  if (missed) { missed = false; void refreshAll(); }
}

function watchPresses(): void {
  const release = (): void => { pressed = false; catchUp(); };
  // A list to choose from opens a window of its own, and its release never comes.
  addEventListener("pointerdown", ({ target }) => { pressed = target instanceof Element && !!target.closest("button, a, summary, label"); }, true);
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => setTimeout(release), true); // the click comes before
  addEventListener("blur", release);
  addEventListener("compositionstart", ({ target }) => { composing = target; }, true);
  addEventListener("compositionend", () => { composing = null; catchUp(); }, true);
}

/** Rows or cells (`data-row`) that hold a fold which is open, or what is shown this once, stay as they are; so does what
 * was typed in a field that says so (`data-keeps`). */
function keepHeld(place: HTMLElement, fresh: Element): void {
  for (const row of place.querySelectorAll<HTMLElement>("[data-row]:is(:has(details[open]), :has([data-once]))")) {
    fresh.querySelector(`#${CSS.escape(row.id)}`)?.replaceWith(row);
  }
  for (const field of place.querySelectorAll<HTMLInputElement>("input[data-keeps]")) {
    const same = fresh.querySelector<HTMLInputElement>(`#${CSS.escape(field.id)}`);
    if (!same) continue;
    same.value = field.value;
    same.setSelectionRange(field.selectionStart, field.selectionEnd);
  }
}

type Deed = CustomEvent<{ ctx: object; tasks: { target: unknown; fragment: DocumentFragment }[] }>;

const before = new WeakMap<object, Set<Element>>(); // the folds that were open when a deed was sent

/** What was opened, and maybe written in, while a deed was under way stays through its answer, too. A fold that was open
 * before closes with it: the deed may have come from there, or have changed what it shows. */
function keepOpened(event: Event): void {
  const active = document.activeElement, { ctx, tasks } = (event as Deed).detail;
  for (const { target, fragment } of tasks) {
    const folds = target instanceof Element ? target.querySelectorAll("[data-row] details[open]") : [];
    for (const fold of folds) {
      const row = before.get(ctx)?.has(fold) ? null : fold.closest("[data-row]");
      const same = row && fragment.querySelector(`#${CSS.escape(row.id)}`);
      if (!same) continue;
      const held = row.contains(active) && active instanceof HTMLElement;
      same.replaceWith(row);
      if (held) document.addEventListener("htmx:after:swap", () => active.focus({ preventScroll: true }), { once: true });
    }
  }
}

/** Tells who listens (a board, a phone whose number is called) what became of the parts. */
function report(name: "fresh" | "away", detail: object): void {
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
}

async function fetched(address: string): Promise<Response> {
  try {
    return await fetch(address, { headers: { "HX-Request": "true" }, cache: "no-store", signal: AbortSignal.timeout?.(15000) ?? null });
  } catch (error) {
    report("away", {});
    throw error;
  }
}

async function refresh(place: HTMLElement, address: string): Promise<void> {
  const answer = await fetched(address);
  if (answer.status >= 500) report("away", {});
  if (!answer.ok || answer.redirected) return; // signed out meanwhile, or away: what is shown stays
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
  if (!fresh) return;
  if (underWay()) { missed = true; return; }
  const held = grip(place);
  keepHeld(place, fresh);
  place.replaceWith(fresh);
  window.htmx?.process(fresh);
  report("fresh", { before: place, now: fresh });
  if (held) fresh.querySelector<HTMLElement>(held)?.focus();
}

async function refreshOnce(): Promise<void> {
  const unread = document.getElementById("unread");
  const parts = [...document.querySelectorAll<HTMLElement>("[data-live]")].filter((part) => !typing(part));
  const all = parts.map((part) => refresh(part, part.dataset.live ?? ""));
  if (unread) all.push(refresh(unread, "/notices/unread"));
  for (const one of await Promise.allSettled(all)) if (one.status === "rejected") console.warn(one.reason);
}

let busy = false, again = false;

/** One round at a time: of two that overlap, the second would replace parts that the first has taken away. */
export async function refreshAll(): Promise<void> {
  again = true;
  if (busy) return;
  busy = true;
  while (again) { again = false; await refreshOnce(); }
  busy = false;
}

interface Place { stamp: string; says: Record<string, string> }

/** Puts what was said where it stands; another stamp means that more than texts changed. */
function hear(said: MessageEvent<string>): void {
  const part = document.querySelector<HTMLElement>("[data-stamp]");
  const { stamp, says } = JSON.parse(said.data) as Place;
  if (!part || part.dataset.stamp !== stamp) return void refreshAll();
  for (const [name, text] of Object.entries(says)) {
    const place = part.querySelector(`[data-says="${CSS.escape(name)}"]`);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

const asleep = (): boolean => document.hidden && !document.querySelector("[data-awake]");

/** Asks by itself where no stream tells. */
function poll(streaming: () => boolean): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-every]")) {
    const always = (): boolean => (document.getElementById(part.id) ?? part).dataset.always !== undefined;
    setInterval(() => { if (!asleep() && (always() || !streaming())) void refreshAll(); }, Number(part.dataset.every) * 1000);
  }
}

export function openStream(): void {
  const address = document.body.dataset.stream;
  let stream: EventSource | undefined;
  poll(() => stream?.readyState === EventSource.OPEN);
  if (!address || !("EventSource" in window) || !document.querySelector("#unread, [data-live]")) return;
  const open = (): void => {
    stream = new EventSource(address);
    stream.addEventListener("place", hear);
    stream.addEventListener("over", () => location.reload()); // a link was withdrawn: the page says so
    for (const signal of SIGNALS) stream.addEventListener(signal, refreshAll);
  };
  const follow = (): void => {
    if (asleep()) { stream?.close(); stream = undefined; }
    else if (!stream || stream.readyState === EventSource.CLOSED) open();
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => { stream?.close(); stream = undefined; }); // a page with a stream cannot be kept for 返回
  addEventListener("pageshow", follow);
  watchPresses();
  document.addEventListener("htmx:before:request", (event) => { before.set((event as Deed).detail.ctx, new Set(document.querySelectorAll("details[open]"))); });
  document.addEventListener("htmx:before:swap", keepOpened);
  document.addEventListener("htmx:finally:request", catchUp);
  // A row that was held catches up when its fold is closed; a fold's own event does not bubble.
  document.addEventListener("toggle", ({ target }) => {
    if (target instanceof HTMLDetailsElement && !target.open && target.closest("[data-live]")) void refreshAll();
  }, true);
}

declare global { interface Window { htmx?: { process(element: Element): void } } }
