// The first step: which matter, for whom, in which situation; and how that goes here.
import { many, one } from "../sync/screens";
import { papersOf, wayOf, type Along, type Facts, type Item } from "./facts";

const list = (name: string): HTMLSelectElement => one<HTMLSelectElement>(`[data-fact=${name}]`);

function options(name: string, pairs: [value: string, words: string][], chosen: string): void {
  list(name).replaceChildren(...pairs.map(([value, words]) => new Option(words, value)));
  list(name).value = pairs.some(([value]) => value === chosen) ? chosen : pairs[0]?.[0] ?? "";
  one(`[data-of=${name}]`).hidden = pairs.length < 2;
}

/** A draft keeps the matter that it was begun with, also where the desk does not take it in any more. */
function known(of: Facts, from: Along): Item[] {
  return !of.known || from.items.some((one) => one.id === of.known?.id) ? from.items : [...from.items, of.known];
}

function conditions(of: Facts): void {
  const names = [...new Set((of.known?.materials ?? []).map((one) => one.condition).filter(Boolean))];
  one("[data-conditions]").hidden = !names.length;
  one("[data-holds]").replaceChildren(...names.map((name) => {
    const label = Object.assign(document.createElement("label"), { className: "choice" });
    const box = Object.assign(document.createElement("input"), { type: "checkbox", value: name, checked: of.holds.includes(name) });
    label.append(box, Object.assign(document.createElement("span"), { className: "grow", textContent: name }));
    return label;
  }));
}

export function pairs(into: HTMLElement, said: [string, string][]): void {
  into.replaceChildren(...said.filter(([, words]) => words).flatMap((pair) => pair.map((words, n) => Object.assign(document.createElement(n ? "dd" : "dt"), { textContent: words }))));
}

function plan(of: Facts): void {
  const way = wayOf(of), item = of.known;
  one("[data-plan]").hidden = !way;
  if (!way || !item) return;
  one("[data-mode]").textContent = way.mode;
  one("[data-says]").textContent = [way.says, way.note].filter(Boolean).join("");
  pairs(one("[data-how]"), [
    ["谁决定", item.department], ["几天", item.pace], ["签字", way.signing_name], ["屏对屏", way.live ? `${way.live}。断网时接不通：先收下，有网了再请启东接通，之后才能交给启东` : "不用"],
    ["原件", way.originals ? "要封好寄到启东，办完还" : "核对后当场还，不用寄"],
  ]);
  one("[data-bring]").replaceChildren(...papersOf(of).map((paper) => {
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("span"), { className: "row", textContent: paper.needed ? paper.name : `${paper.name}（可以后补）` }));
    return item;
  }));
}

/** Fills the lists from what was chosen so far. */
export function show(of: Facts, from: Along): void {
  const items = known(of, from);
  options("item", [["", "请选择"], ...items.map(({ id, name, department }): [string, string] => [id, `${name}（${department}）`])], of.item);
  options("applicant", (of.known?.applicants ?? []).map((code): [string, string] => [code, from.applicants[code]?.name ?? code]), of.applicant);
  options("situation", (of.known?.situations ?? []).map(({ name }): [string, string] => [name, name || "一般情形"]), of.situation);
  conditions(of);
  plan(of);
}

/** What is chosen, into the draft. */
export function read(of: Facts, from: Along): void {
  const item = list("item").value;
  if (item !== of.item) Object.assign(of, { item, known: from.items.find((one) => one.id === item) ?? (item === of.known?.id ? of.known : undefined), applicant: "", situation: "", holds: [] });
  else of.holds = many<HTMLInputElement>("[data-holds] input:checked").map((box) => box.value);
  of.applicant = of.known?.applicants.includes(list("applicant").value) ? list("applicant").value : of.known?.applicants[0] ?? "";
  of.situation = of.known?.situations.some((one) => one.name === list("situation").value) ? list("situation").value : "";
  const who = from.applicants[of.applicant];
  if (who) of.who = who;
}
