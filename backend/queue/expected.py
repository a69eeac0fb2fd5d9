"""How long a number still waits, as it is said: for now how many stand before it."""

from uuid import UUID

import msgspec

from backend.queue.record import seen
from backend.queue.view import HallView, read


class Expected(msgspec.Struct, frozen=True):
    """Who stands before a number, and the range of minutes where one is known."""

    ahead: int
    low: int | None = None
    high: int | None = None

    @property
    def said(self) -> str:
        """前面 3 人，约 8–14 分钟."""
        ahead = f"前面 {self.ahead} 人" if self.ahead else "前面没有人"
        return ahead if self.low is None else f"{ahead}，约 {self.low}–{self.high} 分钟"


async def expected(ticket: UUID, view: HallView | None = None) -> Expected:
    """What to tell of a number; `view`: the hall, where the caller has read it. Refuses: NotFound."""
    view = view or await read((await seen(ticket))["hall_code"])
    spot = view.spot(ticket)
    return Expected(view.ahead(spot) if spot else 0)
