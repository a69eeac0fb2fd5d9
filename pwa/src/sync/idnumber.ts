// An ID number as it is typed without a network: what could not be a real one is said at once, not days later. The same
// shapes and check digit as `backend/identity/ids.py`, which judges again.
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const SHAPES: { [kind: string]: [shape: RegExp, said: string] } = {
  "resident": [/^\d{17}[\dX]$/, "身份证号应是 18 位，最后一位可以是 X"],
  "residence-permit": [/^8[123]0000\d{11}[\dX]$/, "居住证号应是 18 位，以 810000、820000 或 830000 开头"],
  "home-return": [/^[HM]\d{8}(\d{2})?$/, "回乡证号应是 H 或 M 加 8 位或 10 位数字"],
  "taiwan": [/^\d{8}$/, "台胞证号应是 8 位数字"],
  "passport": [/^(E\d{8}|E[A-HJ-NP-Z]\d{7}|G\d{8}|[DSP]E?\d{7,8})$/, "护照号应是字母加数字，例如 E12345678"],
  "foreign-passport": [/^[A-Z0-9]{5,17}$/, "护照号应是 5 到 17 位字母或数字"],
  "foreign-residence": [/^(9\d{16}[\dX]|[A-Z]{3}\d{12})$/, "永居证号应是 9 开头的 18 位，或 3 个字母加 12 位数字"],
};
const CHECKED = ["resident", "residence-permit"];

/** The date of birth in it is a day, and not one to come. */
function born(number: string): boolean {
  const text = number.slice(6, 14).replace(/^(.{4})(.{2})/, "$1-$2-"), date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) && date.getTime() <= Date.now() + 86_400_000;
}

/** What is wrong with it, in words. */
export function impossible(kind: string, number: string): string {
  if (!number) return "请写证件号码";
  const [shape, said] = SHAPES[kind] ?? [/./, ""];
  if (!shape.test(number)) return said;
  if (!CHECKED.includes(kind)) return "";
  const sum = WEIGHTS.reduce((total, weight, n) => total + weight * Number(number[n]), 0);
  return born(number) && "10X98765432"[sum % 11] === number[17] ? "" : "身份证号不对，请对照证件再看一遍";
}

/** In years, by a resident's ID. */
export function ageOf(number: string): number {
  const today = Number(new Date().toLocaleDateString("sv", { timeZone: "Asia/Shanghai" }).replaceAll("-", ""));
  return Math.floor((today - Number(number.slice(6, 14))) / 10_000);
}
