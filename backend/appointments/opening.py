"""When a hall is open on a day: its hours of that weekday (调休 makes a Sunday a Monday), and what it closed."""

import datetime as dt
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


async def shut(hall: UUID, now: dt.datetime) -> str:
    """The reason why the whole hall is closed right now against its hours; empty where it is not."""
    rows = (
        await CapacityException.select()
        .where(
            (CapacityException.hall == hall)
            & CapacityException.line.is_null()
            & CapacityException.withdrawn_at.is_null()
            & (CapacityException.day == now.date())
        )
        .order_by(CapacityException.created_at, CapacityException.id)
    )
    covering = [
        row for row in rows if (row["starts"] or dt.time.min) <= now.time() < (row["ends"] or dt.time.max)
    ]
    return str(covering[-1]["reason"]) if covering and not covering[-1]["counters"] else ""
