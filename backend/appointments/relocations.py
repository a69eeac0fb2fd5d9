"""What a closing owes one booking (改约): a new place that is kept for them, until they answer.

`UNANSWERED` tells other rules (no-shows, reminders) which appointments `a` are none of theirs meanwhile.
"""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints
from backend.appointments import places, policy
from backend.appointments.tables import Policy
from backend.web.words import WEEKDAYS, clock_time

OPEN = ("pending", "offered", "none")
UNANSWERED = (
    "EXISTS (SELECT 1 FROM relocation r WHERE r.appointment = a.id"
    " AND r.state IN ('pending', 'offered', 'none'))"
)
ROW = """
SELECT r.id, r.closing, r.appointment, r.old_slot, r.new_slot, r.hold, r.state, r.told_at, h.until,
       a.person_index, a.booked_by, a.item, a.slot, a.state AS stands, c.state AS closing_state, c.hall,
       c.line AS closed_line, c.day AS closed_day, c.starts, c.ends, c.counters, c.reason,
       s.starts_at AS old_at, t.phone, t.code AS hall_code
FROM relocation r JOIN appointment a ON a.id = r.appointment JOIN closing c ON c.id = r.closing
JOIN slot s ON s.id = r.old_slot JOIN hall t ON t.id = c.hall
LEFT JOIN place_hold h ON h.id = r.hold AND h.ended_at IS NULL
"""
SHARE = "SELECT state FROM closing WHERE id = $1 FOR SHARE"
SETTLE = """
UPDATE relocation SET state = $2::text, answered_at =
    CASE WHEN told_at IS NOT NULL AND $2::text IN ('accepted', 'moved', 'cancelled') THEN $3::timestamptz END
WHERE id = $1 AND state IN ('pending', 'offered', 'none') RETURNING id
"""
LINE = "SELECT l.id FROM line l JOIN slot s ON s.line = l.id WHERE s.id = $1"


async def locked(relocation: UUID) -> dict[str, Any]:
    """One relocation as it stands, with its person, account and closing locked in this order. A part."""
    seen = (await db.rows(ROW + "WHERE r.id = $1", relocation))[0]
    await policy.lock(seen["person_index"], seen["booked_by"])
    return await _shared(seen)


async def open_of(appointment: UUID) -> dict[str, Any] | None:
    """The appointment's open relocation, its closing locked against being undone. A part, after the person's lock
    and before slots.
    """
    db.inside()
    found = await db.rows(ROW + "WHERE r.appointment = $1 AND r.state = ANY($2)", appointment, list(OPEN))
    row = await _shared(found[0]) if found else None
    return row if row and row["state"] in OPEN else None


async def _shared(seen: dict[str, Any]) -> dict[str, Any]:
    await db.rows(SHARE, seen["closing"])
    return (await db.rows(ROW + "WHERE r.id = $1", seen["id"]))[0]


async def settle(row: dict[str, Any], state: str) -> bool:
    """End an open relocation; False where it has ended before. The hold is the caller's. A part."""
    settled = bool(await db.rows(SETTLE, row["id"], state, await clock.now()))
    if settled:
        db.after_commit(partial(hints.publish, f"hall:{row['hall_code']}"))
    return settled


async def let_go(row: dict[str, Any], outcome: str, rests: int = 0) -> None:
    """Give up the place that was kept: it rests so many minutes and goes to the waiting list first. The slot's
    row is left alone, as in `places.free`. A part.
    """
    slot = await places.end(row["hold"], outcome, "closing") if row["hold"] else None
    if slot:
        now = await clock.now()
        await places.hold(slot, "frozen", now, now + dt.timedelta(minutes=rests))
        line = (await db.rows(LINE, slot))[0]["id"]
        db.after_commit(partial(hints.wake, "pass_on", line))


async def answered(appointment: UUID, state: str, rules: Policy, to: UUID | None = None) -> bool:
    """The citizen moves or cancels by themselves: their open relocation ends, and so does its hold. True where they
    move `to` the very place that was kept: it is theirs already. A part, before any slot is touched.
    """
    row = await open_of(appointment)
    if row is None:
        return False
    if to and to == row["new_slot"] and await places.end(row["hold"], "claimed", "closing"):
        return await settle(row, "accepted")
    await settle(row, state)
    await let_go(row, "refused", rules.frozen_minutes)
    return False


def span(day: dt.date, starts: dt.time | None, ends: dt.time | None) -> str:
    """The closed time as people say it, spaced so that `deed` may follow: 11 月 26 日（周四）下午."""
    noon = dt.time(12)
    words = {(None, None): "", (None, noon): "上午", (noon, None): "下午"}
    exact = f"{clock_time(starts) if starts else '开门'}–{clock_time(ends) + ' ' if ends else '下班'}"
    return f"{day.month} 月 {day.day} 日（周{WEEKDAYS[day.weekday()]}）{words.get((starts, ends), exact)}"


def closed(row: dict[str, Any]) -> str:
    """What the hall did to a booking's time, in words, of a row with `relocation` and closed_day, closed_from,
    closed_until, closed_counters and closed_why; empty where it stands.
    """
    if not row["relocation"]:
        return ""
    when = span(row["closed_day"], row["closed_from"], row["closed_until"])
    return f"{when}{deed(row['closed_counters'])}：{row['closed_why']}"


def deed(counters: int) -> str:
    """What the hall does: closes, or opens fewer counters."""
    return "少开窗口" if counters else "停办"
