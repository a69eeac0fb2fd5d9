"""为什么是这一位: the one line that explains a place in the queue."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, identity

# Of one number, or of every number that waits on a day.
LAST = """
SELECT t.id, e.kind, e.why, s.starts_at FROM ticket t
LEFT JOIN appointment a ON a.id = t.appointment LEFT JOIN slot s ON s.id = a.slot
LEFT JOIN LATERAL (
    SELECT kind, why FROM ticket_event WHERE ticket = t.id
    AND kind IN ('returned', 'transferred', 'swapped', 'stepped_back', 'added', 'prioritised') ORDER BY at DESC LIMIT 1
) e ON true WHERE t.id = $1 OR t.day = $2 AND t.state IN ('waiting', 'held', 'missed')
"""
MOVED = {
    "returned": "过号后回来，排在前面几位之后",
    "transferred": "转来，先后不变",
    "swapped": "刚才让后面先办，现在轮到",
    "stepped_back": "自己往后退过，现在轮到",
    "added": "同一个人加办的",
}


async def this(ticket: dict[str, Any], turn: str = "，最早到号") -> str:
    """Why this number is called now: 10:02 取号，最早到号."""
    return said(ticket, (await db.rows(LAST, ticket["id"], None))[0], turn)


async def of_day(day: UUID) -> dict[UUID, dict[str, Any]]:
    """What `said` needs of every number that waits on a day (its `queue_day`), by the number."""
    return {row["id"]: row for row in await db.rows(LAST, None, day)}


def said(ticket: dict[str, Any], found: dict[str, Any], turn: str = "") -> str:
    """The sentence of a number: what its turn rests on, and what moved it since. `turn`: said of an ordinary number
    whose turn it is.
    """
    first = _first(ticket, found["starts_at"], clock.local(ticket["taken_at"]), turn)
    moved = MOVED.get(found["kind"] or ("added" if ticket["source"] == "counter" else ""))
    return f"{first}；{moved}" if moved else first


def _first(ticket: dict[str, Any], slot: dt.datetime | None, taken: dt.datetime, turn: str) -> str:
    if ticket["credit"] == "booking" and slot:
        return f"预约 {clock.local(slot):%H:%M}，已签到"
    if ticket["credit"] == "priority":
        return f"优先（{identity.priority_name(ticket['priority_class'])}），{taken:%H:%M} 取号"
    if slot:
        return f"预约 {clock.local(slot):%H:%M}，{taken:%H:%M} 才到，按普通号"
    return f"{taken:%H:%M} 取号{turn}"
