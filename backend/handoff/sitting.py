"""A session's row of deeds: who may do something on which side of the screen, and when."""

from typing import Any
from uuid import UUID, uuid4

from backend import cases, db
from backend.handoff.parties import side_of
from backend.handoff.record import NONE, locked
from backend.handoff.rules import Side
from backend.handoff.sitting_tables import HandoffSitting
from backend.refusal import Denied, NotFound, Refusal

OPEN = ("live", "interrupted", "deciding")
NOT_YET = "还没有接通，接通了再办"
OVER = "这次屏对屏已经结束"
SIGNED = "办理记录签过字了，不能再改"
BOTH_FIRST = "先核对身份：办事点和启东两边都要核对"
SITTING = """
SELECT s.*, d.name AS desk_name, o.name AS officer_name FROM handoff_sitting s
LEFT JOIN staff d ON d.id = s.desk_saw_by LEFT JOIN staff o ON o.id = s.officer_saw_by WHERE s.handoff = $1
"""


async def at_side(handoff: UUID, by: UUID, *sides: Side) -> tuple[dict[str, Any], Side]:
    """A part: the handoff, locked after its case, and where they sit: "officer" who has it, "desk" who works there.
    Refuses: NotFound, also where they have no part in it; Denied on another side than these.
    """
    found = await db.rows('SELECT "case" FROM handoff WHERE id = $1', handoff)
    if not found:
        raise NotFound(NONE)
    case = await cases.locked(found[0]["case"])
    one = await locked(handoff)
    side = await side_of(one, case["hall_code"], by)
    if side is None:
        raise NotFound(NONE)
    if side not in sides:
        raise Denied
    return one, side


def in_session(one: dict[str, Any]) -> None:
    """A part: they see each other, or did until just now. Refuses: one that is not there yet, or is over."""
    if one["state"] not in OPEN:
        raise Refusal(OVER if one["ended_at"] else NOT_YET)


async def begun(one: dict[str, Any]) -> dict[str, Any]:
    """A part: the row of deeds, made with the first."""
    made = HandoffSitting.insert(HandoffSitting(id=uuid4(), handoff=one["id"]))
    await made.on_conflict(target=HandoffSitting.handoff, action="DO NOTHING")
    found = await sitting_of(one["id"])
    assert found
    return found


async def unsigned(one: dict[str, Any]) -> dict[str, Any]:
    """A part: the row, while what it says may change. Refuses: as `in_session`; what was signed."""
    in_session(one)
    sat = await begun(one)
    if sat["record_way"]:
        raise Refusal(SIGNED)
    return sat


async def sitting_of(handoff: UUID) -> dict[str, Any] | None:
    """What was done so far, for a caller who has asked whose it is; None: nothing."""
    found = await db.rows(SITTING, handoff)
    return found[0] if found else None


def seen_by_both(sat: dict[str, Any] | None) -> bool:
    """Both sides found the applicant to be the one of the ID."""
    return bool(sat and sat["desk_saw_at"] and sat["officer_saw_at"])
