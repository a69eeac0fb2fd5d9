"""What can be chosen: halls that do an item, days of the window, slots of a day."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.appointments import times
from backend.appointments.fill import weekday_of
from backend.appointments.quietest import quietest
from backend.refusal import NotFound

HALLS = """
SELECT h.id, h.code, h.name, h.kind, h.address, h.phone, l.id AS line, l.name AS line_name, l.letter, l.floor,
       coalesce(sum(greatest(s.offered - s.taken, 0)), 0) AS free
FROM item_place p JOIN hall h ON h.id = p.hall JOIN line l ON l.id = p.line
LEFT JOIN slot s ON s.line = l.id AND s.starts_at >= $2 AND s.day <= $3
WHERE p.item = $1 GROUP BY h.id, l.id ORDER BY h.kind <> 'city', h.kind <> 'town', h.code
"""
WALK_IN = "SELECT 1 FROM opening WHERE hall = $1 AND weekday = $2 AND NOT booking_only LIMIT 1"
NOON, AFTERNOON = dt.time(12), dt.time(13)


class Day(msgspec.Struct):
    """One day of the window: places in all (0: 休), those still early enough to book, those free, and how busy."""

    date: dt.date
    offered: int = 0
    ahead: int = 0
    free: int = 0
    level: int | None = None


class Choice(msgspec.Struct):
    """Everything the page of times shows; `quiet` are the times it proposes, and `walk_in` whether one can also come
    on the chosen day without a booking.
    """

    halls: list[dict[str, Any]]
    hall: dict[str, Any]
    days: list[Day]
    day: dt.date
    slots: list[dict[str, Any]]
    quiet: list[dict[str, Any]]
    walk_in: bool

    @property
    def free(self) -> bool:
        """The chosen day has a place left."""
        return any(slot["taken"] < slot["offered"] for slot in self.slots)


async def choose(item: UUID, hall: str = "", day: dt.date | None = None, but: UUID | None = None) -> Choice:
    """The halls, days and slots of an item. An unknown hall or day falls back to the first that is possible.

    `but`: the slot that one holds already and that is not proposed. Refuses: NotFound where the item cannot be
    booked anywhere.
    """
    open_now = await times.window(item)
    halls, chosen = await places_of(item, hall, open_now)
    slots = await times.ahead(chosen["line"], open_now)
    days = days_of(slots, open_now)
    wanted = _wanted(days, day)
    shown = [row for row in slots if row["day"] == wanted and row["offered"] and _bookable(row, open_now)]
    for row in shown:
        row["part"] = _part(clock.local(row["starts_at"]).time())
    walk_in = await _walk_in(chosen["id"], wanted)
    return Choice(halls, chosen, days, wanted, shown, quietest(slots, open_now.first, but), walk_in)


def _part(time: dt.time) -> str:
    """The part of the day as people call it: what a hall does at lunch time is neither morning nor afternoon."""
    return "上午" if time < NOON else "中午" if time < AFTERNOON else "下午"


async def _walk_in(hall: UUID, day: dt.date) -> bool:
    """The hall is open on the day, and not for booked people only."""
    weekday = weekday_of(day, (await clock.calendar(day, day))[day])
    return bool(await db.rows(WALK_IN, hall, weekday))


async def places_of(
    item: UUID, hall: str, window: times.Window
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The halls that do an item, and the one with this code, else the first. Refuses: NotFound."""
    halls = await db.rows(HALLS, item, window.first, window.last)
    if not halls:
        raise NotFound("这件事还没有开放网上预约，可以直接到大厅办理")
    return halls, next((row for row in halls if row["code"] == hall), halls[0])


def _bookable(row: dict[str, Any], window: times.Window) -> bool:
    return bool(row["starts_at"] >= window.first)


def days_of(slots: list[dict[str, Any]], window: times.Window) -> list[Day]:
    """The days of the window, in order, those without slots too."""
    dates = (window.today + dt.timedelta(days=n) for n in range((window.last - window.today).days + 1))
    days = {date: Day(date) for date in dates}
    ahead: dict[dt.date, list[dict[str, Any]]] = {}
    for row in slots:
        day = days[row["day"]]
        day.offered += row["offered"]
        if _bookable(row, window):
            day.ahead += row["offered"]
            day.free += max(0, row["offered"] - row["taken"])
            if row["offered"]:
                ahead.setdefault(row["day"], []).append(row)
    for date, rows in ahead.items():
        days[date].level = times.together(rows)
    return list(days.values())


def _wanted(days: list[Day], day: dt.date | None) -> dt.date:
    if day in [one.date for one in days if one.ahead]:
        return day
    return next((one.date for one in days if one.free > 0), days[0].date)
