"""A month at a glance, for those who can wait: what is open, what is full, and from when the rest can be booked."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock
from backend.appointments import choices, load, policy, times
from backend.appointments.fill import cut, weekday_of
from backend.appointments.profile import past

AHEAD = 6  # months that can be looked at beyond this one


class Date(msgspec.Struct):
    """One day: over, shut (休), closed (已截止), full (约满), free (余 `free`) or later: can be booked from `opens` on.

    `level`: how busy it will be, as in `load.py`. `provisional`: the nation has yet to publish the calendar
    on which the day, or the day on which it opens, depends.
    """

    date: dt.date
    state: str
    free: int = 0
    level: int | None = None
    opens: dt.date | None = None
    provisional: bool = False


class Month(msgspec.Struct):
    """A month of a line; `before` and `after` are the first days of the months beside it that can be looked at."""

    hall: dict[str, Any]
    first: dt.date
    dates: list[Date]
    before: dt.date | None
    after: dt.date | None


async def month(item: UUID, hall: str = "", wanted: dt.date | None = None) -> Month:
    """The month of a day, for an item in a hall; one that cannot be looked at means this month.

    Refuses: NotFound where the item cannot be booked anywhere.
    """
    window = await times.window(item)
    _, place = await choices.places_of(item, hall, window)
    first, this = (wanted or window.today).replace(day=1), window.today.replace(day=1)
    if not this <= first <= _beside(this, AHEAD):
        first = this
    dates = await _dates(item, place["line"], window, first)
    return Month(
        place,
        first,
        dates,
        _beside(first, -1) if first > this else None,
        _beside(first, 1) if first < _beside(this, AHEAD) else None,
    )


def _beside(first: dt.date, months: int) -> dt.date:
    years, month = divmod(first.month - 1 + months, 12)
    return dt.date(first.year + years, month + 1, 1)


async def _dates(item: UUID, line: UUID, window: times.Window, first: dt.date) -> list[Date]:
    last = _beside(first, 1) - dt.timedelta(days=1)
    found = {day: Date(day, "over") for day in _days(first, min(last, window.today))}
    if first <= window.last:
        days = choices.days_of(await times.ahead(line, window), window)
        found |= {day.date: _open(day) for day in days if first <= day.date <= last}
    if last > window.last:
        found |= await _later(item, line, window, max(first, window.last + dt.timedelta(days=1)), last)
    return list(found.values())


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def _open(day: choices.Day) -> Date:
    state = "free" if day.free else "full" if day.ahead else "closed" if day.offered else "shut"
    return Date(day.date, state, day.free, day.level)


async def _later(
    item: UUID, line: UUID, window: times.Window, first: dt.date, last: dt.date
) -> dict[dt.date, Date]:
    """Days beyond the window, as templates, exceptions and the past foretell them."""
    natures = await clock.calendar(window.today, last)
    plan, seen = await times.planned(line, first, last), await past(line, window.today)
    reach = (await policy.of_item(item)).window_working_days
    found = {}
    for day in _days(first, last):
        weekday = weekday_of(day, natures[day])
        rows = planned_slots(plan, day, weekday)
        found[day] = Date(day, "shut", provisional=natures[day].provisional)
        if any(row["offered"] for row in rows):
            stretches = [plan.stretch(row, weekday, 1.0) for row in rows]
            times.judge(rows, stretches, load.people(stretches, seen, weekday))
            opens = opening(day, natures, reach)
            # Nobody has booked yet: without a past there is nothing to tell from.
            level = times.together(rows) if weekday in seen.usual else None
            found[day] = Date(day, "later", 0, level, opens, natures[day].provisional)
    return found


def planned_slots(plan: times.Plan, day: dt.date, weekday: int | None) -> list[dict[str, Any]]:
    """The slots that a day will have, as `fill` will make them."""
    return [
        {
            "day": day,
            "starts_at": starts,
            "ends_at": ends,
            "offered": offered,
            "capacity": offered,
            "taken": 0,
        }
        for template in plan.templates.get(weekday or 0, [])
        for starts, ends, offered in cut(day, template, plan.exceptions.get(day, []))
    ]


def opening(day: dt.date, natures: dict[dt.date, clock.Nature], reach: int) -> dt.date:
    """The day from which on a day can be booked: the `reach`-th working day before it.

    (The window of today ends with the `reach`-th working day after it.)
    """
    worked = sorted(one for one, nature in natures.items() if nature.working and one < day)
    return worked[-reach]
