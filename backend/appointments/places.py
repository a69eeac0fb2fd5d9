"""Places in a slot, as bookings take and free them. The guard is in the UPDATE itself.

`slot.taken` counts the appointments of a slot that are not cancelled and its open holds. A place given up is
not free at once: it rests (冻结), so that nobody sells a place by cancelling it at an agreed moment, and while
it rests it goes to the waiting list (`offers.py`).
"""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, hints
from backend.appointments.tables import PlaceHold, Policy, Slot
from backend.refusal import Refusal

FULL = "这个时段刚刚约满，请另选一个。现在有空的时段都列在下面"
FULL_DAY = "这个时段刚刚约满，这一天也没有空位了。可以换一天，或候补：有人取消时通知你"
OWN = """
UPDATE place_hold SET ended_at = $3, outcome = 'resumed'
WHERE slot = $1 AND appointment = $2 AND kind = 'frozen' AND ended_at IS NULL
  AND EXISTS (SELECT 1 FROM slot s WHERE s.id = $1 AND s.taken <= s.offered) RETURNING id
"""


class SlotFull(Refusal):
    """The slot has no place left."""


async def take(slot: UUID, appointment: UUID | None = None) -> None:
    """Take one place; the one that this appointment gave up there a moment ago, if it still rests.

    A part. Refuses: SlotFull.
    """
    if appointment and await db.rows(OWN, slot, appointment, await clock.now()):
        return
    if not await taken(slot):
        raise SlotFull(FULL)


async def taken(slot: UUID) -> bool:
    """Take one place, if there is one. A part."""
    place = Slot.update({Slot.taken: Slot.taken + 1}).where(Slot.id == slot, Slot.taken < Slot.offered)
    return bool(await place.returning(Slot.id))


async def give_back(slot: UUID) -> None:
    """Give one place back to everybody. A part."""
    await Slot.update({Slot.taken: Slot.taken - 1}).where(Slot.id == slot, Slot.taken > 0)


async def free(slot: Slot, rules: Policy, appointment: UUID) -> None:
    """Give up the place of an appointment: it rests for `frozen_minutes`, or until the waiting list has had its
    turn. The slot's row is left alone, so that people who move in opposite directions never meet. A part.
    """
    now = await clock.now()
    until = now + dt.timedelta(minutes=rules.frozen_minutes)
    await hold(slot.id, "frozen", now, until, appointment=appointment)
    db.after_commit(partial(hints.wake, "pass_on", slot.line))


async def hold(slot: UUID, kind: str, now: dt.datetime, until: dt.datetime, **of: Any) -> UUID:
    """Write down who keeps a place that is counted already; `of` names the waiting or the appointment. A part."""
    db.inside()
    row = PlaceHold(id=uuid4(), slot=slot, kind=kind, created_at=now, until=until, **of)
    await PlaceHold.insert(row)
    return UUID(str(row.id))


async def end(held: UUID, outcome: str, *kinds: str) -> UUID | None:
    """End an open hold of these kinds; its slot, or None where it has ended before. The place stays counted: the
    caller gives it back, holds it anew or books it. A part.
    """
    db.inside()
    over: dict[Any, Any] = {PlaceHold.ended_at: await clock.now(), PlaceHold.outcome: outcome}
    ended = PlaceHold.update(over).where(
        PlaceHold.id == held, PlaceHold.ended_at.is_null(), PlaceHold.kind.is_in(list(kinds))
    )
    found = await ended.returning(PlaceHold.slot)
    return found[0]["slot"] if found else None
