"""How long a number still waits, as it is said on paper and in lists: 前面 3 人，约 8–14 分钟."""

from uuid import UUID

import msgspec

from backend.queue import outlook
from backend.queue.record import seen
from backend.queue.view import HallView, read


class Expected(msgspec.Struct, frozen=True):
    """Who stands before a number, and the range of minutes where one is known."""

    ahead: int
    range: str = ""

    @property
    def said(self) -> str:
        """前面 3 人，约 8–14 分钟."""
        ahead = f"前面 {self.ahead} 人" if self.ahead else "前面没有人"
        return f"{ahead}，{self.range}" if self.range else ahead


async def expected(ticket: UUID, view: HallView | None = None) -> Expected:
    """What to tell of a number; `view`: the hall, where the caller has read it. Refuses: NotFound."""
    if view is None:
        view = await read((await seen(ticket))["hall_code"])
        await outlook.prepare(view)
    spot = view.spot(ticket)
    return Expected(view.ahead(spot), outlook.said(view, spot)) if spot else Expected(0)
