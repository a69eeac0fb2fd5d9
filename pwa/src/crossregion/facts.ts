// What is written down of a case at the desk, and what the desk knows of its matters without a network.
import { newId } from "../sync/draft";

export interface Way { name: string; mode: string; says: string; signing: string; signing_name: string; live: string; originals: boolean; note: string }
export interface Material { name: string; condition: string; needed: boolean }
export interface Item { id: string; name: string; department: string; applicants: string[]; pace: string; situations: Way[]; materials: Material[] }
export interface Applicant { name: string; firm: boolean; papers: string[]; mandate?: boolean }
/** As `backend/crossregion/desk_along.py` gives it. */
export interface Along { hall: string; desk: string; consent: string; applicants: { [code: string]: Applicant }; items: Item[] }
export const NOTHING: Along = { hall: "", desk: "", consent: "", applicants: {}, items: [] };

export interface Sheet { name: string; originals: number; checked: boolean }
/** `known`: the matter as it was taken along when this was begun, so that a draft stays what it was. `signed`: the text under which the signature
 *  stands. `documents`: the paper that each page belongs to; `sizes`: the bytes of each page. */
export interface Facts {
  id: string; step: string; hall: string; desk: string; template: string; known?: Item; who?: Applicant;
  item: string; applicant: string; situation: string; holds: string[];
  phone: string; name: string; relation: string; agreed: boolean; identified?: boolean; idType: string; idNumber: string; organisation: string; uscc: string;
  signature: string; signed: string; onPaper: boolean; sheets: Sheet[]; documents: string[]; sizes: number[]; note: string;
}

export function blank(from: Along): Facts {
  return {
    id: newId(), step: "matter", hall: from.hall, desk: from.desk, template: from.consent, item: "", applicant: "", situation: "", holds: [],
    phone: "", name: "", relation: "self", agreed: false, identified: false, idType: "resident", idNumber: "", organisation: "", uscc: "",
    signature: "", signed: "", onPaper: false, sheets: [], documents: [], sizes: [], note: "",
  };
}

export const wayOf = (of: Facts): Way | undefined => of.known?.situations.find((one) => one.name === of.situation) ?? of.known?.situations[0];

/** What is signed only once there is a network: by a certificate, or by who comes for another, whose 委托书 the text names. */
export const signsLater = (of: Facts): boolean => wayOf(of)?.signing === "certified" || !!of.who?.mandate;

/** The papers of the matter that hold for this applicant, and those for who applies. */
export function papersOf(of: Facts): Material[] {
  const own = (of.known?.materials ?? []).filter((one) => !one.condition || of.holds.includes(one.condition));
  return [...own, ...(of.who?.papers ?? []).map((name) => ({ name, condition: "", needed: true }))];
}

/** 《服务同意书》, the same for the same facts, as the server writes it: it is shown, hashed and sent. */
export function consentOf(of: Facts): string {
  const words: { [name: string]: string } = {
    applicant: of.who?.firm && of.organisation ? `${of.organisation}（${of.name}）` : of.name, item: of.known?.name ?? "", desk: of.desk, department: of.known?.department ?? "",
  };
  return of.template.replace(/\{(applicant|item|desk|department)\}/g, (_, name: string) => words[name] ?? "");
}

/** What stands on the slip until the formal number follows: the end of the record's id. */
export const localNumber = (of: Facts): string => of.id.slice(-8).toUpperCase();
