"""The exceptions of one week copied to another, weekday by weekday."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, identity
from backend.appointments.capacity import OF_A_DAY, hall_of_line, write_exception
from backend.appointments.capacity_record import begin
from backend.appointments.fill import template_weekday
from backend.appointments.follow import follow
from backend.refusal import Refusal

OF_A_WEEK = """
SELECT e.line, e.day, e.starts, e.ends, e.counters, e.reason, l.name AS line_name
FROM capacity_exception e LEFT JOIN line l ON l.id = e.line
WHERE e.hall = $1 AND (e.line IS NULL OR e.line = $2) AND e.day BETWEEN $3 AND $4 AND e.withdrawn_at IS NULL
ORDER BY e.created_at, e.day, e.id
"""
SAID_OF = ("line", "starts", "ends", "counters")


def monday(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


async def look_at_week(line: UUID, day: dt.date, to: dt.date, by: UUID) -> list[dict[str, Any]]:
    """What `copy_week` would do: every exception with its new `day` and why it is left out (`skip`), if it is.

    Refuses: Denied, NotFound.
    """
    hall = await hall_of_line(line)
    await identity.require(by, "manager", hall=hall.code)
    there = await _of(hall.id, line, to)
    today = clock.local(await clock.now()).date()
    found = []
    for row in await _of(hall.id, line, day):
        moved = {**row, "day": monday(to) + dt.timedelta(days=row["day"].weekday())}
        found.append({**moved, "skip": await _why_not(moved, there, today)})
    return found


async def _of(hall: UUID, line: UUID, day: dt.date) -> list[dict[str, Any]]:
    first = monday(day)
    return await db.rows(OF_A_WEEK, hall, line, first, first + dt.timedelta(days=6))


async def _why_not(row: dict[str, Any], there: list[dict[str, Any]], today: dt.date) -> str:
    if row["day"] < today:
        return "这一天已经过去"
    if await template_weekday(row["day"]) is None:
        return "这一天放假，本来就不放号"
    same = [
        one for one in there if one["day"] == row["day"] and all(one[name] == row[name] for name in SAID_OF)
    ]
    return "那天已经这样了" if same else ""


@db.retrying
async def copy_week(line: UUID, day: dt.date, to: dt.date, by: UUID) -> int:
    """Copy what differs in the week of `day` (for a line, and for its whole hall) to the week of `to`; slots follow.

    Returns how many. Refuses: Denied, NotFound, the same week, a week of which nothing can be copied, LeavesStanding.
    """
    if monday(day) == monday(to):
        raise Refusal("这就是同一周，请选另一周")
    hall = await hall_of_line(line)
    async with db.transaction():
        deed = await begin(by, [hall.id], note=f"照搬 {monday(day).month} 月 {monday(day).day} 日那一周")
        wanted = [row for row in await look_at_week(line, day, to, by) if not row["skip"]]
        if not wanted:
            raise Refusal("那一周没有要照搬的例外，请换一周看看")
        for row in wanted:
            await write_exception(deed, hall.id, {name: row[name] for name in OF_A_DAY})
        await follow({row["day"] for row in wanted}, hall.id, fewer=True)
    return len(wanted)
