"""The slots of a line on the days that can be booked, each with how busy it will be."""

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.appointments import load, policy
from backend.appointments.fill import counters_at, weekday_of
from backend.appointments.profile import past

SLOTS = """
SELECT s.id, s.day, s.starts_at, s.ends_at, s.offered, s.capacity, s.taken,
       c.working, c.name, c.provisional
FROM slot s LEFT JOIN calendar_day c ON c.day = s.day
WHERE s.line = $1 AND s.day BETWEEN $2 AND $3 ORDER BY s.starts_at
"""
# Hours in which only booked people are served keep nothing free for walk-ins.
TEMPLATES = """
SELECT t.*, l.hall, EXISTS (SELECT 1 FROM opening o WHERE o.hall = l.hall AND o.weekday = t.weekday AND o.booking_only
                            AND o.opens <= t.starts AND o.closes >= t.ends) AS booked_only
FROM capacity_template t JOIN line l ON l.id = t.line WHERE t.line = $1 AND t.counters > 0 ORDER BY t.starts
"""
EXCEPTIONS = """
SELECT e.* FROM capacity_exception e JOIN line l ON l.hall = e.hall
WHERE l.id = $1 AND e.day BETWEEN $2 AND $3 AND e.withdrawn_at IS NULL AND (e.line IS NULL OR e.line = $1)
ORDER BY e.created_at, e.id
"""
Row = dict[str, Any]


class Window(msgspec.Struct, frozen=True):
    """When one may book: slots beginning from `first` on, on days up to `last`."""

    today: dt.date
    first: dt.datetime
    last: dt.date

    def still(self, starts: list[dt.datetime]) -> list[float]:
        """The part of the window that lies before each start: 0 … 1."""
        whole = clock.at(self.last + dt.timedelta(days=1), dt.time.min) - self.first
        return [min(1.0, max(0.0, (one - self.first) / whole)) for one in starts]


async def window(item: UUID) -> Window:
    """The days on which an item can be booked now. Refuses: NotFound."""
    rules, now = await policy.of_item(item), await clock.now()
    today = clock.local(now).date()
    last = await clock.working_day_after(today, rules.window_working_days)
    return Window(today, now + dt.timedelta(minutes=rules.notice_minutes), last)


async def ahead(line: UUID, window: Window) -> list[Row]:
    """The slots of a line in the window, those of today that are over too, each with `people`, `serve`, `load` and
    `level` of `load.py`.
    """
    slots = await db.rows(SLOTS, line, window.today, window.last)
    plan = await planned(line, window.today, window.last)
    seen = await past(line, window.today)
    for day, found in groupby(slots, key=itemgetter("day")):
        rows = list(found)
        still = window.still([row["starts_at"] for row in rows])
        nature = clock.nature(day, *(rows[0][name] for name in ("working", "name", "provisional")))
        weekday = weekday_of(day, nature)
        stretches = [plan.stretch(row, weekday, part) for row, part in zip(rows, still, strict=True)]
        judge(rows, stretches, load.people(stretches, seen, weekday))
    return slots


def judge(rows: list[Row], stretches: list[load.Stretch], people: list[float]) -> None:
    """Write into each row how busy it will be."""
    for row, one, expected in zip(rows, stretches, people, strict=True):
        busy = load.load(expected, one.serve)
        row.update(people=expected, serve=one.serve, load=busy, level=load.level(busy))


def together(rows: Iterable[Row]) -> int | None:
    """How busy these slots will be, taken as one; None where nobody is served."""
    rows = list(rows)
    serve = sum(row["serve"] for row in rows)
    return load.level(sum(row["people"] for row in rows) / serve) if serve else None


class Plan(msgspec.Struct):
    """A line's templates by weekday, and its exceptions by day."""

    templates: dict[int, list[Row]]
    exceptions: dict[dt.date, list[Row]]

    def stretch(self, slot: Row, weekday: int | None, still: float) -> load.Stretch:
        """A slot as its load needs it; one that no template names any more serves what it has room for."""
        times = clock.local(slot["starts_at"]).time(), clock.local(slot["ends_at"]).time()
        given: dict[str, Any] = {"offered": slot["offered"], "taken": slot["taken"], "still": still}
        for template in self.templates.get(weekday or 0, []):
            if template["starts"] <= times[0] < template["ends"]:
                counters = counters_at(template, times[0], self.exceptions.get(slot["day"], []))
                return load.stretch(times, template, counters, **given)
        return load.Stretch(*times, serve=slot["capacity"], walk_in=0.0, **given)


async def planned(line: UUID, first: dt.date, last: dt.date) -> Plan:
    """What a line plans for the days from first to last."""
    templates, exceptions = await db.rows(TEMPLATES, line), await db.rows(EXCEPTIONS, line, first, last)
    plan = Plan({}, {})
    for template in templates:
        plan.templates.setdefault(template["weekday"], []).append(template)
    for row in exceptions:
        plan.exceptions.setdefault(row["day"], []).append(row)
    return plan
