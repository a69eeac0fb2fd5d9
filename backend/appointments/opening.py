"""When a hall is open on a day: its hours of that weekday (调休 makes a Sunday a Monday), and what it closed."""

import datetime as dt
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

from backend.appointments.fill import template_weekday
from backend.appointments.tables import CapacityException
from backend.catalog.tables import Opening

Span = tuple[dt.time, dt.time, bool]  # from, to, only for people who booked


async def open_spans(hall: UUID, day: dt.date) -> list[Span]:
    """The hours of a hall on a day, in order; empty on a day without any."""
    weekday = await template_weekday(day)
    if weekday is None:
        return []
    rows = (
        await Opening.select().where(Opening.hall == hall, Opening.weekday == weekday).order_by(Opening.opens)
    )
    return [(row["opens"], row["closes"], row["booking_only"]) for row in rows]


async def open_hours(hall: UUID, day: dt.date) -> list[tuple[dt.time, dt.time]]:
    """As `open_spans`, less what the whole hall closed: from when to when somebody is there."""
    closed = await _exceptions(hall, day)
    times = {time for row in closed for time in (row["starts"], row["ends"]) if time}
    found = []
    for opens, closes, _ in await open_spans(hall, day):
        cuts = sorted({opens, closes, *(time for time in times if opens < time < closes)})
        for reason, pieces in groupby(pairwise(cuts), key=lambda piece: _reason(closed, piece[0])):
            first, *more = pieces
            if not reason:
                found.append((first[0], (more or [first])[-1][1]))
    return found


async def shut(hall: UUID, now: dt.datetime) -> str:
    """The reason why the whole hall is closed right now against its hours; empty where it is not."""
    return _reason(await _exceptions(hall, now.date()), now.time())


async def _exceptions(hall: UUID, day: dt.date) -> list[dict[str, Any]]:
    """Of the whole hall, in the order in which they were said."""
    return list(
        await CapacityException.select()
        .where(
            (CapacityException.hall == hall)
            & CapacityException.line.is_null()
            & CapacityException.withdrawn_at.is_null()
            & (CapacityException.day == day)
        )
        .order_by(CapacityException.created_at, CapacityException.id)
    )


def _reason(rows: list[dict[str, Any]], then: dt.time) -> str:
    """The last that was said of that time counts."""
    covering = [row for row in rows if (row["starts"] or dt.time.min) <= then < (row["ends"] or dt.time.max)]
    return str(covering[-1]["reason"]) if covering and not covering[-1]["counters"] else ""
