// An ID number as it is typed at the door: what could not be a real one is said at once, not days later. The server
// judges again (`backend/identity/ids.py`), and all other kinds of ID alone.
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** What is wrong with it, in words. */
export function impossible(kind: string, number: string): string {
  if (!number) return "请写证件号码";
  if (kind !== "resident") return "";
  if (!/^\d{17}[\dX]$/.test(number)) return "身份证号应是 18 位，最后一位可以是 X";
  const sum = WEIGHTS.reduce((total, weight, n) => total + weight * Number(number[n]), 0);
  return "10X98765432"[sum % 11] === number[17] ? "" : "身份证号不对，请对照证件再看一遍";
}

/** In years, by a resident's ID. */
export function ageOf(number: string): number {
  const today = Number(new Date().toLocaleDateString("sv", { timeZone: "Asia/Shanghai" }).replaceAll("-", ""));
  return Math.floor((today - Number(number.slice(6, 14))) / 10_000);
}
