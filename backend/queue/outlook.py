"""How long it will take (等候时间), as people are told: a range with its reason.

The seam to the waiting times: `prepare` runs once for each reading of a hall, before anybody sees it; `said` and
`ranges` then cost a look-up for each of thousands of phones.
"""

from collections import Counter
from uuid import UUID

import msgspec

from backend.queue.view import HallView, Seat, Spot


class Expected(msgspec.Struct, frozen=True):
    """What somebody who waits is told: `said` (8–14 分钟; empty: not known), and `why` (2 个窗口在办，1 个午休)."""

    said: str
    why: str


async def prepare(view: HallView) -> None:
    """Work out what `expected` and `ranges` will answer for this reading."""


def said(view: HallView, spot: Spot) -> str:
    """The range for a number that waits; empty while it is not known."""
    return ""


def expected(view: HallView, spot: Spot) -> Expected:
    """What a number that waits is told."""
    return Expected(said(view, spot), counters([seat for seat in view.seats if seat.can(spot, view.rules)]))


def ranges(view: HallView) -> dict[UUID, str]:
    """What somebody who took a number now would be told, by line; a line that is missing is not known."""
    return {}


def counters(seats: list[Seat]) -> str:
    """2 个窗口在办，1 个午休."""
    at_work = sum(seat.state == "open" for seat in seats)
    paused = Counter(seat.reason for seat in seats if seat.state == "paused")
    said = [f"{at_work} 个窗口在办"] if at_work else ["现在没有窗口在叫号"]
    return "，".join(said + [f"{count} 个{reason}" for reason, count in paused.items()])
