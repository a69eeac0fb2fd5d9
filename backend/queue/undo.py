"""Undoing the last slip at a counter (撤销), within seconds: the number stands as before."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.queue.call import BUSY
from backend.queue.desks import at_desk
from backend.queue.record import STALE, Asker, change, restored, seen
from backend.refusal import Refusal

AGAIN = {"ticket_once": Refusal("这位后来又取了同一件事的号，不能撤销了")}
UNDOABLE = ("called", "missed", "started", "held", "resumed", "completed", "transferred")
LAST = """
SELECT e.id, e.kind, e.at, e.before, e.by_staff, e.counter, e.ticket,
       NOT EXISTS (SELECT 1 FROM ticket_event o WHERE o.ticket = e.ticket AND o.at > e.at) AS last
FROM ticket_event e WHERE e.id = $1
"""
# Where the visitor is with another matter: nobody is at two counters.
ELSEWHERE = """
SELECT c.number FROM ticket t JOIN counter c ON c.id = t.counter
WHERE t.day = $1 AND t.party = $2 AND t.id <> $3 AND t.state = ANY($4)
"""
AT_COUNTER = ("called", "serving", "held")
# What the same press did just before: the one who let others go first.
SWAPPED = """
SELECT e.ticket, e.before, NOT EXISTS (SELECT 1 FROM ticket_event o WHERE o.ticket = e.ticket AND o.at > e.at) AS last
FROM ticket_event e WHERE e.counter = $1 AND e.by_staff = $2 AND e.kind = 'swapped'
  AND e.at = (SELECT max(o.at) FROM ticket_event o WHERE o.counter = $1 AND o.at < $3)
"""


@db.retrying
async def undo(counter: UUID, by: UUID, event: UUID) -> None:
    """Take the last deed back. Refuses: another's deed, an older one, one that was followed by another, too late; a
    visitor who is at another counter by now, or took another number for the same thing.
    """
    async with db.transaction(refusing={**BUSY, **AGAIN}):
        day, _ = await at_desk(counter, by)
        found = await db.rows(LAST, event)
        if (
            not found
            or found[0]["by_staff"] != by
            or found[0]["counter"] != counter
            or found[0]["kind"] not in UNDOABLE
        ):
            raise Refusal("这一步不能撤销")
        if await clock.now() > found[0]["at"] + dt.timedelta(seconds=day.rules.undo_seconds):
            raise Refusal(f"过了 {day.rules.undo_seconds} 秒，不能撤销了")
        if not found[0]["last"]:
            raise Refusal(STALE)
        if number := await _restore(found[0], by):
            raise Refusal(f"这位正在 {number} 号窗口办别的事，不能撤销")
        if found[0]["kind"] == "called":
            await _swap_back(counter, by, found[0]["at"])


async def _restore(event: dict[str, Any], by: UUID) -> int | None:
    """The number stands as before; or nothing changes, and the counter is returned at which the visitor is by now."""
    ticket, before = await seen(event["ticket"]), restored(event["before"])
    if before["state"] in AT_COUNTER:
        for other in await db.rows(ELSEWHERE, ticket["day"], ticket["party"], ticket["id"], list(AT_COUNTER)):
            return int(other["number"])
    await change(ticket, "undone", before.pop("state"), Asker(staff=by), before)
    return None


async def _swap_back(counter: UUID, by: UUID, called_at: dt.datetime) -> None:
    """让后面先办 is taken back whole: whoever had let them go first stands at the counter again."""
    for row in await db.rows(SWAPPED, counter, by, called_at):
        if row["last"]:
            await _restore(row, by)
