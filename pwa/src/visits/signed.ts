// What the person reads and signs: 委托书 and 材料交接清单 in one text, whose hash stands beside the signature.
import { one } from "../sync/screens";
import type { Count, Facts } from "./facts";

interface Power { code: string; name: string }

export const POWERS = (): Power[] =>
  [...document.querySelectorAll<HTMLInputElement>("[data-fact=powers]")].map((box) => ({ code: box.value, name: box.dataset.name ?? "" }));

/** The last day of what is allowed, as the city's rules set it. */
export function lastDay(): string {
  const days = Number(one("[data-steps]").dataset.mandateDays);
  return new Date(Date.now() + days * 86_400_000).toLocaleDateString("sv", { timeZone: "Asia/Shanghai" });
}

export function paper([name, originals, copies]: Count): string {
  const counts = [originals ? `原件 ${originals} 份` : "", copies ? `复印件 ${copies} 份` : ""].filter(Boolean);
  return `${name}（${counts.join("，") || "电子"}）`;
}

function mandate(of: Facts, agent: string): string[] {
  const names = (given: boolean): string => POWERS().filter(({ code }) => of.powers.includes(code) === given).map(({ name }) => name).join("、");
  const tail = of.idNumber.slice(-4) || of.tail;
  const [year, month, day] = of.until.split("-").map(Number);
  return [
    "代办服务委托书", of.number ? `申请号：${of.number}` : "当面申请", `委托人：${of.who}${tail ? `（证件尾号 ${tail}）` : ""}`,
    `受托人：${agent}${of.hall ? `（${of.hall}）` : ""}`, `事项：${of.matter}`, `委托他：${names(true)}`,
    names(false) ? `不委托他：${names(false)}` : "", `期限：到 ${year} 年 ${month} 月 ${day} 日`,
    "代办不收费。委托人随时可以撤销委托，打电话、在手机上或到窗口都行。",
  ];
}

/** The same text for the same facts: it is shown, hashed and sent. */
export function textOf(of: Facts, agent: string): string {
  const list = ["材料交接清单", of.handed.map(paper).join("；") || "没有拿走材料", of.consent ? "本人同意拍摄材料" : "没有拍材料"];
  const head = of.mandated ? [`办事人：${of.who}`, `事项：${of.matter}`] : mandate(of, agent);
  return [...head, ...list].filter(Boolean).join("\n");
}
