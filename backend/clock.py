"""The one clock: `now()`, the edge of Asia/Shanghai, and the calendar of working days.

In demo and test mode, and only there, a row moves the clock of every process at once. Working days
come from a table (调休 makes weekday arithmetic wrong); days beyond the published schedule are
provisional and follow the weekday.
"""

import datetime as dt
from typing import NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from piccolo.columns import UUID, BigInt, Boolean, Date, SmallInt, Timestamptz, Varchar
from piccolo.table import Table

from backend import db
from backend.settings import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
UTC = dt.UTC


class ClockOffset(Table, tablename="clock_offset"):
    """The single row (id 1) by which the demo's and the tests' clock runs ahead; unit: milliseconds."""

    id = SmallInt(primary_key=True, default=1)
    milliseconds = BigInt(default=0)


class CalendarDay(Table, tablename="calendar_day"):
    """One day of the nation's working calendar, adjusted workdays (调休) included.

    Filled by `load`; a day whose `edited_at` is set stays as it is, though no page sets it yet.
    """

    id = UUID(primary_key=True, default=uuid4)
    day = Date(unique=True, default=None)
    working = Boolean(default=True)
    name = Varchar(length=40, default="")
    provisional = Boolean(default=False)
    edited_at = Timestamptz(null=True, default=None)


async def now() -> dt.datetime:
    """The present moment in UTC, moved by the offset row in demo and test mode."""
    moment = dt.datetime.now(UTC)
    if settings().playful:
        moment += dt.timedelta(milliseconds=await _offset())
    return moment


async def _offset() -> int:
    row = await ClockOffset.select(ClockOffset.milliseconds).where(ClockOffset.id == 1).first()
    return row["milliseconds"] if row else 0


async def move_to(moment: dt.datetime) -> None:
    """Set the demo's or a test's clock to a moment; it runs on from there. Refuses production."""
    if not settings().playful:
        raise RuntimeError("the clock of production cannot be moved")
    ahead = round((moment - dt.datetime.now(UTC)).total_seconds() * 1000)
    await ClockOffset.insert(ClockOffset(id=1, milliseconds=ahead)).on_conflict(
        action="DO UPDATE", target=ClockOffset.id, values=[ClockOffset.milliseconds]
    )


def local(moment: dt.datetime) -> dt.datetime:
    """The moment as a clock in Qidong shows it."""
    return moment.astimezone(SHANGHAI)


def at(day: dt.date, time: dt.time) -> dt.datetime:
    """The moment (UTC) at which a Qidong clock shows this day and time."""
    return dt.datetime.combine(day, time, tzinfo=SHANGHAI).astimezone(UTC)


def span(minutes: int) -> str:
    """A length of time as people say it: 2 小时, 30 分钟."""
    return f"{minutes // 60} 小时" if minutes % 60 == 0 else f"{minutes} 分钟"


class Nature(NamedTuple):
    """What a day is: worked or not, its name (国庆节, 国庆节调休上班), and whether the nation may still change it."""

    working: bool
    name: str = ""
    provisional: bool = True


def nature(day: dt.date, working: bool | None, name: str | None, provisional: bool | None) -> Nature:
    """A day by its row of the calendar; by the weekday, and provisional, where it has none (all three None)."""
    if working is None:
        return Nature(day.isoweekday() <= 5)
    return Nature(working, name or "", bool(provisional))


async def calendar(first: dt.date, last: dt.date) -> dict[dt.date, Nature]:
    """Every day from first to last, both included."""
    known = await db.rows(
        "SELECT day, working, name, provisional FROM calendar_day WHERE day BETWEEN $1 AND $2", first, last
    )
    table = {row["day"]: Nature(row["working"], row["name"], row["provisional"]) for row in known}
    days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return {day: table.get(day) or nature(day, None, None, None) for day in days}


async def working(first: dt.date, last: dt.date) -> set[dt.date]:
    """The working days from first to last, both included; days the table lacks follow the weekday."""
    return {day for day, found in (await calendar(first, last)).items() if found.working}


async def working_day_after(day: dt.date, count: int) -> dt.date:
    """The count-th working day after the day (the day itself is excluded); count from 1 to 200."""
    ahead = sorted(await working(day + dt.timedelta(days=1), day + dt.timedelta(days=2 * count + 30)))
    return ahead[count - 1]


# How many working days lie between two days, both excluded: for statements that read more than the calendar.
WORKING_BETWEEN = """
(SELECT count(*) FROM generate_series(1, {1} - {0} - 1) n LEFT JOIN calendar_day c ON c.day = {0} + n
 WHERE coalesce(c.working, extract(isodow FROM {0} + n) <= 5))
"""


async def working_between(day: dt.date, other: dt.date) -> int:
    """How many working days lie between the day and a later one, both excluded; 0 where it is not later."""
    found = await db.rows(f"SELECT {WORKING_BETWEEN.format('$1::date', '$2::date')} AS days", day, other)
    return int(found[0]["days"])
