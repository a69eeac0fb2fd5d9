"""叫号屏: a hall's board for a television, and the public page that says how busy it is now."""

import re
from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from backend.queue.board import board
from backend.queue.busy import ordinary
from backend.queue.shared import beat, shared
from backend.queue.view import HallView
from backend.refusal import NotFound
from backend.web import guards, live
from backend.web.device import screen_of
from backend.web.pages import page


def _code(hall: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,32}", hall):
        raise NotFound("没有找到这个大厅")
    return hall


@get("/board", guards=[guards.device("board")])
async def own(request: Request) -> Redirect:
    """The board of the hall whose screen it is."""
    return Redirect(f"/boards/{screen_of(request).code}", status_code=303)


@get("/boards/{hall:str}", guards=[guards.public])
async def show(request: Request, hall: FromPath[str]) -> Template:
    """The board: now calling, who is being served, how many wait where. Numbers only."""
    return await page(request, "queue/board.html", **_board(await shared.read(_code(hall))))


@get("/boards/{hall:str}/now", guards=[guards.public])
async def now(request: Request, hall: FromPath[str]) -> Template:
    """The part that changes."""
    return await page(request, "queue/_board.html", **_board(await shared.recent(_code(hall))))


def _board(view: HallView) -> dict[str, Any]:
    return {"hall": view, "board": board(view)}


@get("/halls/{hall:str}", guards=[guards.public])
async def hall_page(request: Request, hall: FromPath[str]) -> Template:
    """现在多忙: each line now, and the hours of an ordinary such weekday. For before one leaves home."""
    view = await shared.read(_code(hall))
    return await page(request, "queue/hall.html", **_board(view), hours=await ordinary(view.code))


@get("/halls/{hall:str}/now", guards=[guards.public])
async def hall_now(request: Request, hall: FromPath[str]) -> Template:
    """The lines now."""
    return await page(request, "queue/_hall.html", **_board(await shared.recent(_code(hall))))


@get("/halls/{hall:str}/live", guards=[guards.public])
async def changes(request: Request, hall: FromPath[str]) -> Stream:
    """Says `hall` whenever the hall looks different. Refuses: NotFound."""
    shared.watch(_code(hall))
    await shared.recent(hall)
    return live.stream([f"board:{hall}", beat(hall)])


routes = [own, show, now, hall_page, hall_now, changes]
