// What is typed at the desk, judged as `backend/identity/checks.py` does: a record that the server would refuse is told
// while the applicant still sits there.
import { impossible } from "../sync/idnumber";
import type { Facts } from "./facts";

const MOBILE = /^1[3-9]\d{9}$/, PLAYED = /^1000000\d{4}$/; // the latter in demo and test mode only
const LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"; // GB 32100, of 统一社会信用代码

function isMobile(number: string): boolean {
  return MOBILE.test(number) || ("played" in document.body.dataset && PLAYED.test(number));
}

function isCode(code: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code)) return false;
  let power = 1, sum = 0;
  for (const letter of code.slice(0, 17)) { sum += LETTERS.indexOf(letter) * power; power = power * 3 % 31; }
  return LETTERS[(31 - sum % 31) % 31] === code[17];
}

/** What is wrong with who applies, in words; nothing where one may go on. */
export function wrong(of: Facts): string {
  if (!isMobile(of.phone)) return "手机号应是 11 位数字，以 1 开头";
  if ([...of.name].length < 2 || [...of.name].length > 30) return "申请人姓名应是 2 到 30 个字";
  if (/[\p{Nd}\p{Cc}\p{Cf}]/u.test(of.name)) return "申请人姓名里有数字或看不见的符号，请重新填写";
  if (of.relation === "authorised" && !of.agreed) return "受委托代办的，请先看委托书，再勾上";
  if (of.who?.firm && !of.organisation) return "请写单位名称";
  if (of.who?.firm && !isCode(of.uscc)) return "统一社会信用代码应是 18 位，请对照营业执照再看一遍";
  return impossible(of.idType, of.idNumber) || (of.identified ? "" : "请先核对来办的人的证件和本人，再勾上");
}
