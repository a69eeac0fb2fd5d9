"""The nation's working days, adjusted workdays (调休) included, from `chinesecalendar`.

Its last three years are the published schedule; the year after is provisional and goes by the weekday.
"""

import datetime as dt
from collections.abc import Iterator

import chinese_calendar
from chinese_calendar.constants import Holiday, holidays

from backend.clock import CalendarDay
from backend.reference.rows import Row, row

NAMES = {holiday.value: holiday.chinese for holiday in Holiday}


def days() -> Iterator[Row]:
    """One row per day."""
    last = max(day.year for day in holidays)
    day = dt.date(last - 2, 1, 1)
    while day.year <= last + 1:
        given = _published(day) if day.year <= last else _expected(day)
        yield row(CalendarDay, {"day": day, **given}, f"calendar: {day}")
        day += dt.timedelta(days=1)


def _published(day: dt.date) -> dict[str, object]:
    free, name = chinese_calendar.get_holiday_detail(day)
    chinese = NAMES.get(name or "", "")
    said = chinese if free or not chinese else f"{chinese}调休上班"
    return {"working": not free, "name": said, "provisional": False}


def _expected(day: dt.date) -> dict[str, object]:
    return {"working": day.isoweekday() <= 5, "name": "", "provisional": True}
