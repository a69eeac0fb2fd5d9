"""Undoing the last slip at a counter (撤销), within seconds: the number stands as before."""

import datetime as dt
from uuid import UUID

from backend import clock, db
from backend.queue.call import BUSY
from backend.queue.desks import at_desk
from backend.queue.record import STALE, Asker, change, restored, seen
from backend.refusal import Refusal

UNDOABLE = ("called", "missed", "started", "held", "resumed", "completed", "transferred")
LAST = """
SELECT e.id, e.kind, e.at, e.before, e.by_staff, e.counter, e.ticket,
       NOT EXISTS (SELECT 1 FROM ticket_event o WHERE o.ticket = e.ticket AND o.at > e.at) AS last
FROM ticket_event e WHERE e.id = $1
"""


# What the same press did just before: the one who let others go first.
SWAPPED = """
SELECT e.ticket, e.before, NOT EXISTS (SELECT 1 FROM ticket_event o WHERE o.ticket = e.ticket AND o.at > e.at) AS last
FROM ticket_event e WHERE e.counter = $1 AND e.by_staff = $2 AND e.kind = 'swapped'
  AND e.at = (SELECT max(o.at) FROM ticket_event o WHERE o.counter = $1 AND o.at < $3)
"""


@db.retrying
async def undo(counter: UUID, by: UUID, event: UUID) -> None:
    """Take the last deed back. Refuses: another's deed, an older one, one that was followed by another, too late."""
    async with db.transaction(refusing=BUSY):
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
        ticket, before = await seen(found[0]["ticket"]), restored(found[0]["before"])
        await change(ticket, "undone", before.pop("state"), Asker(staff=by), before)
        if found[0]["kind"] == "called":
            await _swap_back(counter, by, found[0]["at"])


async def _swap_back(counter: UUID, by: UUID, called_at: dt.datetime) -> None:
    """让后面先办 is taken back whole: whoever had let them go first stands at the counter again."""
    for row in await db.rows(SWAPPED, counter, by, called_at):
        if row["last"]:
            before = restored(row["before"])
            await change(await seen(row["ticket"]), "undone", before.pop("state"), Asker(staff=by), before)
