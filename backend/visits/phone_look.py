"""What is sealed in a record of a visit, for who of the office looks at it; and what the sync has to know of these."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import db, identity, secrecy, signature, sync
from backend.refusal import NotFound, Refusal
from backend.visits import views
from backend.visits.done import IDENTITY
from backend.visits.from_phone import Facts, complete
from backend.visits.mandate_term import odd_term
from backend.visits.rules import visit_rules
from backend.visits.signed import digest

TICKS = {
    "free": "代办不收钱，该交的费本人自己交", "explained": "讲清了办什么、多久有结果",
    "willing": "本人（或家属）愿意委托", "complaint": "告诉了投诉电话 12345",
}  # fmt: skip
VILLAGE = "SELECT name FROM village WHERE code = $1"
MADE = "SELECT visit FROM visit_record WHERE id = $1"


async def leads(found: dict[str, Any], by: UUID) -> tuple[str, str] | None:
    """The visit that it belongs to, where they may read it."""
    made = [row["visit"] for row in await db.rows(MADE, found["record"])]
    try:
        one = await views.show_to_staff([*made, found["visit"]][0], by)
    except NotFound:
        return None
    return f"看上门 {one['number']}", f"/console/visits/{one['id']}"


async def inside(found: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """What its template shows."""
    return {
        "identity": IDENTITY.get(facts.identity, facts.identity), "ticks": [TICKS.get(one, one) for one in facts.ticks],
        "asked": await _asked(facts), "powers": [_power(code) for code in facts.powers], **_term(found, facts),
        "signature": _drawn(facts.signature), "same": digest(facts.text) == facts.document_hash,
    }  # fmt: skip


def _power(code: str) -> str:
    known = visit_rules().powers.get(code)
    return known.name if known else code


def _term(found: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """Until when the 委托书 in it gives its powers (None where there is none), and what is odd about that."""
    try:
        until = dt.date.fromisoformat(facts.until) if facts.powers else None
    except ValueError:
        until = None
    odd = odd_term(until, found["received_at"], found["skew_seconds"]) if until else ""
    return {"until": until, "odd_term": odd}


def _drawn(text: str) -> str:
    """The data address of the drawn name; empty where it is none."""
    try:
        signature.drawn(text)
    except Refusal:
        return ""
    return signature.HEAD + text


async def _asked(facts: Facts) -> dict[str, str]:
    """Where nobody had asked before: where to find whom, to be called and asked."""
    told = facts.asked
    if told is None:
        return {}
    village, reason = await db.rows(VILLAGE, told.village), visit_rules().reasons.get(told.reason)
    return {
        "village": village[0]["name"] if village else told.village, "address": told.address, "phone": told.phone,
        "id": f"{identity.ID_TYPES.get(told.id_type, told.id_type)} {secrecy.mask_id(told.id_number)}",
        "reason": reason.name if reason else told.reason,
    }  # fmt: skip


RECORD = sync.Kind(
    name="上门记录",
    role="agent",
    facts=Facts,
    complete=complete,
    leads=leads,
    inside=inside,
    template="visits/_record.html",
)
