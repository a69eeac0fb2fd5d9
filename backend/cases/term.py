"""The legal clock (期限): on which day a term ends, on plain dates.

The day on which it begins is not counted, the last day ends with the closing time (民法典 201, 203). A term in working
days counts working days (行政许可法 82); one in natural days or months that ends on a day off ends on the next working
day (民法典 203). A month ends on the day of the same number, or on the month's last where it has none (民法典 202).
While a special procedure (特别程序: 听证、检验、检测、检疫、鉴定、专家评审) runs no day counts (行政许可法 45): the day
on which it begins still does, the day on which it ends does not.
"""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Iterator

import msgspec

from backend.clock import Nature

UNITS = ("working", "natural", "month")
DAY = dt.timedelta(days=1)
FURTHEST = 4000  # days: a term of ten years, and more is a mistake
Calendar = Callable[[dt.date], Nature]


class Term(msgspec.Struct, frozen=True):
    """So many working days (工作日), natural days (自然日) or months (月); 0: on the day itself."""

    count: int
    unit: str = "working"


class Stop(msgspec.Struct, frozen=True):
    """The clock stood from one day to another; `until` None: it still stands."""

    since: dt.date
    until: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        """The day does not count."""
        return self.since < day and (self.until is None or day <= self.until)


class Last(msgspec.Struct, frozen=True):
    """The last day of a term; provisional where the nation has not yet published all of its working days."""

    day: dt.date
    provisional: bool


def last_day(begins: dt.date, term: Term, days: Calendar, stops: Iterable[Stop] = ()) -> Last | None:
    """The last day of a term that begins (受理) on a day; None while a stop still stands.

    Refuses: ValueError for a unit nobody knows, a negative count, or a term past FURTHEST days.
    """
    if term.unit not in UNITS or term.count < 0:
        raise ValueError(f"no such term: {term}")
    stops = list(stops)
    if any(stop.until is None for stop in stops):
        return None
    last = (
        _working(begins, term.count, days, stops)
        if term.unit == "working"
        else _natural(begins, term, days, stops)
    )
    return Last(last, any(days(day).provisional for day in _from(begins, last)))


def days_left(today: dt.date, last: dt.date, days: Calendar) -> int:
    """Working days left after today, the last day included; negative: so many working days past it."""
    if last < today:
        return -sum(days(day).working for day in _from(last, today))
    return sum(days(day).working for day in _from(today, last))


def _from(day: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Every day after the day, up to the last."""
    return (day + n * DAY for n in range(1, (last - day).days + 1))


def _after(day: dt.date) -> Iterator[dt.date]:
    """Every day after the day, as far as terms go."""
    return _from(day, day + FURTHEST * DAY)


def _nth(day: dt.date, count: int, counts: Callable[[dt.date], bool]) -> dt.date:
    """The count-th day after the day that counts."""
    if count == 0:
        return day
    for found in _after(day):
        count -= counts(found)
        if count == 0:
            return found
    raise ValueError("a term that never ends")


def _working(begins: dt.date, count: int, days: Calendar, stops: list[Stop]) -> dt.date:
    last = _nth(begins, count, lambda day: days(day).working and not any(stop.holds(day) for stop in stops))
    return _worked(last, days)


def _natural(begins: dt.date, term: Term, days: Calendar, stops: list[Stop]) -> dt.date:
    """Days on which the clock stood are added at the end."""
    count = (months_later(begins, term.count) - begins).days if term.unit == "month" else term.count
    return _worked(_nth(begins, count, lambda day: not any(stop.holds(day) for stop in stops)), days)


def _worked(day: dt.date, days: Calendar) -> dt.date:
    """The day, or the next on which people work."""
    return day if days(day).working else _nth(day, 1, lambda next_: days(next_).working)


def months_later(day: dt.date, months: int) -> dt.date:
    """The day of the same number so many months later, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
