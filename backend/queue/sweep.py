"""What the clock does to numbers: missed ones are given up, and whatever a day left behind is closed."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.queue.lock import rules_from
from backend.queue.record import Asker, change, seen

BATCH = 200
DUE = """
SELECT t.id FROM ticket t JOIN queue_day d ON d.id = t.day LEFT JOIN queue_rules r ON r.hall = d.hall
WHERE t.state = 'missed' AND t.missed_at < $1::timestamptz - make_interval(mins => coalesce(r.return_minutes, $3))
   OR t.state IN ('waiting', 'called', 'serving', 'held', 'missed') AND d.day < $2
ORDER BY t.id LIMIT $4
"""


async def overdue() -> list[UUID]:
    """Numbers that are over: missed too long ago, or left from another day."""
    now = await clock.now()
    usual = rules_from(None).return_minutes
    found = await db.rows(DUE, now, clock.local(now).date(), usual, BATCH)
    return [row["id"] for row in found]


@db.retrying
async def give_up(ticket: UUID) -> None:
    """弃号, or done where it was being served when the day ended. Doing it again changes nothing."""
    async with db.transaction():
        await db.rows("SELECT id FROM ticket WHERE id = $1 FOR NO KEY UPDATE", ticket)
        if ticket not in await overdue():
            return
        found = await seen(ticket)
        await change(found, *_end(found), Asker(), {"ended_at": await _ended(found)}, "当天没有办结")


def _end(found: dict[str, Any]) -> tuple[str, str]:
    return ("completed", "done") if found["state"] == "serving" else ("abandoned", "abandoned")


async def _ended(found: dict[str, Any]) -> dt.datetime:
    return await clock.now()
