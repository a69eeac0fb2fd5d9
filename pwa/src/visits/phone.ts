// The agent's phone: today's doors, and one visit after the other, everything without a network.
import { along, dayHere, isSignedOut, moment } from "../sync/along";
import { drafts } from "../sync/draft";
import { fill, one, row } from "../sync/screens";
import { fillRefused, start, trouble } from "../sync/shell";
import { records } from "../sync/store";
import { blank, type Door, type Facts } from "./facts";
import { finished } from "./save";
import { back, begin, current, end, listen, next, store } from "./steps";

interface Village { code: string; name: string; hall: string }
interface Along { visits: Door[]; villages: Village[] }

/** 今天, or the day; one that is over says so. */
function dayOf(day: string): string {
  const today = dayHere(Date.now()), [, month, date] = day.split("-").map(Number);
  return day === today ? "今天" : `${month} 月 ${date} 日${day < today ? "（过了）" : ""}`;
}

/** The agent's villages, to choose from where somebody asks at the door. */
function offer(villages: Village[]): void {
  const list = one<HTMLSelectElement>("[data-fact=village]"), chosen = list.value;
  const options = villages.map(({ code, name, hall }) => new Option(hall ? `${name}（${hall}）` : name, code));
  list.replaceChildren(new Option("请选择", ""), ...options);
  list.value = chosen;
}

/** How old the list is, and whether somebody has to sign in for a fresh one. */
function sayAge(at: number, left: number, done: number): void {
  const fresh = at > 0 && dayHere(at) === dayHere(Date.now());
  const none = !at ? "还没有取到今天的名单。" : !fresh ? "" : done ? "今天派给你的都办完了。" : "今天没有派给你的上门。";
  one("[data-nothing]").hidden = left > 0;
  one("[data-nothing]").textContent = `${none}有人当面请你帮忙，也可以直接开始。`;
  one("[data-aged]").hidden = fresh && !isSignedOut();
  one("[data-aged] span").textContent = (at ? `名单是 ${moment(at)} 取的。` : "") + (isSignedOut() ? "登录过期了，登录以后再取新的；不登录也能接着办。" : "连上网会取新的。");
  one("[data-aged] a").hidden = !isSignedOut();
}

/** The lists of the first screen, wherever the agent is by now. */
async function fillHome(): Promise<void> {
  const half = await drafts<Facts>(), begun = new Set(half.map((one) => one.visit));
  const done = new Set((await records()).map((one) => one.visit));
  const { visits, villages, at } = await along<Along>({ visits: [], villages: [] });
  offer(villages);
  const left = visits.filter((one) => !done.has(one.id));
  fill("[data-today]", left.filter((one) => !begun.has(one.id)).map((one) => row(
    one.matter, [`${dayOf(one.day)} ${one.when}`, one.who, one.where].filter(Boolean).join(" · "), "资料已备好", () => void begin(blank(one)).catch(trouble),
  )));
  sayAge(at, left.length, visits.length - left.length);
  const unfinished = half.map((draft) => row(draft.matter || "还没选办什么", draft.who || "还没写姓名", "接着办", () => void begin(draft).catch(trouble)));
  fill("[data-drafts]", unfinished, "[data-half]");
  await fillRefused();
}

async function finish(): Promise<void> {
  const facts = current();
  if (facts) await finished(facts);
}

listen(trouble);
void start(
  { role: "agent", what: "上门记录", along: "/sync/today", lists: ["[data-today]", "[data-drafts]", "[data-summary]", "[data-signs]"], current, store, finish, end, back, fillHome },
  { start: () => begin(blank()), next },
);
