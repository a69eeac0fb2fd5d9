"""What the clock does to numbers: missed ones are given up, and whatever a day left behind is closed."""

from uuid import UUID

from backend import clock, db
from backend.queue.lock import rules_from
from backend.queue.record import Asker, change, seen

BATCH = 200
DUE = """
SELECT t.id FROM ticket t JOIN queue_day d ON d.id = t.day LEFT JOIN queue_rules r ON r.hall = d.hall
WHERE (t.state = 'missed' AND t.missed_at < $1::timestamptz - make_interval(mins => coalesce(r.return_minutes, $3))
   OR t.state IN ('waiting', 'called', 'serving', 'held', 'missed') AND d.day < $2) AND (t.id = $5 OR $5::uuid IS NULL)
ORDER BY t.id LIMIT $4
"""
LOCK = "SELECT id FROM ticket WHERE id = $1 FOR NO KEY UPDATE"


async def overdue() -> list[UUID]:
    """Numbers that are over: missed too long ago, or left from another day."""
    return await _due(None)


async def _due(ticket: UUID | None) -> list[UUID]:
    now = await clock.now()
    usual = rules_from(None).return_minutes
    found = await db.rows(DUE, now, clock.local(now).date(), usual, BATCH, ticket)
    return [row["id"] for row in found]


@db.retrying
async def give_up(ticket: UUID) -> None:
    """弃号; done where it was being served when the day ended, though nobody knows when. Again: nothing changes."""
    async with db.transaction():
        await db.rows(LOCK, ticket)
        if not await _due(ticket):
            return
        found, now = await seen(ticket), await clock.now()
        if found["state"] == "serving":  # no time of its end: it would pass for a service of a whole night
            await change(found, "left_open", "done", Asker(), why="当天没有点办结")
        else:
            why = "过号后没有回来" if found["state"] == "missed" else "当天没有办"
            await change(found, "abandoned", "abandoned", Asker(), {"ended_at": now}, why)
