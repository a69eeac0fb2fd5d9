"""Which place fits somebody whose own time fell away: one order of preference, for preview and for deed.

The same hall; first the same day, then the nearest working day after (before it only when no later one is left),
in the same half of the day and about the same time; any line that does the matter; within what can be booked; not
on top of what the person has booked elsewhere, nor the same matter twice a day.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.appointments import policy, reminders

LOCAL = "({}.starts_at AT TIME ZONE 'Asia/Shanghai')::time"
WAYS = f"""
SELECT s.id, s.line, s.day, s.starts_at, s.ends_at, s.taken, s.offered - s.taken AS free, l.floor, l.name AS line_name
FROM slot old JOIN item_place p ON p.hall = old.hall AND p.item = $1 JOIN item i ON i.id = p.item AND i.bookable
JOIN slot s ON s.line = p.line JOIN line l ON l.id = s.line
WHERE old.id = $2 AND s.id <> old.id AND s.taken < s.offered AND s.starts_at >= $3 AND s.day <= $4
ORDER BY s.day <> old.day, s.day < old.day, abs(s.day - old.day),
         ({LOCAL.format("s")} < time '12:00') <> ({LOCAL.format("old")} < time '12:00'),
         abs(extract(epoch FROM {LOCAL.format("s")} - {LOCAL.format("old")})), s.line <> old.line, s.starts_at, s.id
"""  # noqa: S608  # put together from our own constants
BUSY = """
SELECT a.id, a.person_index, a.item, s.day, s.starts_at, s.ends_at FROM appointment a JOIN slot s ON s.id = a.slot
WHERE a.person_index = ANY($1::bytea[]) AND a.state = 'booked' AND s.ends_at > $2
UNION ALL
SELECT a.id, a.person_index, a.item, s.day, s.starts_at, s.ends_at FROM place_hold h
JOIN appointment a ON a.id = h.appointment JOIN slot s ON s.id = h.slot
WHERE a.person_index = ANY($1::bytea[]) AND h.kind = 'closing' AND h.ended_at IS NULL
"""


async def ways(item: UUID, old: UUID) -> list[dict[str, Any]]:
    """Free places for the item instead of a slot, the most fitting first; none so soon that nobody could answer."""
    rules, now = await policy.of_item(item), await clock.now()
    first = max(now + dt.timedelta(minutes=rules.notice_minutes), reminders.answer_by(now))
    last = await clock.working_day_after(clock.local(now).date(), rules.window_working_days)
    return await db.rows(WAYS, item, old, first, last)


async def busy(people: Iterable[bytes]) -> list[dict[str, Any]]:
    """When these people (blind indexes) have something booked, or a place that is kept for them."""
    return await db.rows(BUSY, list(people), await clock.now())


def fits(way: dict[str, Any], appointment: UUID, item: UUID, taken: Iterable[dict[str, Any]]) -> bool:
    """The person, busy as `taken` says, can come then; the appointment itself is what moves."""
    return not any(
        one["id"] != appointment
        and (
            (one["starts_at"] < way["ends_at"] and way["starts_at"] < one["ends_at"])
            or (one["item"] == item and one["day"] == way["day"])
        )
        for one in taken
    )
