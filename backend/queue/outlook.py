"""How long it will take (等候时间), as people are told: a range with its reason.

`prepare` runs once for each reading of a hall, off the loop, before anybody sees it; `said` and `ranges` then cost a
look-up for each of thousands of phones. What is said at first is kept with the number: so a hall knows how wrong it is.
"""

import asyncio
import datetime as dt
from collections import Counter
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.queue import live_hall, pace
from backend.queue.pace import Pace
from backend.queue.view import HallView, Seat, Spot, read
from backend.queue.wait import reason
from backend.queue.wait.estimate import Estimate, estimate

# Only a number of which nothing was said yet, and not long after it was taken: later one knows better.
SAID = """
UPDATE ticket SET told_low = said.low, told_middle = said.middle, told_high = said.high, told_raw = said.raw::jsonb
FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::text[]) AS said (id, low, middle, high, raw)
WHERE ticket.id = said.id AND told_middle IS NULL
"""
FRESH = dt.timedelta(minutes=1)


async def prepare(view: HallView) -> None:
    """Work out what `said` and `ranges` will answer for this reading."""
    lines = sorted({seat.line for seat in view.seats if seat.letter not in "YV"}, key=str)
    day = clock.local(view.at).date()
    coming = await db.rows(live_hall.COMING, view.hall, day, view.at, view.rules.late_minutes)
    learned = await pace.of(view.hall)
    await asyncio.to_thread(_work_out, view, coming, learned, lines)


async def foresee(hall: UUID) -> None:
    """Keep with the numbers that were just taken what is said of their waiting. Doing it again changes nothing."""
    code = (await db.rows("SELECT code FROM hall WHERE id = $1", hall))[0]["code"]
    view = await read(code)
    await prepare(view)
    fresh = [
        spot for spot in view.of("waiting") if spot.taken_at > view.at - FRESH and spot.told_middle is None
    ]
    told = [(spot.id, found) for spot in fresh if (found := view.outlook.get(spot.id)) and found.range]
    if told:
        await db.rows(SAID, *_columns(told))


def _work_out(view: HallView, coming: list[dict[str, Any]], learned: Pace, lines: list[UUID]) -> None:
    hall = live_hall.hall(view, coming, learned.learner, lines)
    for one in estimate(hall, live_hall.known(learned.learner), learned.habits):
        id = UUID(one.ticket)
        view.outlook[id] = one
        view.said[id] = reason.wait(one.range) if one.range else ""


def _columns(told: list[tuple[UUID, Estimate]]) -> list[list[Any]]:
    minutes = [[round(end / 60) for end in found.range or ()] for _, found in told]
    raw = [msgspec.json.encode(found.said and found.said.to_list()).decode() for _, found in told]
    return [[id for id, _ in told], *(list(column) for column in zip(*minutes, strict=True)), raw]


def said(view: HallView, spot: Spot) -> str:
    """The range for a number that waits; empty while nobody works who could call it, or it is not worked out."""
    return view.said.get(spot.id, "")


def told(view: HallView, ticket: UUID) -> str:
    """前面 3 人，约 8–14 分钟: on paper and in lists; a number that does not wait has nobody before it."""
    spot = view.spot(ticket)
    ahead = view.ahead(spot) if spot else 0
    words = [f"前面 {ahead} 人" if ahead else "前面没有人", said(view, spot) if spot else ""]
    return "，".join(word for word in words if word)


def ranges(view: HallView) -> dict[UUID, str]:
    """What somebody who took a number now would be told, by line; a line that is missing is not known."""
    return {seat.line: view.said[seat.line] for seat in view.seats if view.said.get(seat.line)}


def counters(seats: list[Seat]) -> str:
    """2 个窗口在办，1 个午休."""
    at_work = sum(seat.state == "open" for seat in seats)
    paused = Counter(seat.reason for seat in seats if seat.state == "paused")
    words = [f"{at_work} 个窗口在办"] if at_work else ["现在没有窗口在叫号"]
    return "，".join(words + [f"{count} 个{why}" for why, count in paused.items()])
