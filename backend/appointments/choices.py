"""What can be chosen: halls that do an item, days of the window, slots of a day."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.appointments import policy
from backend.refusal import NotFound

HALLS = """
SELECT h.id, h.code, h.name, h.kind, h.address, h.phone, l.id AS line, l.name AS line_name, l.letter, l.floor,
       coalesce(sum(greatest(s.offered - s.taken, 0)), 0) AS free
FROM item_place p JOIN hall h ON h.id = p.hall JOIN line l ON l.id = p.line
LEFT JOIN slot s ON s.line = l.id AND s.starts_at >= $2 AND s.day <= $3
WHERE p.item = $1 GROUP BY h.id, l.id ORDER BY h.kind <> 'city', h.kind <> 'town', h.code
"""
DAYS = """
SELECT day, sum(offered) AS offered,
       coalesce(sum(offered) FILTER (WHERE starts_at >= $2), 0) AS ahead,
       coalesce(sum(greatest(offered - taken, 0)) FILTER (WHERE starts_at >= $2), 0) AS free
FROM slot WHERE line = $1 AND day BETWEEN $3 AND $4 GROUP BY day
"""
SLOTS = """
SELECT id, starts_at, ends_at, offered, taken,
       extract(hour FROM starts_at AT TIME ZONE 'Asia/Shanghai') < 12 AS morning FROM slot
WHERE line = $1 AND day = $2 AND starts_at >= $3 AND offered > 0 ORDER BY starts_at
"""


class Day(msgspec.Struct):
    """One day of the window: places in all (0: 休), those still early enough to book, and those free."""

    date: dt.date
    offered: int = 0
    ahead: int = 0
    free: int = 0


class Choice(msgspec.Struct):
    """Everything the page of times shows."""

    halls: list[dict[str, Any]]
    hall: dict[str, Any]
    days: list[Day]
    day: dt.date
    slots: list[dict[str, Any]]

    @property
    def free(self) -> bool:
        """The chosen day has a place left."""
        return any(slot["taken"] < slot["offered"] for slot in self.slots)


async def choose(item: UUID, hall: str = "", day: dt.date | None = None) -> Choice:
    """The halls, days and slots of an item. An unknown hall or day falls back to the first that is possible.

    Refuses: NotFound where the item cannot be booked anywhere.
    """
    rules = await policy.of_item(item)
    now = await clock.now()
    first = now + dt.timedelta(minutes=rules.notice_minutes)
    last = await clock.working_day_after(clock.local(now).date(), rules.window_working_days)
    halls = await db.rows(HALLS, item, first, last)
    if not halls:
        raise NotFound("这件事还没有开放网上预约，可以直接到大厅办理")
    chosen = next((row for row in halls if row["code"] == hall), halls[0])
    days = await _days(chosen["line"], first, clock.local(now).date(), last)
    wanted = _wanted(days, day)
    return Choice(halls, chosen, days, wanted, await db.rows(SLOTS, chosen["line"], wanted, first))


async def _days(line: UUID, first: dt.datetime, today: dt.date, last: dt.date) -> list[Day]:
    found = {row["day"]: row for row in await db.rows(DAYS, line, first, today, last)}
    dates = (today + dt.timedelta(days=n) for n in range((last - today).days + 1))
    counts = ("offered", "ahead", "free")
    return [
        Day(date, *(found[date][name] for name in counts)) if date in found else Day(date) for date in dates
    ]


def _wanted(days: list[Day], day: dt.date | None) -> dt.date:
    if day in [one.date for one in days if one.ahead]:
        return day
    return next((one.date for one in days if one.free > 0), days[0].date)
