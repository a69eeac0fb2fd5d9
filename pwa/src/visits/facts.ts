// What is written down of a visit.
import { newId } from "../sync/draft";

export type Count = [name: string, originals: number, copies: number];
/** A door of today's list, as the server gave it. */
export interface Door {
  id: string; number: string; who: string; item: string; matter: string; where: string; day: string; when: string; phone: string;
  papers: Count[]; hall: string; mandated: boolean; tail: string;
}
/** `visit`: which of today's doors, none where somebody asked at the door; then `village` and what follows say who. `signed`: the text under which
 *  the signature stands.
 *  `papers`: what is to be looked for; `handed`: what the agent took along. */
export interface Facts {
  id: string; visit: string; number: string; hall: string; mandated: boolean; who: string; item: string; matter: string; tail?: string;
  identity: string; ticks: string[]; powers: string[]; until: string; handed: Count[]; documents: string[]; consent: boolean;
  signature: string; signed?: string; note: string; step: string; phone: string; papers: Count[];
  village: string; reason: string; address: string; idType: string; idNumber: string;
}

export function blank(door?: Door): Facts {
  return {
    id: newId(), visit: door?.id ?? "", number: door?.number ?? "", hall: door?.hall ?? "", mandated: door?.mandated ?? false, tail: door?.tail ?? "",
    who: door?.who ?? "", item: door?.item ?? "", matter: door?.matter ?? "", handed: [], papers: door?.papers ?? [["身份证", 1, 0]], phone: door?.phone ?? "",
    identity: "", ticks: [], powers: [], until: "", documents: [], consent: false, signature: "", note: "", step: "identity",
    village: "", reason: "", address: "", idType: "resident", idNumber: "",
  };
}
