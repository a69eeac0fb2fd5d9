// The steps of one case at the desk: what stands in the fields goes into the draft, and back when it is opened again.
import { Ink } from "../ink";
import { one, show as turn, shown } from "../sync/screens";
import { walk } from "../sync/steps";
import { consentOf, NOTHING, signsLater, wayOf, type Along, type Facts } from "./facts";
import * as laid from "./laid";
import * as matter from "./matter";
import { wrong } from "./typed";

const STEPS = ["matter", "applicant", "consent", "papers", "finish"];
const TYPED = ["phone", "name", "relation", "idType", "idNumber", "organisation", "uscc", "note"] as const;
const TICKED = ["agreed", "identified", "onPaper"] as const;
type Typed = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
let facts: Facts | undefined;
let from: Along = NOTHING;
let ink: Ink | undefined;
let trouble: (error: unknown) => void = () => undefined;

export const current = (): Facts | undefined => facts;
const field = (name: string): Typed => one<HTMLInputElement>(`[data-fact=${name}]`);
const box = (name: string): HTMLInputElement => one<HTMLInputElement>(`[data-fact=${name}]`);

function read(into: Facts): void {
  for (const name of TYPED) into[name] = field(name).value.trim();
  for (const name of TICKED) into[name] = box(name).checked;
  into.phone = into.phone.replace(/[\s-]/g, "");
  for (const name of ["idNumber", "uscc"] as const) into[name] = into[name].replace(/\s/g, "").toUpperCase();
  if (shown() === "matter") matter.read(into, from);
  if (shown() === "papers") laid.read(into);
  const drawn = shown() === "consent" ? ink?.address.replace(/^[^,]*,/, "") : "";
  if (drawn) Object.assign(into, { signature: drawn, signed: consentOf(into) });
  if (shown() === "consent" && into.onPaper) into.signed = consentOf(into);
}

/** A signature stands under the text that was shown: under another one it is none. */
function unsign(of: Facts): void {
  if (!(of.signature || of.onPaper) || of.signed === consentOf(of)) return;
  Object.assign(of, { signature: "", onPaper: false, signed: "" });
  box("onPaper").checked = false;
  ink?.clear();
}

function write(of: Facts): void {
  for (const name of TYPED) field(name).value = of[name];
  for (const name of TICKED) box(name).checked = of[name] ?? false;
  matter.show(of, from);
  ink?.clear();
  around(of);
}

/** What is asked only of some. */
function around(of: Facts): void {
  one("[data-firm]").hidden = !of.who?.firm;
  one("[data-authority]").hidden = field("relation").value !== "authorised";
  const mandate = !!of.who?.mandate;
  one("[data-entrusted]").hidden = !mandate;
  one("[data-certified]").hidden = mandate || !signsLater(of);
  one("[data-signing]").hidden = signsLater(of);
  one("[data-drawn]").hidden = wayOf(of)?.signing === "paper";
}

function summary(of: Facts): void {
  const lacks = laid.missing(of);
  matter.pairs(one("[data-summary]"), slipOf(of).concat([
    ["还缺", lacks.length ? `${lacks.join("、")}（收得下，交给启东以前要补齐）` : ""], ["同意书", of.onPaper ? "在纸上签的" : of.signature ? "在屏上签的" : "还没有签"],
  ]));
}

/** What stands on the slip as well. */
export function slipOf(of: Facts): [string, string][] {
  const sheet = ({ name, originals }: { name: string; originals: number }): string => {
    const pages = of.documents.filter((one) => one === name).length;
    return `${name}（${[pages ? `${pages} 页` : "", originals ? `留下原件 ${originals} 份` : ""].filter(Boolean).join("，")}）`;
  };
  return [
    ["申请人", of.who?.firm && of.organisation ? `${of.organisation}（${of.name}）` : of.name], ["证件尾号", of.idNumber.slice(-4)], ["办什么", of.known?.name ?? ""],
    ["情形", of.situation], ["收件地", of.desk], ["办理部门", of.known?.department ?? ""], ["承诺", of.known?.pace ?? ""], ["材料", of.sheets.map(sheet).join("；") || "没有收材料"],
  ];
}

function go(to: string): void {
  if (!facts) return;
  unsign(facts);
  facts.step = to;
  around(facts);
  if (to === "consent") {
    one("[data-signs]").textContent = consentOf(facts);
    one("[data-again]").hidden = !facts.signature || Boolean(ink?.address);
  }
  if (to === "papers") laid.show(facts, trouble);
  if (to === "finish") summary(facts);
  turn(to);
}

export async function begin(draft: Facts, along: Along): Promise<void> {
  [facts, from] = [draft, along];
  write(draft);
  one("[data-kept]").hidden = true;
  go(STEPS.includes(draft.step) ? draft.step : "matter");
}

export function end(): void { facts = undefined; }

/** What a step still lacks, in words; nothing when one may go on. */
function lacking(step: string, of: Facts): string {
  if (step === "matter") return of.known ? "" : "请选来办什么事";
  if (step === "applicant") return wrong(of);
  if (step === "consent") return (wayOf(of)?.signing !== "paper" && of.signature) || of.onPaper || signsLater(of) ? "" : "请申请人签名；在纸上签的，勾上下面一格";
  return step === "papers" ? laid.lacking(of) : "";
}

export const { store, next, back } = walk<Facts>({ names: STEPS, current, read, begun: (of) => Boolean(of.item || of.name || of.documents.length), lacking, go });

export function listen(told: (error: unknown) => void): void {
  trouble = told;
  ink = new Ink(one<HTMLCanvasElement>("[data-ink]"));
  one("[data-steps]").addEventListener("input", () => { one("[data-kept]").hidden = true; });
  one('[data-screen="matter"]').addEventListener("change", () => { if (facts) { matter.read(facts, from); matter.show(facts, from); } });
  field("relation").addEventListener("change", () => { if (facts) around(facts); });
  one("[data-do=clear]").onclick = () => { ink?.clear(); one("[data-again]").hidden = true; if (facts) facts.signature = ""; };
}
