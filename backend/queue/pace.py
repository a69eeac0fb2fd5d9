"""What a hall has learned of its waiting times: kept in one row, carried on from the events of its numbers.

A process keeps what it has read for a minute; learning is a job that reads what happened since the last time.
"""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db
from backend.queue.wait.habits import Habits, Said
from backend.queue.wait.learning import Learner

KEPT = 60.0  # seconds that a process goes by what it has read
PAUSES = ("午休",)  # planned: no counter is expected to pause so out of itself
LEAST = 20.0  # seconds from a call to its end: less is nobody's service, but a line that was pressed through
LONGEST_GAP = 600.0  # seconds between two calls of a counter that is at work
START = dt.timedelta(days=30)  # how far back a hall that has learned nothing yet looks
READ = "SELECT learned FROM queue_pace WHERE hall = $1"
LOCK = "SELECT learned, until FROM queue_pace WHERE hall = $1 FOR UPDATE"
HALLS = "SELECT DISTINCT hall FROM queue_day WHERE day = $1"
# Every event of the hall's numbers since, with what stands around it.
EVENTS = """
SELECT e.kind, e.at, e.counter, e.ticket, t.line, t.item, t.credit, t.taken_at, t.turn_at, t.told_raw,
       t.state, s.starts_at, e.from_state,
       (SELECT max(o.at) FROM ticket_event o WHERE o.ticket = e.ticket AND o.at < e.at
        AND o.kind IN ('called', 'resumed')) AS called_at,
       (SELECT max(o.at) FROM ticket_event o WHERE o.counter = e.counter AND o.at < e.at
        AND o.kind IN ('completed', 'missed', 'held', 'transferred')) AS free_at,
       (SELECT o.kind FROM ticket_event o WHERE o.ticket = e.ticket AND o.at > e.at ORDER BY o.at LIMIT 1) = 'undone'
         AS undone
FROM ticket_event e JOIN ticket t ON t.id = e.ticket JOIN queue_day d ON d.id = t.day
LEFT JOIN appointment a ON a.id = t.appointment LEFT JOIN slot s ON s.id = a.slot
WHERE d.hall = $1 AND d.day >= ($2::timestamptz AT TIME ZONE 'Asia/Shanghai')::date AND e.at > $2 AND e.at <= $3
ORDER BY e.at, e.id
"""
BACK = """
SELECT 'back' AS kind, e.at, (SELECT max(o.at) FROM desk_event o WHERE o.counter = e.counter AND o.at < e.at) AS since
FROM desk_event e JOIN counter c ON c.id = e.counter
WHERE c.hall = $1 AND e.at > $2 AND e.at <= $3 AND e.kind = 'opened' AND e.from_state = 'paused'
  AND (SELECT o.why FROM desk_event o WHERE o.counter = e.counter AND o.at < e.at ORDER BY o.at DESC LIMIT 1) <> ALL($4)
"""
NOT_SHOWN = """
SELECT 'not_shown' AS kind, e.at
FROM appointment_event e JOIN appointment a ON a.id = e.appointment JOIN slot s ON s.id = a.slot
WHERE s.hall = $1 AND s.day >= ($2::timestamptz AT TIME ZONE 'Asia/Shanghai')::date AND e.at > $2 AND e.at <= $3
  AND e.kind = 'missed'
"""
BEGIN = "INSERT INTO queue_pace (id, hall, learned, until) VALUES ($1, $2, '{}', $3) ON CONFLICT DO NOTHING"
SAVE = "UPDATE queue_pace SET learned = $2::jsonb, until = $3 WHERE hall = $1"


class Pace(msgspec.Struct, frozen=True):
    """What was learned."""

    learner: Learner
    habits: Habits


_read: dict[UUID, tuple[float, Pace]] = {}


async def of(hall: UUID) -> Pace:
    """What the hall has learned, at most `KEPT` seconds old."""
    now = time.monotonic()
    kept = _read.get(hall)
    if kept and now - kept[0] < KEPT:
        return kept[1]
    found = await db.rows(READ, hall)
    _read[hall] = now, _pace(found[0]["learned"] if found else "{}")
    return _read[hall][1]


def _pace(learned: str) -> Pace:
    kept: dict[str, Any] = msgspec.json.decode(learned)
    return Pace(Learner.from_dict(kept.get("learner", {})), Habits.from_dict(kept.get("habits", {})))


async def to_learn() -> list[UUID]:
    """The halls that issue numbers today."""
    day = clock.local(await clock.now()).date()
    return [row["hall"] for row in await db.rows(HALLS, day)]


@db.retrying
async def learn(hall: UUID) -> None:
    """Carry on from where it was; what was undone is not learned. Doing it again counts nothing twice."""
    async with db.transaction():
        await db.rows(BEGIN, uuid4(), hall, await clock.now() - START)
        before = (await db.rows(LOCK, hall))[0]
        # What may still be undone is not looked at yet.
        span = hall, before["until"], await clock.now() - dt.timedelta(seconds=15)
        if span[2] <= span[1]:
            return
        found = _pace(before["learned"])
        await _take_in(found, span)
        learned = {"learner": found.learner.to_dict(), "habits": found.habits.to_dict()}
        await db.rows(SAVE, hall, msgspec.json.encode(learned).decode(), span[2])


async def _take_in(found: Pace, span: tuple[UUID, dt.datetime, dt.datetime]) -> None:
    """In the order in which it happened: what is older fades."""
    rows = await db.rows(EVENTS, *span) + await db.rows(BACK, *span, list(PAUSES))
    for row in sorted(rows + await db.rows(NOT_SHOWN, *span), key=lambda row: row["at"]):
        if not row.get("undone") and (take := LEARN.get(row["kind"])):
            take(found, row)


def _taken(found: Pace, row: dict[str, Any]) -> None:
    if row["starts_at"]:
        found.learner.shown((row["starts_at"] - row["at"]).total_seconds())
    elif row["credit"] == "priority":
        credit = (row["taken_at"] - row["turn_at"]).total_seconds()
        found.learner.came(str(row["line"]), max(credit, 0.0), row["at"].timestamp())


def _called(found: Pace, row: dict[str, Any]) -> None:
    """The first call tells how wrong we were; a call soon after the counter was free, what lies between."""
    if row["told_raw"] and row["called_at"] is None:
        said = Said.from_list(msgspec.json.decode(row["told_raw"]))
        taken = row["taken_at"]
        found.habits.add(str(row["line"]), taken.timestamp(), said, (row["at"] - taken).total_seconds())
    if row["free_at"] and row["taken_at"] < row["free_at"]:
        gap = (row["at"] - row["free_at"]).total_seconds()
        if 0 < gap < LONGEST_GAP:
            found.learner.gap(gap)


def _started(found: Pace, row: dict[str, Any]) -> None:
    found.learner.called(str(row["line"]), True)


def _missed(found: Pace, row: dict[str, Any]) -> None:
    found.learner.called(str(row["line"]), False, (row["at"] - row["called_at"]).total_seconds())


def _completed(found: Pace, row: dict[str, Any]) -> None:
    if row["called_at"] and row["counter"]:
        seconds = (row["at"] - row["called_at"]).total_seconds()
        if seconds >= LEAST:
            found.learner.finished(str(row["line"]), str(row["item"] or ""), seconds)


def _back(found: Pace, row: dict[str, Any]) -> None:
    found.learner.paused((row["at"] - row["since"]).total_seconds())


def _not_shown(found: Pace, row: dict[str, Any]) -> None:
    found.learner.shown(None)


LEARN: dict[str, Callable[[Pace, dict[str, Any]], None]] = {
    "taken": _taken, "called": _called, "started": _started, "missed": _missed, "completed": _completed,
    "back": _back, "not_shown": _not_shown,
}  # fmt: skip
