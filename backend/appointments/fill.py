"""Making slots: weekly templates x working calendar x exceptions, for the days ahead."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db

MARGIN = 3  # working days beyond the widest window, so that a day is filled before it opens
MOST = 32_767  # what `slot.capacity` can hold: 200 counters for four hours at a minute each would be more
FULL_DAY = 1  # a weekend made a working day (调休) follows Monday's template

LINES = """
SELECT id FROM line l WHERE ($1::uuid IS NULL OR l.hall = $1) AND ($2::uuid IS NULL OR l.id = $2)
  AND ($2 IS NOT NULL OR EXISTS (SELECT 1 FROM capacity_template t WHERE t.line = l.id))
ORDER BY id FOR NO KEY UPDATE
"""
TEMPLATES = """
SELECT t.*, l.hall FROM capacity_template t JOIN line l ON l.id = t.line
WHERE t.line = ANY($1) AND t.weekday = $2 AND t.counters > 0 ORDER BY t.line, t.starts
"""
EXCEPTIONS = (
    "SELECT * FROM capacity_exception WHERE day = $1 AND withdrawn_at IS NULL ORDER BY created_at, id"
)
# Slots are locked by id, as everywhere: people who move meanwhile take theirs in this order too.
LOCK = "SELECT id FROM slot WHERE line = ANY($1) AND day = $2 ORDER BY id FOR NO KEY UPDATE"
WRITE = """
INSERT INTO slot (id, hall, line, day, starts_at, ends_at, offered, capacity, taken)
SELECT gen_random_uuid(), u.hall, u.line, $1, u.starts_at, u.ends_at, u.offered, u.offered, 0
FROM unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::smallint[])
     AS u (hall, line, starts_at, ends_at, offered)
ORDER BY u.line, u.starts_at
ON CONFLICT (line, starts_at) DO UPDATE
SET offered = excluded.offered, capacity = greatest(slot.taken, excluded.offered),
    -- People who hold a place were told when it ends.
    ends_at = CASE WHEN slot.taken > 0 THEN slot.ends_at ELSE excluded.ends_at END
WHERE slot.offered <> excluded.offered OR slot.taken = 0 AND slot.ends_at <> excluded.ends_at
"""
# Places that people hold in slots of another length come off what now lies over them.
HELD = """
SELECT line, starts_at, taken FROM slot
WHERE line = ANY($2) AND day = $1 AND taken > 0 AND (line, starts_at) NOT IN
      (SELECT u.line, u.starts_at FROM unnest($3::uuid[], $4::timestamptz[]) AS u (line, starts_at))
"""
# What no template names any more offers nothing new; those who hold a place keep it.
CLOSE = """
UPDATE slot SET offered = 0, capacity = taken
WHERE line = ANY($2) AND day = $1 AND offered > 0 AND (line, starts_at) NOT IN
      (SELECT u.line, u.starts_at FROM unnest($3::uuid[], $4::timestamptz[]) AS u (line, starts_at))
"""


async def template_weekday(day: dt.date) -> int | None:
    """Which weekday's template a day follows (1 Monday … 7 Sunday), or None on a holiday."""
    return weekday_of(day, (await clock.calendar(day, day))[day])


def weekday_of(day: dt.date, nature: clock.Nature) -> int | None:
    """As `template_weekday`, for a day whose nature is known."""
    weekend = day.isoweekday() > 5
    if nature.working:
        return FULL_DAY if weekend else day.isoweekday()
    return None if nature.name or not weekend else day.isoweekday()


async def fill(line: UUID | None = None, since: dt.date | None = None) -> None:
    """Make or adjust the slots of the days ahead (or `since` a later one), for one line or all, as far as `reach`.
    Safe to run twice and at once.
    """
    for day in await ahead(since):
        await fill_day(day, line=line)


async def ahead(since: dt.date | None = None) -> list[dt.date]:
    """The days that have slots, from today (or a later one) to `reach`."""
    today, last = clock.local(await clock.now()).date(), await reach()
    first = max(since or today, today)
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


async def reach() -> dt.date:
    """The last day for which slots are made: the widest policy's, and a margin."""
    today = clock.local(await clock.now()).date()
    widest = await db.rows("SELECT coalesce(max(window_working_days), 7) AS days FROM appointment_policy")
    return await clock.working_day_after(today, widest[0]["days"] + MARGIN)


@db.retrying
async def fill_day(day: dt.date, hall: UUID | None = None, line: UUID | None = None) -> None:
    """Make or adjust one day's slots, of one hall or line or all; capacity never falls below what is taken."""
    async with db.transaction():
        await refill(day, hall, line)


async def refill(day: dt.date, hall: UUID | None = None, line: UUID | None = None) -> None:
    """As `fill_day`, in the transaction of what changed the day. A part: locks lines, then slots by id.

    A day beyond `reach` waits until it is reached.
    """
    db.inside()
    if day > await reach():
        return
    # Under the lock, so that what a manager has just changed is never overwritten by what we read before.
    lines = [row["id"] for row in await db.rows(LINES, hall, line)]
    await db.rows(LOCK, lines, day)
    wanted = await planned(day, lines)
    halls, of, starts, ends, offered = ([row[n] for row in wanted] for n in range(5))
    await db.rows(WRITE, day, halls, of, starts, ends, offered)
    await db.rows(CLOSE, day, lines, of, starts)


async def planned(
    day: dt.date, lines: list[UUID], also: dict[str, Any] | None = None
) -> list[tuple[UUID, UUID, dt.datetime, dt.datetime, int]]:
    """The slots that templates and exceptions, and perhaps one exception more, mean for a day: hall, line, start,
    end, offered. Looks only.
    """
    templates = await db.rows(TEMPLATES, lines, await template_weekday(day))
    exceptions = [*await db.rows(EXCEPTIONS, day), *([also] if also else [])]
    slots = {
        (template["line"], starts): (template["hall"], template["line"], starts, ends, capacity)
        for template in templates
        for starts, ends, capacity in cut(day, template, exceptions)
    }
    return await _without_held(day, lines, list(slots.values()))


async def _without_held(
    day: dt.date, lines: list[UUID], wanted: list[tuple[UUID, UUID, dt.datetime, dt.datetime, int]]
) -> list[tuple[UUID, UUID, dt.datetime, dt.datetime, int]]:
    for held in await db.rows(HELD, day, lines, [row[1] for row in wanted], [row[2] for row in wanted]):
        for n, (hall, line, begins, ends, offered) in enumerate(wanted):
            if line == held["line"] and begins <= held["starts_at"] < ends:
                wanted[n] = (hall, line, begins, ends, max(0, offered - held["taken"]))
    return wanted


def cut(
    day: dt.date, template: dict[str, Any], exceptions: list[dict[str, Any]]
) -> list[tuple[dt.datetime, dt.datetime, int]]:
    """A template's slots on a day: start, end, capacity.

    Capacity is counters x pace x online share, rounded so that the sum over the template, not each slot,
    keeps within the share: the rest belongs to people who walk in.
    """
    step = dt.timedelta(minutes=template["slot_minutes"])
    starts, end = clock.at(day, template["starts"]), clock.at(day, template["ends"])
    slots, owed, given = [], 0.0, 0
    while starts + step <= end:
        counters = counters_at(template, clock.local(starts).time(), exceptions)
        owed += (
            counters
            * template["slot_minutes"]
            / template["minutes_per_matter"]
            * template["online_percent"]
            / 100
        )
        capacity = int(owed + 1e-9) - given
        given += capacity
        slots.append((starts, starts + step, min(capacity, MOST)))
        starts += step
    return slots


def counters_at(template: dict[str, Any], time: dt.time, exceptions: list[dict[str, Any]]) -> int:
    """The counters open at a time; the latest exception that covers it decides."""
    counters = template["counters"]
    for row in exceptions:
        same = row["hall"] == template["hall"] and row["line"] in (None, template["line"])
        if same and (row["starts"] or dt.time.min) <= time < (row["ends"] or dt.time.max):
            # What is said of the whole hall opens no line wider than it is.
            counters = row["counters"] if row["line"] else min(template["counters"], row["counters"])
    return counters
