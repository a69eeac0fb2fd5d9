"""Until when each step of a visit must be done: working hours of the town's centre, and working days."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock
from backend.appointments import open_spans
from backend.visits.rules import visit_rules

FURTHEST = 40  # days ahead in which working minutes are looked for; no holiday is as long
DUE = {"requested": "take_by", "taken": "agree_by", "agreed": "visit_by"}


async def _hours(hall: UUID, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
    """When the centre works on a working day; what is for booked people only does not count."""
    spans = [(opens, closes) for opens, closes, booked in await open_spans(hall, day) if not booked]
    return [(clock.at(day, opens), clock.at(day, closes)) for opens, closes in spans or visit_rules().hours]


async def minutes_later(hall: UUID, start: dt.datetime, minutes: int) -> dt.datetime:
    """The moment by which so many working minutes of the centre have passed."""
    first, left = clock.local(start).date(), dt.timedelta(minutes=minutes)
    for day in sorted(await clock.working(first, first + dt.timedelta(days=FURTHEST))):
        for opens, closes in await _hours(hall, day):
            begins = max(opens, start)
            if begins < closes and left <= closes - begins:
                return begins + left
            left -= max(closes - begins, dt.timedelta(0))
    raise ValueError("a centre that never works")


async def days_later(hall: UUID, start: dt.datetime, days: int) -> dt.datetime:
    """The centre's closing time on the working day so many after the start's."""
    day = await clock.working_day_after(clock.local(start).date(), days)
    return max(closes for _, closes in await _hours(hall, day))


def due_of(visit: dict[str, Any]) -> dt.datetime | None:
    """The deadline that counts in the state it is in."""
    name = DUE.get(visit["state"])
    return visit[name] if name else None


def light_of(visit: dict[str, Any], now: dt.datetime) -> str:
    """green, yellow or red; nothing where no deadline counts."""
    due = due_of(visit)
    if due is None:
        return ""
    minutes = visit_rules().yellow_minutes[list(DUE).index(visit["state"])]
    if now > due:
        return "red"
    return "yellow" if now + dt.timedelta(minutes=minutes) >= due else "green"
