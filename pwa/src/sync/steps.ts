// The steps of what is written down, one screen after the other: each is on the disk before the next is shown.
import { keep, type Drafted } from "./draft";
import { one, say, shown } from "./screens";

/** What a page says of its steps, `names` in their order. `read` takes what stands in the fields into the draft; nothing is kept before it has `begun`;
 *  `lacking`: what a step still lacks, in words; `go` shows one. */
export interface Steps<T extends Drafted & { step: string }> {
  names: string[]; current: () => T | undefined; read: (into: T) => void; begun: (of: T) => boolean; lacking: (step: string, of: T) => string; go: (to: string) => void;
}

/** `store`: everything that is typed, to the disk; `back` is true when there is a step before this one. */
interface Walk { store: () => Promise<void>; next: () => Promise<void>; back: () => Promise<boolean> }

export function walk<T extends Drafted & { step: string }>({ names, current, read, begun, lacking, go }: Steps<T>): Walk {
  async function store(): Promise<void> {
    const of = current();
    if (!of) return;
    read(of);
    if (!begun(of)) return;
    await keep(of, () => current() === of);
    one("[data-kept]").hidden = false;
  }
  async function next(): Promise<void> {
    const of = current();
    if (!of) return;
    read(of);
    const step = shown(), missing = lacking(step, of);
    say(missing);
    if (missing) return;
    const to = names[names.indexOf(step) + 1] ?? step;
    of.step = to;
    await store();
    go(to);
  }
  async function back(): Promise<boolean> {
    const before = names[names.indexOf(shown()) - 1];
    await store();
    if (before) go(before);
    return before !== undefined;
  }
  return { store, next, back };
}
