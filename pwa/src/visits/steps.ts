// The steps of one visit: what stands in the fields goes into the draft, and back when the draft is opened again.
import { addShot, dropShot } from "../sync/draft";
import { Ink } from "../ink";
import { ageOf, impossible } from "../sync/idnumber";
import { redrawn } from "../sync/picture";
import { fill, many, one, row, say, show, shown } from "../sync/screens";
import { walk } from "../sync/steps";
import type { Count, Facts } from "./facts";
import { lastDay, paper, POWERS, textOf } from "./signed";
import { device } from "../sync/store";

const STEPS = ["identity", "ticks", "handed", "documents", "signature", "finish"];
let facts: Facts | undefined;
let ink: Ink | undefined;
let agent = "";

export const current = (): Facts | undefined => facts;
const boxes = (name: string): HTMLInputElement[] => many<HTMLInputElement>(`[data-fact=${name}]`);

function addPaper([name, originals, copies]: Count = ["", 1, 0], taken = true): void {
  const made = one<HTMLTemplateElement>("#paper").content.cloneNode(true) as DocumentFragment;
  const [tick, ...fields] = [...made.querySelectorAll("input")] as [HTMLInputElement, ...HTMLInputElement[]];
  tick.checked = taken;
  [name, originals, copies].forEach((value, n) => { (fields[n] as HTMLInputElement).value = String(value); });
  one("[data-handed]").append(made);
}

function papers(): Count[] {
  const taken = many("[data-handed] li").filter((item) => item.querySelector<HTMLInputElement>("[type=checkbox]")?.checked);
  const rows = taken.map((item) => [...item.querySelectorAll("input")].slice(1).map((field) => field.value.trim()));
  const count = (text = ""): number => Math.min(99, Math.max(0, Math.trunc(Number(text)) || 0));
  return rows.filter(([name]) => name).map(([name, originals, copies]) => [name ?? "", count(originals), count(copies)]);
}

/** Fields whose value is what was typed or chosen. */
const TYPED = ["who", "item", "note", "village", "reason", "address", "phone", "idType", "idNumber"] as const;
type Typed = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const field = (name: string): Typed => one<HTMLInputElement>(`[data-fact=${name}]`);
const chosen = (name: string): string[] => boxes(name).filter((box) => box.checked).map((box) => box.value);

function read(into: Facts): void {
  for (const name of TYPED) into[name] = field(name).value.trim();
  into.idNumber = into.idNumber.replace(/\s/g, "").toUpperCase();
  if (!into.visit) into.matter = one<HTMLSelectElement>("[data-fact=item]").selectedOptions[0]?.text ?? "";
  into.identity = chosen("identity")[0] ?? "";
  into.ticks = chosen("ticks");
  into.powers = chosen("powers");
  into.until ||= lastDay();
  into.handed = papers();
  into.consent = one<HTMLInputElement>("[data-fact=consent]").checked;
  const drawn = shown() === "signature" ? ink?.address.replace(/^[^,]*,/, "") : "";
  if (drawn) Object.assign(into, { signature: drawn, signed: textOf(into, agent) });
}

/** A signature stands under the text that was shown: under another one it is none. */
function unsign(of: Facts): void {
  if (!of.signature || of.signed === textOf(of, agent)) return;
  of.signature = "";
  ink?.clear();
}

/** An item that this page does not know any more stays what it was. */
function choose(item: string, matter: string): void {
  const list = one<HTMLSelectElement>("[data-fact=item]");
  if (item && ![...list.options].some((option) => option.value === item)) list.add(new Option(matter, item));
  list.value = item;
}

function write(from: Facts): void {
  for (const name of TYPED) field(name).value = from[name];
  choose(from.item, from.matter);
  for (const box of boxes("identity")) box.checked = box.value === from.identity;
  for (const box of boxes("ticks")) box.checked = from.ticks.includes(box.value);
  for (const box of boxes("powers")) box.checked = from.until ? from.powers.includes(box.value) : "usual" in box.dataset;
  one("[data-handed]").replaceChildren();
  const names = new Set(from.handed.map(([name]) => name));
  for (const one of from.handed) addPaper(one);
  for (const one of from.papers) if (!names.has(one[0])) addPaper(one, false);
  one<HTMLInputElement>("[data-fact=consent]").checked = from.consent;
  for (const part of many("[data-unplanned]")) part.hidden = Boolean(from.visit);
  for (const part of many<HTMLAnchorElement>("[data-call]")) { part.hidden = !from.visit; part.href = `tel:${from.phone}`; }
  one("[data-powers]").hidden = from.mandated;
  for (const name of ["who", "item"]) (field(name) as HTMLInputElement).disabled = Boolean(from.visit);
  ink?.clear();
  shots();
}

function shots(): void {
  const list = (facts?.documents ?? []).map((name, n) => row(name, "已保存在本机，点一下删掉", "", () => void unshoot(n)));
  fill("[data-shots]", list);
  for (const part of many("[data-shoot]")) part.hidden = !one<HTMLInputElement>("[data-fact=consent]").checked;
  const left = [...new Set([...papers(), ...(facts?.papers ?? [])].map(([name]) => name))].filter((name) => !facts?.documents.includes(name));
  one("[data-shot]").replaceChildren(...[...left, "其他材料"].map((name) => new Option(name, name)));
}

/** The reason does not fit the date of birth in the ID. */
function tooYoung(of: Facts): string {
  const least = Number((field("reason") as HTMLSelectElement).selectedOptions[0]?.dataset.least ?? 0);
  const young = of.idType === "resident" && ageOf(of.idNumber) < least;
  return young ? `证件上还没满 ${least} 岁，请选别的情况` : "";
}

/** What is still missing of somebody who asked at the door. */
function unknown(of: Facts): string {
  if (of.visit) return "";
  if (!of.village) return field("village").children.length > 1 ? "请选哪个村（社区）" : "还不知道你负责哪些村，请先连一次网";
  if (!of.address) return "请写门牌，例如 3 组 12 号";
  if (!/^1\d{10}$/.test(of.phone)) return "请写手机号，进度发到这个号；自己没有手机的，写家里人的";
  return impossible(of.idType, of.idNumber) || (of.reason ? tooYoung(of) : "请选为什么要上门");
}

/** What a step still lacks, in words; nothing when one may go on. */
function lacking(step: string, of: Facts): string {
  if (step === "identity" && !of.who) return "请写办事人的姓名";
  if (step === "identity" && !of.item) return "请选办什么";
  if (step === "identity" && !of.identity) return "请选怎么核对的身份";
  if (step === "identity") return unknown(of);
  if (step === "ticks" && of.ticks.length < boxes("ticks").length) return "四件事都讲清楚了再往下";
  if (step === "ticks" && !of.mandated && !of.powers.length) return "请勾选委托代办员做什么";
  if (step === "documents" && of.documents.length && !of.consent) return "拍了材料，要本人同意；不同意就把照片删掉";
  return step === "signature" && !of.signature ? "请本人签名，不会写字画个记号也可以" : "";
}

const identity = (of: Facts): string => boxes("identity").find((box) => box.value === of.identity)?.parentElement?.innerText.trim() ?? "";

function summarise(of: Facts): void {
  const handed = of.handed.map(paper).join("；");
  const told = [["办事人", of.who], ["办什么", of.matter], ["核对身份", identity(of)], ["交接", handed || "没有拿走材料"],
    ["材料照片", of.documents.length ? `${of.documents.length} 张` : "没有拍"], ["委托", of.mandated ? "以前签过委托书" : POWERS().filter(({ code }) => of.powers.includes(code)).map(({ name }) => name).join("、")], ["签名", of.signature ? "已签" : "还没签"]];
  one("[data-summary]").replaceChildren(...told.flatMap((pair) => pair.map((words, n) => {
    return Object.assign(document.createElement(n ? "dd" : "dt"), { textContent: words });
  })));
}

function go(wanted: string): void {
  if (!facts) return;
  unsign(facts);
  const to = wanted === "finish" && !facts.signature ? "signature" : wanted;
  facts.step = to;
  if (to === "finish") summarise(facts);
  if (to === "documents") shots();
  one("[data-signs]").textContent = textOf(facts, agent);
  show(to);
}

export async function begin(draft: Facts): Promise<void> {
  agent = (await device())?.agent ?? "";
  facts = draft;
  write(draft);
  one("[data-kept]").hidden = true;
  go(STEPS.includes(draft.step) ? (draft.step) : "identity");
}

export function end(): void { facts = undefined; }

export const { store, next, back } = walk<Facts>({ names: STEPS, current, read, begun: (of) => Boolean(of.who || of.item || of.documents.length), lacking, go });

async function unshoot(n: number): Promise<void> {
  const of = facts;
  if (!of || !confirm(`删掉“${of.documents[n]}”这张照片吗`)) return;
  read(of);
  await dropShot(of, n);
  shots();
}

async function photograph(files: File[]): Promise<void> {
  for (const file of files) {
    if (!facts) return;
    read(facts);
    say("");
    const picture = await redrawn(file).catch(() => undefined);
    if (!picture) return say("这张照片读不出来，请重拍");
    await addShot(facts, one<HTMLSelectElement>("[data-shot]").value || "材料", picture);
    shots();
  }
}

export function listen(trouble: (error: unknown) => void): void {
  ink = new Ink(one<HTMLCanvasElement>("[data-ink]"));
  const camera = one<HTMLInputElement>("[data-camera]");
  camera.onchange = () => { const files = [...(camera.files ?? [])]; camera.value = ""; void photograph(files).catch(trouble); };
  one("[data-fact=consent]").onchange = shots;
  one("[data-steps]").addEventListener("input", () => { one("[data-kept]").hidden = true; });
  one("[data-do=paper]").onclick = () => addPaper();
  one("[data-do=clear]").onclick = () => { ink?.clear(); if (facts) facts.signature = ""; };
}
