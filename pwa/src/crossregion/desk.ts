// 断网收件: the desk in Shanghai goes on without a network; what it takes in is handed over as soon as there is one.
import { along, dayHere, isSignedOut, moment, stamp } from "../sync/along";
import { bytes, digest } from "../sync/chain";
import { drafts } from "../sync/draft";
import { fill, one, row } from "../sync/screens";
import { save } from "../sync/save";
import { fillRefused, start, trouble } from "../sync/shell";
import { records, type Kept } from "../sync/store";
import { blank, consentOf, localNumber, NOTHING, type Along, type Facts } from "./facts";
import { pairs } from "./matter";
import { back, begin, current, end, listen, next, slipOf, store } from "./steps";

const STATES: { [state: string]: string } = { waiting: "等着交", quarantined: "待核对", done: "交上去了" };

/** As `backend/crossregion/from_desk.py` reads it. */
async function told(of: Facts, at: number): Promise<object> {
  const { id, item, hall, applicant, situation, holds, phone, name, relation, agreed, identified = false, sheets, documents, note } = of, text = consentOf(of);
  const firm = of.who?.firm ? { organisation: of.organisation, uscc: of.uscc } : {}, signature = of.onPaper ? "" : of.signature;
  return {
    record: id, documents, item, matter: of.known?.name ?? "", hall, applicant, situation, holds, phone, name, id_type: of.idType, id_number: of.idNumber, relation, agreed, identified, sheets,
    text, document_hash: await digest(bytes(text)), signature, on_paper: of.onPaper, at, note, ...firm,
  };
}

function sayAge(at: number): void {
  const today = dayHere(at) === dayHere(Date.now());
  one("[data-aged] span").textContent = !at ? "还没有取到能收的事项。请先连上网、登录一次。"
    : `能收的事项和同意书是 ${moment(at)} 取的。${isSignedOut() ? "登录过期了，登录以后再取新的；不登录也能接着收。" : today ? "" : "连上网会取新的。"}`;
  one("[data-aged] a").hidden = !isSignedOut() && at > 0;
}

const sent = (one: Kept): HTMLElement => row(`${moment(one.at)} 收的`, `本机编号 ${one.id.slice(-8).toUpperCase()}`, STATES[one.state] ?? "");

async function fillHome(): Promise<void> {
  const known = await along<Along>(NOTHING);
  sayAge(known.at);
  one<HTMLButtonElement>("[data-do=start]").disabled = !known.items.length;
  fill("[data-drafts]", (await drafts<Facts>()).map((draft) => row(
    draft.known?.name ?? "还没选办什么", draft.name || "还没写姓名", "接着收", () => void begin(draft, known).catch(trouble),
  )), "[data-half]");
  fill("[data-today]", (await records()).filter((one) => dayHere(one.at) === dayHere(Date.now())).reverse().map(sent), "[data-sent]");
  await fillRefused();
}

/** The slip is made of the draft, which is sealed a moment later and cannot be read here any more. */
async function finish(): Promise<void> {
  const facts = current();
  if (!facts) return;
  one("[data-local]").textContent = `本机编号 ${localNumber(facts)}`;
  pairs(one("[data-slip]"), [["收件时间", stamp(Date.now())], ...slipOf(facts)]);
  await save(facts, { kind: "intake", visit: "", told });
}

listen(trouble);
void start(
  { role: "desk", what: "断网收件", along: "/sync/desk", lists: ["[data-today]", "[data-drafts]", "[data-summary]", "[data-signs]", "[data-slip]", "[data-laid]"], current, store, finish, end, back, fillHome },
  { start: async () => begin(blank(await along<Along>(NOTHING)), await along<Along>(NOTHING)), next, print: async () => print() },
);
