"""核对身份: the desk holds the ID and looks at the face, the officer sees the same; each says so by themselves."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.crossregion import met_by
from backend.handoff.record import record
from backend.handoff.rules import handoff_rules
from backend.handoff.sitting import at_side, unsigned
from backend.handoff.sitting_tables import HandoffSitting
from backend.refusal import Refusal

NOT_DONE = "这一边还没有核对身份"
# Somebody who decides it saw the applicant, or said that nobody has to.
MET = """
SELECT 1 FROM handoff h LEFT JOIN handoff_sitting s ON s.handoff = h.id WHERE h."case" = $1 AND (
  s.desk_saw_at IS NOT NULL AND s.officer_saw_at IS NOT NULL
  OR EXISTS (SELECT 1 FROM handoff_event e WHERE e.handoff = h.id AND e.kind = 'papers')) LIMIT 1
"""


@db.retrying
async def identify(handoff: UUID, by: UUID) -> None:
    """证件和本人一致, says one side. Again is once. Refuses: Denied, NotFound, nobody in sight, a record that is
    signed.
    """
    async with db.transaction():
        one, side = await at_side(handoff, by, "desk", "officer")
        await unsigned(one)
        if await _saw(handoff, side, await clock.now(), by):
            await record(
                handoff, "identified", one["state"], one["state"], by, handoff_rules().identity[side]
            )


@db.retrying
async def take_back(handoff: UUID, by: UUID) -> None:
    """撤回，重新核对: their own side, before the signature. Refuses: as `identify`, what was not said."""
    async with db.transaction():
        one, side = await at_side(handoff, by, "desk", "officer")
        await unsigned(one)
        if not await _saw(handoff, side, None, None):
            raise Refusal(NOT_DONE)
        await record(handoff, "unidentified", one["state"], one["state"], by)


async def _saw(handoff: UUID, side: str, at: dt.datetime | None, by: UUID | None) -> bool:
    """Written down, or taken back; whether it was otherwise before."""
    when = HandoffSitting.desk_saw_at if side == "desk" else HandoffSitting.officer_saw_at
    whom = HandoffSitting.desk_saw_by if side == "desk" else HandoffSitting.officer_saw_by
    values: dict[Any, Any] = {when: at, whom: by}
    before = when.is_null() if at else when.is_not_null()
    changed = HandoffSitting.update(values).where(HandoffSitting.handoff == handoff, before)
    return bool(await changed.returning(HandoffSitting.id))


async def met(case: UUID) -> bool:
    """Whether the applicant of a case was seen, or need not be."""
    return bool(await db.rows(MET, case))


met_by(met)
