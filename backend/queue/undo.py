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
