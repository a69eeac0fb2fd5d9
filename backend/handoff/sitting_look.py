"""How far a session is with its applicant, for the pages of either side."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import cases, crossregion, db, esign, secrecy
from backend.handoff.conclude import OUTCOMES
from backend.handoff.parties import side_of, sits_at
from backend.handoff.record import NONE
from backend.handoff.record_text import digest, record_text
from backend.handoff.sign import KIND, signed_before
from backend.handoff.sitting import OPEN, seen_by_both, sitting_of
from backend.handoff.sitting_forms import Concluded
from backend.handoff.statements import statements_of
from backend.handoff.views import ONE
from backend.refusal import NotFound
from backend.web.forms import Form
from backend.web.qr import picture

NOTHING: dict[str, Any] = {
    "desk_saw_at": None, "officer_saw_at": None, "desk_name": "", "officer_name": "", "record_way": "", "outcome": "",
    "record_hash": "", "signed_at": None, "why": "", "gaps": [],
}  # fmt: skip


async def steps_of(one: dict[str, Any], by: UUID, form: Form | None = None) -> dict[str, Any]:
    """What a page needs that includes `_sitting.html`; `form`: the one that was refused on it."""
    concluded = form if isinstance(form, Concluded) else Concluded.blank()
    return {"steps": await look(one, by), "concluded": concluded, "outcomes": OUTCOMES, "picture": picture}


async def look(one: dict[str, Any], by: UUID) -> dict[str, Any]:
    """What `_sitting.html` shows of a handoff that `views.shown` let them see. `mine`: the side on which they may do
    something, else empty; `text` and `hash`: the record as the applicant is shown it, at the desk only; `file`: the
    case, for the officer who has it; `late`: as `late_papers`; `before`: as `signed_before`.
    """
    mine = (await side_of(one, one["hall_code"], by) or "") if one["state"] in OPEN else ""
    sat = {**NOTHING, **(await sitting_of(one["id"]) or {})}
    text = await record_text(one, sat) if mine == "desk" and not sat["record_way"] else ""
    return {
        "sat": sat, "mine": mine, "both": seen_by_both(sat), "said": await statements_of(one), "text": text,
        "hash": digest(text) if text else "", "asked": await esign.latest(KIND, one["id"]),
        "certifies": esign.offered(), "case": await cases.seen(one["case"]),
        "file": await cases.show_lent(one["case"], by) if mine == "officer" else None,
        "papers": await cases.papers_of(one["case"]) if mine == "officer" else [],
        "next": await _next(one, by), "token": secrecy.fresh_token(),
        "late": await late_papers(one["case"], sat["signed_at"]), "before": await signed_before(one["id"]),
    }  # fmt: skip


async def late_papers(case: UUID, signed_at: dt.datetime | None) -> list[str]:
    """By name, what was added after the applicant signed: the record they signed says nothing of it."""
    if signed_at is None:
        return []
    return list({each["name"]: 1 for each in await cases.papers_of(case) if each["added_at"] > signed_at})


async def record_of(handoff: UUID, by: UUID) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The handoff, its deeds and its case, for who sees the case. Refuses: NotFound."""
    found = await db.rows(f"{ONE} WHERE h.id = $1", handoff)
    if not found:
        raise NotFound(NONE)
    case = await cases.show_to_staff(found[0]["case"], by)
    return found[0], {**NOTHING, **(await sitting_of(handoff) or {})}, case


async def _next(one: dict[str, Any], by: UUID) -> list[dict[str, Any]]:
    """接着办, once it is over, at the desk."""
    if one["state"] != "done" or not await sits_at(one["hall_code"], by):
        return []
    return await crossregion.usual_of(one["case"])
