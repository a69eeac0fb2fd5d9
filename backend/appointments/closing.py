"""Closing (停办) a line or a whole hall for some hours: the intent, and its course.

One row says what is wanted; `rehouse.py` treats the bookings one by one, so that it can stop and go on, and a
dead worker loses nothing. Locks: person, account, closing, line, slots by id, as everywhere.
"""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, hints, identity
from backend.appointments import fill, offers, places
from backend.appointments.affected import Stretch, gather
from backend.appointments.closing_course import move_to, note
from backend.appointments.tables import CapacityEvent, CapacityException, Closing
from backend.catalog.tables import Hall, Line
from backend.refusal import NotFound, Refusal

ALIKE = ("hall", "line", "day", "starts", "ends", "counters")
# What is offered or kept in slots that have no room for it any more: those kept for a closing, then the waiting
# list's, the latest first. Bookings come before both.
SURPLUS = """
SELECT h.id, h.kind, h.slot, h.waiting, r.id AS relocation, r.closing FROM (
    SELECT h.*, s.offered, row_number() OVER (PARTITION BY h.slot ORDER BY h.kind <> 'closing', h.created_at) AS place,
           (SELECT count(*) FROM appointment a WHERE a.slot = h.slot AND a.state <> 'cancelled' AND NOT EXISTS (
                SELECT 1 FROM relocation o WHERE o.appointment = a.id AND o.state IN ('pending', 'offered', 'none')))
           AS kept
    FROM place_hold h JOIN slot s ON s.id = h.slot
    WHERE s.line = ANY($1::uuid[]) AND s.day = $2 AND s.starts_at >= $3 AND s.starts_at < $4 AND s.starts_at > $5
      AND h.ended_at IS NULL AND h.kind IN ('closing', 'waiting')) h
LEFT JOIN relocation r ON r.hold = h.id AND r.state = 'offered'
WHERE h.place + h.kept > h.offered ORDER BY h.slot, h.id
"""


# The closings that keep places in these slots: locked before lines and slots, as everywhere.
OTHERS = """
SELECT c.id FROM closing c WHERE c.id IN (
    SELECT r.closing FROM relocation r JOIN place_hold h ON h.id = r.hold JOIN slot s ON s.id = h.slot
    WHERE r.state = 'offered' AND h.ended_at IS NULL AND s.line = ANY($1::uuid[]) AND s.day = $2
      AND s.starts_at >= $3 AND s.starts_at < $4 AND s.starts_at > $5)
ORDER BY c.id FOR NO KEY UPDATE
"""

# The same stretch given up already, and nothing said of it since: to close it again would change nothing.
STANDING = """
SELECT c.id, c.created_at, f.name AS by_name FROM closing c JOIN staff f ON f.id = c.by
WHERE c.hall = $1 AND c.day = $3 AND c.counters = $6 AND c.state NOT IN ('undoing', 'undone')
  AND c.line IS NOT DISTINCT FROM $2 AND c.starts IS NOT DISTINCT FROM $4 AND c.ends IS NOT DISTINCT FROM $5
  AND NOT EXISTS (SELECT 1 FROM capacity_exception e WHERE e.hall = c.hall AND e.day = c.day
      AND e.withdrawn_at IS NULL AND e.created_at > c.created_at
      AND (e.line IS NULL OR c.line IS NULL OR e.line = c.line)
      AND (e.starts IS NULL OR c.ends IS NULL OR e.starts < c.ends)
      AND (c.starts IS NULL OR e.ends IS NULL OR c.starts < e.ends))
ORDER BY c.created_at DESC LIMIT 1
"""
HALL = "SELECT id FROM hall WHERE id = $1 FOR NO KEY UPDATE"  # as every deed on a hall's capacity


class AlreadyClosed(Refusal):
    """Somebody closed the very same stretch before; `standing` is that closing: id, by_name, created_at."""

    def __init__(self, standing: dict[str, Any]) -> None:
        at = clock.local(standing["created_at"])
        super().__init__(f"{standing['by_name']} {at.month} 月 {at.day} 日 {at:%H:%M} 已经停办了这段时间")
        self.standing = standing


async def standing(stretch: Stretch) -> dict[str, Any] | None:
    """The closing of the very same stretch that still holds: id, by_name, created_at."""
    found = await db.rows(STANDING, *(getattr(stretch, name) for name in ALIKE))
    return found[0] if found else None


async def check(stretch: Stretch, by: UUID) -> Hall:
    """Whether this member of staff may close this, and when it can be closed. Refuses: NotFound, Denied, Refusal."""
    hall = await Hall.objects().where(Hall.id == stretch.hall).first()
    if hall is None:
        raise NotFound("没有找到这个大厅")
    await identity.require(by, "manager", hall=hall.code)
    if stretch.line and not await Line.exists().where(Line.id == stretch.line, Line.hall == hall.id):
        raise NotFound("没有找到这条业务线")
    if stretch.starts and stretch.ends and stretch.ends <= stretch.starts:
        raise Refusal("结束时间要晚于开始时间")
    now = await clock.now()
    if clock.at(stretch.day, stretch.ends or dt.time.max) <= now:
        raise Refusal("这段时间已经过去，请选还没到的时间")
    return hall


class _SaidTwice(Refusal):
    """The same deed at the same moment: the other one wins."""


async def close(stretch: Stretch, reason: str, by: UUID, id: UUID | None = None) -> UUID:
    """Close the stretch: slots offer no more at once, and everybody pushed out is written down to be treated.

    `id` names the deed: said again (a double click, a replay) it is the same closing. Refuses: as `check`, and
    AlreadyClosed.
    """
    try:
        return await _close(stretch, reason, by, id or uuid4())
    except _SaidTwice:
        return await _close(stretch, reason, by, id or uuid4())


@db.retrying
async def _close(stretch: Stretch, reason: str, by: UUID, id: UUID) -> UUID:
    async with db.transaction(refusing={"closing_pkey": _SaidTwice("这次停办已经开始了")}):
        hall = await check(stretch, by)
        if found := await Closing.objects().where(Closing.id == id).first():
            return await _same(found, hall)
        await db.rows(HALL, stretch.hall)
        if there := await standing(stretch):
            raise AlreadyClosed(there)
        exception, now = await _except(stretch, reason, by), await clock.now()
        values = {**_values(stretch), "reason": reason, "by": by, "exception": exception, "created_at": now}
        await Closing.insert(Closing(id=id, **values))
        await db.rows(OTHERS, *await stretch.bounds())
        await fill.refill(stretch.day, hall=stretch.hall, line=stretch.line)
        await gather(stretch, id)
        await _end_surplus(stretch)
        await note(id, "began", "", "running", by)
        db.after_commit(partial(hints.wake, "rehouse", id))
    return id


async def _same(found: Closing, hall: Hall) -> UUID:
    if found.hall != hall.id:
        raise NotFound("没有找到这次停办")
    return UUID(str(found.id))


def _values(stretch: Stretch) -> dict[str, Any]:
    return {name: getattr(stretch, name) for name in ALIKE}


async def _except(stretch: Stretch, reason: str, by: UUID) -> UUID:
    row = CapacityException(reason=reason, by=by, created_at=await clock.now(), **_values(stretch))
    await CapacityException.insert(row)
    await record_capacity(stretch, reason, by, "exception")
    return UUID(str(row.id))


async def record_capacity(stretch: Stretch, reason: str, by: UUID, kind: str) -> None:
    """Among the changes of the hall's capacity: `exception` or `withdrawn`. A part."""
    names = ("line", "day", "starts", "ends", "counters")
    said = msgspec.json.encode(
        {**{name: getattr(stretch, name) for name in names}, "reason": reason}
    ).decode()
    before, after = (None, said) if kind == "exception" else (said, None)
    await CapacityEvent.insert(
        CapacityEvent(hall=stretch.hall, at=await clock.now(), by=by, kind=kind, before=before, after=after)
    )


async def _end_surplus(stretch: Stretch) -> None:
    """Offers of the waiting list that lost their slot go back into the queue, told so; places that another closing
    kept there are looked for anew.
    """
    for hold in await db.rows(SURPLUS, *await stretch.bounds()):
        if not await places.end(hold["id"], "released", hold["kind"]):
            continue
        await places.give_back(hold["slot"])
        if hold["waiting"]:
            await offers.withdraw_offer(hold["waiting"], hold["id"])
        elif hold["relocation"]:
            await _again(hold["relocation"], hold["closing"])


async def _again(relocation: UUID, closing: UUID) -> None:
    await db.rows(
        "UPDATE relocation SET state = 'pending', hold = NULL, new_slot = NULL WHERE id = $1 AND state = 'offered'",
        relocation,
    )
    if await move_to(closing, "running", "done"):
        await note(closing, "again", "done", "running", None)
    db.after_commit(partial(hints.wake, "rehouse", closing))
