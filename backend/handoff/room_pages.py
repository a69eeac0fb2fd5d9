"""`/console/crossregion/cases/{case}/handoffs`, `/console/handoffs/{handoff}`: the desk asks, waits, and is seen."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases
from backend.handoff import ask, route, views
from backend.refusal import Denied, NotFound, Refusal
from backend.web import guards
from backend.web.pages import page

PATH = "/console/handoffs"
CASE = "/console/crossregion/cases"
DESK = guards.staff("desk")
READ = guards.staff("desk", "officer", "manager", "supervisor")


@get("/console/crossregion/cases/{case:uuid}/handoffs/new", guards=[DESK])
async def new(request: Request, case: FromPath[UUID]) -> Template:
    """Who would answer, and how soon, before it rings."""
    return await _new(request, case)


@post("/console/crossregion/cases/{case:uuid}/handoffs", guards=[DESK])
async def create(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """请启东接通."""
    try:
        made = await ask.ask(case, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _new(request, case, refusal.status, refusal=refusal)
    return Redirect(f"{PATH}/{made}", status_code=303)


async def _new(request: Request, case: UUID, status: int = 200, refusal: Refusal | None = None) -> Template:
    one = await cases.show_to_staff(case, request.user.staff)
    return await page(
        request, "handoff/new.html", status=status, path="/console/crossregion", one=one, refusal=refusal,
        outlook=await route.outlook(one["department"], one["item"]), last=await views.last_of(case),
    )  # fmt: skip


@get("/console/handoffs/{handoff:uuid}", guards=[READ])
async def show(request: Request, handoff: FromPath[UUID]) -> Template:
    """One handoff, for both sides."""
    return await _shown(request, handoff)


@get("/console/handoffs/{handoff:uuid}/state", guards=[READ])
async def state(request: Request, handoff: FromPath[UUID]) -> Template:
    """Where it stands, alone."""
    return await _shown(request, handoff, template="handoff/_state.html")


@post("/console/handoffs/{handoff:uuid}/cancellation", guards=[DESK])
async def cancel(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """不等了."""
    try:
        await ask.cancel(handoff, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _shown(request, handoff, refusal.status, refusal=refusal)
    return Redirect(f"{PATH}/{handoff}", status_code=303)


async def _shown(
    request: Request, handoff: UUID, status: int = 200, *, template: str = "handoff/room.html", **more: Any
) -> Template:
    one = await views.shown(handoff, request.user.staff)
    path = "/console/crossregion" if one["side"] == "desk" else PATH
    return await page(request, template, status=status, path=path, one=one, **{"refusal": None, **more})


routes = [new, create, show, state, cancel]
