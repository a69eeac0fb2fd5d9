"""回电: nobody could come to the screen; a named officer does at a written time."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints
from backend.appointments import open_spans
from backend.handoff.parties import decides
from backend.handoff.phones import tell_caller
from backend.handoff.record import move, record
from backend.handoff.rules import handoff_rules

TOLD = "SELECT 1 FROM handoff_event WHERE handoff = $1 AND kind = 'overdue' AND at >= $2 LIMIT 1"
DAYS = 14  # looked ahead
WHO = f"""
SELECT s.id, EXISTS (SELECT 1 FROM handoff_skill k WHERE k.staff = s.id AND k.item = $2) AS skilled,
       coalesce(u.state <> 'away', false) AS there,
       ARRAY(SELECT h.call_back_at FROM handoff h WHERE h.call_back_by = s.id AND h.call_back_at > $3) AS taken
FROM staff s LEFT JOIN handoff_duty u ON u.staff = s.id
WHERE {decides("$1")}
ORDER BY (s.id IS NOT DISTINCT FROM $4) DESC, 2 DESC, 3 DESC, cardinality(ARRAY(
  SELECT 1 FROM handoff h WHERE h.call_back_by = s.id AND h.call_back_at > $3)), s.id LIMIT 1
"""  # noqa: S608  # our own words


async def book_call_back(one: dict[str, Any], kind: str, officer: UUID | None = None) -> dict[str, Any]:
    """A part: the handoff ends with who calls back when, in the hours of the desk; `officer`: who had it. Where the
    department has nobody at all, it fails, and says so.
    """
    now = await clock.now()
    found = await db.rows(WHO, one["department"], one["item"], now, officer)
    when = await _when(one["hall"], now, found[0]["taken"]) if found else None
    if when is None:
        return await move(one, kind, "failed", why="没有人能回电")
    return await booked(one, kind, found[0]["id"], when)


async def booked(
    one: dict[str, Any], kind: str, officer: UUID, at: dt.datetime, by: UUID | None = None
) -> dict[str, Any]:
    """A part: the handoff ends with this call-back; who supervises the desk is told, and whose it is."""
    await tell_caller(one, officer, at)
    await _hint(one)
    return await move(one, kind, "callback_booked", by, call_back_at=at, call_back_by=officer)


async def tell_supervisor(one: dict[str, Any], since: dt.datetime) -> None:
    """A part: nobody came in the whole wait; who supervises the desk hears it, once since then."""
    if await db.rows(TOLD, one["id"], since):
        return
    await record(one["id"], "overdue", one["state"], one["state"])
    await _hint(one)


async def _hint(one: dict[str, Any]) -> None:
    [hall] = await db.rows("SELECT code FROM hall WHERE id = $1", one["hall"])
    db.after_commit(partial(hints.publish, f"hall:{hall['code']}"))


async def _when(hall: UUID, now: dt.datetime, taken: list[dt.datetime]) -> dt.datetime | None:
    """The first time at which the desk is open and the officer free."""
    rules = handoff_rules()
    first, each = (
        now + dt.timedelta(minutes=rules.call_back_after),
        dt.timedelta(minutes=rules.call_back_each),
    )
    for n in range(DAYS):
        day = clock.local(now).date() + dt.timedelta(days=n)
        for opens, closes, _ in await open_spans(hall, day):
            at, end = clock.at(day, opens), clock.at(day, closes)
            while at + each <= end:
                if at >= first and all(abs(at - other) >= each for other in taken):
                    return at
                at += each
    return None
