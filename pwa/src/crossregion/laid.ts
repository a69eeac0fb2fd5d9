// The papers on the table: pages as photographs or PDF, how many originals stay, and that they were held against these.
import { addShot, dropShot } from "../sync/draft";
import { redrawn } from "../sync/picture";
import { many, one, row, say } from "../sync/screens";
import { papersOf, wayOf, type Facts } from "./facts";

const MOST = 30, LARGEST = 60 << 20, ONE = 19 << 20; // pages, bytes of all, bytes of one
const mega = (bytes: number): string => `${Math.ceil(bytes / (1 << 20))} MB`;
const total = (of: Facts): number => of.sizes.reduce((sum, size) => sum + size, 0);

function full(of: Facts, size: number): string {
  if (of.documents.length >= MOST) return `一件最多收 ${MOST} 页，多的联网后再补`;
  if (size > ONE) return `这个文件太大了，一个最多 ${mega(ONE)}`;
  return total(of) + size > LARGEST ? `一件最多存 ${mega(LARGEST)}，放不下这一页。请删掉几页，或联网后再补` : "";
}

async function content(file: File): Promise<ArrayBuffer | undefined> {
  return (file.type === "application/pdf" ? file.arrayBuffer() : redrawn(file)).catch(() => undefined);
}

async function add(of: Facts, name: string, files: File[]): Promise<void> {
  say("");
  for (const file of files) {
    const page = await content(file);
    if (!page) return say(`“${file.name}”不是照片，也不是 PDF，或者读不出来，请重新拍一张`);
    const no = full(of, page.byteLength);
    if (no) return say(no);
    const sizes = of.sizes;
    of.sizes = [...sizes, page.byteLength];
    try { await addShot(of, name, page); }
    catch (error) { of.sizes = sizes; throw error; }
  }
}

async function drop(of: Facts, n: number): Promise<void> {
  if (!confirm(`删掉“${of.documents[n]}”的这一页吗`)) return;
  of.sizes = of.sizes.filter((_, at) => at !== n);
  await dropShot(of, n);
}

function sheet(of: Facts, name: string, trouble: (error: unknown) => void): HTMLElement {
  const made = one<HTMLTemplateElement>("#sheet").content.cloneNode(true) as DocumentFragment, known = of.sheets.find((one) => one.name === name);
  const [item, files, count, same] = ["li", "[type=file]", "[type=number]", "[type=checkbox]"].map((what) => made.querySelector(what)) as [HTMLElement, HTMLInputElement, HTMLInputElement, HTMLInputElement];
  item.dataset.name = name;
  (item.querySelector("h2") as HTMLElement).textContent = name;
  (count.closest("label") as HTMLElement).hidden = !wayOf(of)?.originals;
  count.value = String(known?.originals ?? 0);
  same.checked = known?.checked ?? false;
  const again = async (deed: Promise<void>): Promise<void> => { read(of); await deed.catch(trouble); show(of, trouble); };
  files.onchange = () => { const chosen = [...(files.files ?? [])]; files.value = ""; void again(add(of, name, chosen)); };
  const pages = of.documents.map((document, n) => ({ document, n })).filter(({ document }) => document === name);
  (item.querySelector("ul") as HTMLElement).replaceChildren(...pages.map(({ n }, at) => row(`第 ${at + 1} 页`, `${mega(of.sizes[n] ?? 0)}，已保存在本机，点一下删掉`, "", () => void again(drop(of, n)))));
  return item;
}

export function show(of: Facts, trouble: (error: unknown) => void): void {
  const names = [...new Set([...papersOf(of).map((one) => one.name), ...of.documents, "其他材料"])];
  one("[data-laid]").replaceChildren(...names.map((name) => sheet(of, name, trouble)));
  one("[data-room]").textContent = `${of.documents.length} 页，${mega(total(of))}；一件最多 ${MOST} 页、${mega(LARGEST)}。没有带来的可以空着，联网后再补。`;
}

export function read(of: Facts): void {
  const rows = many("[data-laid] > li").map((item): [string, HTMLInputElement, HTMLInputElement] => [item.dataset.name ?? "", item.querySelector("[type=number]")!, item.querySelector("[type=checkbox]")!]);
  const count = (text: string): number => Math.min(99, Math.max(0, Math.trunc(Number(text)) || 0));
  if (rows.length) of.sheets = rows.map(([name, originals, same]) => ({ name, originals: count(originals.value), checked: same.checked })).filter((one) => one.originals || of.documents.includes(one.name));
}

/** What is wrong with them, in words. */
export function lacking(of: Facts): string {
  const loose = of.sheets.find((one) => of.documents.includes(one.name) && !one.checked);
  return loose ? `“${loose.name}”还没有和原件核对` : "";
}

/** What has to be there and is not: told, and never in the way. */
export const missing = (of: Facts): string[] => papersOf(of).filter((one) => one.needed && !of.sheets.some((sheet) => sheet.name === one.name)).map((one) => one.name);
