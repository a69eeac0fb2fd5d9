// 求助导出: everything that waits on this device as one file, sealed as it lies here. A colleague carries it to the office,
// where it is imported; who finds it on the way can read nothing of it.
import { bytes } from "./chain";
import { all, device, records, type Sealed } from "./store";

const MARK = "QBHELP1\n";

export async function helpFile(what: string): Promise<{ name: string; file: Blob } | undefined> {
  const own = await device(), waiting = (await records()).filter((one) => one.body);
  if (!own || !waiting.length) return undefined;
  const wanted = new Set(waiting.map((one) => one.id));
  const papers = (await all<Sealed>("papers")).filter((one) => wanted.has(one.record));
  const list = {
    records: waiting.map(({ body, signature }) => ({ body, signature })),
    papers: papers.map(({ sha256, data }) => ({ sha256, size: data.byteLength })),
  };
  const file = new Blob([bytes(`${MARK}${JSON.stringify(list)}\n`), ...papers.map((one) => one.data)], { type: "application/octet-stream" });
  return { name: `${what}-${own.id.slice(0, 8)}-${waiting.length}条.qbhelp`, file };
}
