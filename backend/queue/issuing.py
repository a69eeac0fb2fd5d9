"""Whether a hall issues numbers, when it will again, and what nobody works at: said before anybody taps."""

import datetime as dt
from collections import Counter
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.appointments import open_spans, shut
from backend.queue.live_hall import Kind
from backend.queue.lock import HallDay
from backend.queue.rules import rules_of
from backend.queue.take import check_open
from backend.queue.view import HallView
from backend.refusal import Refusal

DAYS = 14  # looked ahead, over the longest holidays
NOBODY = "现在没有窗口在办"
REOPENS = """
SELECT ends FROM capacity_exception WHERE hall = $1 AND day = $2 AND line IS NULL AND counters = 0 AND ends IS NOT NULL
AND withdrawn_at IS NULL
"""


class Issuing(msgspec.Struct, frozen=True):
    """`why` no number is issued now, in words (empty: one is), and from when on there will be; None: not soon, or
    the words say it already.
    """

    why: str = ""
    again: dt.datetime | None = None


async def issuing(hall: UUID, code: str, name: str) -> Issuing:
    """Of a hall, now. Refuses: NotFound."""
    now = clock.local(await clock.now())
    day = HallDay(hall, now.date(), hall, code, name, await rules_of(code))
    try:
        await check_open(day)
    except Refusal as refusal:
        return Issuing(refusal.sentence, await _again(day, now))
    return Issuing()


async def _again(day: HallDay, now: dt.datetime) -> dt.datetime | None:
    for ahead in range(DAYS):
        for moment in await _starts(day, now.date() + dt.timedelta(days=ahead)):
            if moment > now and not await shut(day.hall, moment):
                return None if ahead == 0 and not await shut(day.hall, now) else moment
    return None


async def _starts(day: HallDay, date: dt.date) -> list[dt.datetime]:
    """The moments of a day from which a hall may issue: before it opens, and whenever a closing ends."""
    spans = [span for span in await open_spans(day.hall, date) if not span[2]]
    if not spans:
        return []
    first = _at(date, spans[0][0]) - dt.timedelta(minutes=day.rules.early_minutes)
    last = _at(date, spans[-1][1]) - dt.timedelta(minutes=day.rules.stop_minutes)
    ends = [_at(date, row["ends"]) for row in await db.rows(REOPENS, day.hall, date)]
    return sorted(moment for moment in (first, *ends) if first <= moment < last)


def _at(date: dt.date, time: dt.time) -> dt.datetime:
    return clock.local(clock.at(date, time))


async def noted(rows: list[dict[str, Any]], view: HallView) -> list[dict[str, Any]]:
    """Lines, or matters of lines (`line`), each with `nobody`: that no counter does it now, and why or until when;
    empty where one does. It can be taken a number for all the same.
    """
    opens = await _opens(view)
    return [{**row, "nobody": _nobody(view, row, opens)} for row in rows]


def _nobody(view: HallView, row: dict[str, Any], opens: str) -> str:
    wanted = Kind(row.get("line", row["id"]), None, row["id"] if "line" in row else None, None)
    able = [seat for seat in view.seats if seat.can(wanted, view.rules)]
    if any(seat.state == "open" for seat in able):
        return ""
    paused = Counter(seat.reason for seat in able if seat.state == "paused")
    return "，".join(
        [NOBODY, *(f"{count} 个{why}" for why, count in paused.items()), *([opens] if opens else [])]
    )


async def _opens(view: HallView) -> str:
    """9:00 开始: when the hall's hours begin again today, outside of them."""
    now = clock.local(view.at)
    spans = await open_spans(view.hall, now.date())
    if any(opens <= now.time() < closes for opens, closes, _ in spans):
        return ""
    return next(
        (f"{opens:%H:%M} 开始" for opens, _, booked in spans if opens > now.time() and not booked), ""
    )
