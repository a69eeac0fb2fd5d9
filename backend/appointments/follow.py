"""Slots follow a change of capacity in its own transaction, and it is refused where it would leave people standing.

Who has booked hours that the hall then gives up must get another place: that is a closing (停办), not a number in a
table. Checked under the locks of the slots, so that nobody books in between.
"""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from backend import db
from backend.appointments.affected import RANKED, Stretch
from backend.appointments.fill import refill
from backend.refusal import Refusal

# Beyond what is offered; or, where only hours that offer nothing at all matter, in such.
OUT = f"""
SELECT r.id FROM ({RANKED}) r WHERE r.state = 'booked' AND r.place > r.offered AND ($6 OR r.offered = 0)
"""  # noqa: S608  # put together from our own constants


class LeavesStanding(Refusal):
    """People have booked what would be given up; the sentence says when and how many."""


async def follow(days: Iterable[dt.date], hall: UUID, line: UUID | None = None, *, fewer: bool) -> None:
    """Make the slots of the days, of a line or the whole hall, as templates and exceptions now say. A part.

    `fewer`: also fewer counters push people out (an exception, as a closing does); else only hours that close do
    (a template: the booked ones are served by those left). Refuses: LeavesStanding.
    """
    for day in sorted(days):
        before = await _out(day, hall, line, fewer)
        await refill(day, hall, line)
        if more := await _out(day, hall, line, fewer) - before:
            raise LeavesStanding(
                f"{day.month} 月 {day.day} 日有 {len(more)} 人已经约了这段时间。"
                "请先在“停办”里把这一天安排好，他们会得到新的位置"
            )


async def _out(day: dt.date, hall: UUID, line: UUID | None, fewer: bool) -> set[UUID]:
    bounds = await Stretch(hall, line, day, None, None).bounds()
    return {row["id"] for row in await db.rows(OUT, *bounds, fewer)}
