// The steps of one visit: what stands in the fields goes into the draft, and back when the draft is opened again.
import { addShot, keep, type Facts } from "./draft";
import { Ink } from "./ink";
import { redrawn } from "./picture";
import { fill, many, one, row, say, show, shown, STEPS, type Screen } from "./screens";

let facts: Facts | undefined;
let ink: Ink | undefined;
let saving: Promise<unknown> = Promise.resolve();

export const current = (): Facts | undefined => facts;
const boxes = (name: string): HTMLInputElement[] => many<HTMLInputElement>(`[data-fact=${name}]`);

function addPaper([name, originals, copies]: [string, number, number] = ["", 1, 0]): void {
  const made = one<HTMLTemplateElement>("#paper").content.cloneNode(true) as DocumentFragment;
  const fields = [...made.querySelectorAll("input")];
  [name, originals, copies].forEach((value, n) => { (fields[n] as HTMLInputElement).value = String(value); });
  one("[data-handed]").append(made);
}

function papers(): [string, number, number][] {
  const rows = many("[data-handed] li").map((item) => [...item.querySelectorAll("input")].map((field) => field.value.trim()));
  const count = (text = ""): number => Math.min(99, Math.max(0, Math.trunc(Number(text)) || 0));
  return rows.filter(([name]) => name).map(([name, originals, copies]) => [name ?? "", count(originals), count(copies)]);
}

function read(into: Facts): void {
  into.who = one<HTMLInputElement>("[data-fact=who]").value.trim();
  into.matter = one<HTMLSelectElement>("[data-fact=matter]").value;
  into.identity = boxes("identity").find((box) => box.checked)?.value ?? "";
  into.ticks = boxes("ticks").filter((box) => box.checked).map((box) => box.value);
  into.handed = papers();
  into.consent = one<HTMLInputElement>("[data-fact=consent]").checked;
  into.note = one<HTMLTextAreaElement>("[data-fact=note]").value.trim();
  into.signature = ink?.signature || into.signature;
}

function choose(matter: string): void {
  const list = one<HTMLSelectElement>("[data-fact=matter]");
  if (matter && ![...list.options].some((option) => option.value === matter)) list.add(new Option(matter, matter));
  list.value = matter;
}

function write(from: Facts): void {
  one<HTMLInputElement>("[data-fact=who]").value = from.who;
  choose(from.matter);
  for (const box of boxes("identity")) box.checked = box.value === from.identity;
  for (const box of boxes("ticks")) box.checked = from.ticks.includes(box.value);
  one("[data-handed]").replaceChildren();
  (from.handed.length ? from.handed : [["身份证", 1, 0] as [string, number, number]]).forEach(addPaper);
  one<HTMLInputElement>("[data-fact=consent]").checked = from.consent;
  one<HTMLTextAreaElement>("[data-fact=note]").value = from.note;
  ink = new Ink(one<HTMLCanvasElement>("[data-ink]"), () => undefined);
  shots();
}

function shots(): void {
  const list = (facts?.documents ?? []).map((name) => row(name, "已保存在本机", ""));
  fill("[data-shots]", list);
  one("[data-shoot]").hidden = !one<HTMLInputElement>("[data-fact=consent]").checked;
}

/** What a step still lacks, in words; nothing when one may go on. */
function lacking(step: Screen, of: Facts): string {
  if (step === "identity" && !of.who) return "请写办事人的姓名";
  if (step === "identity" && !of.matter) return "请选办什么";
  if (step === "identity" && !of.identity) return "请选怎么核对的身份";
  if (step === "ticks" && of.ticks.length < boxes("ticks").length) return "四件事都讲清楚了再往下";
  if (step === "documents" && of.documents.length && !of.consent) return "拍了材料，要本人同意；不同意就删掉这次重来";
  return step === "signature" && !of.signature ? "请本人签名，不会写字画个记号也可以" : "";
}

const IDENTITY: { [way: string]: string } = { id_card: "身份证原件", household: "户口簿原件", social_card: "社保卡原件", known: "村（社区）证明" };

function summarise(of: Facts): void {
  const handed = of.handed.map(([name, originals, copies]) => `${name} 原件 ${originals} 复印件 ${copies}`).join("；");
  const told = [["办事人", of.who], ["办什么", of.matter], ["核对身份", IDENTITY[of.identity] ?? ""], ["交接", handed || "没有拿走材料"],
    ["材料照片", of.documents.length ? `${of.documents.length} 张` : "没有拍"], ["签名", of.signature ? "已签" : "还没签"]];
  one("[data-summary]").replaceChildren(...told.flatMap((pair) => pair.map((words, n) => {
    return Object.assign(document.createElement(n ? "dd" : "dt"), { textContent: words });
  })));
}

function go(to: Screen): void {
  if (!facts) return;
  facts.step = to;
  if (to === "finish") summarise(facts);
  one("[data-signs]").textContent = `${facts.who}：我委托代办“${facts.matter}”，清单上的材料已当面点清。`;
  show(to);
}

export function begin(draft: Facts): void {
  facts = draft;
  write(draft);
  go(STEPS.includes(draft.step as Screen) ? (draft.step as Screen) : "identity");
}

export function end(): void { facts = undefined; }

/** Everything that is typed, to the disk; one after the other. */
export async function store(): Promise<void> {
  const of = facts;
  if (!of) return;
  read(of);
  if (!of.who && !of.matter && !of.documents.length) return; // nothing is written down yet
  saving = saving.catch(() => undefined).then(() => (facts === of ? keep(of) : undefined));
  await saving;
}

export async function next(): Promise<void> {
  if (!facts) return;
  read(facts);
  const step = shown(), missing = lacking(step, facts);
  if (missing) return say(missing);
  const to = STEPS[STEPS.indexOf(step) + 1] ?? "finish";
  facts.step = to;
  await store();
  go(to);
}

/** True when there is a step before this one. */
export async function back(): Promise<boolean> {
  const at = STEPS.indexOf(shown());
  await store();
  if (at > 0) go(STEPS[at - 1] as Screen);
  return at > 0;
}

async function photograph(files: File[]): Promise<void> {
  for (const file of files) {
    if (!facts) return;
    read(facts);
    const picture = await redrawn(file).catch(() => undefined);
    if (!picture) return say("这张照片读不出来，请重拍");
    await addShot(facts, `材料 ${facts.documents.length + 1}`, picture);
    shots();
  }
}

export function listen(trouble: (error: unknown) => void): void {
  const camera = one<HTMLInputElement>("[data-camera]");
  camera.onchange = () => { const files = [...(camera.files ?? [])]; camera.value = ""; void photograph(files).catch(trouble); };
  one("[data-fact=consent]").onchange = shots;
  one("[data-do=paper]").onclick = () => addPaper();
  one("[data-do=clear]").onclick = () => { ink?.clear(); if (facts) facts.signature = ""; };
}
