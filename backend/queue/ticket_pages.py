"""我的号: its owner's page, live; stepping back, giving it back, coming back after a miss."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from backend import clock, queue
from backend.queue import follow, streams
from backend.queue.record import Asker
from backend.queue.share import shareable
from backend.queue.shared import beat, shared
from backend.queue.standing import standing_of
from backend.queue.tables import LIVE
from backend.refusal import NotFound, Refusal
from backend.web import forms, guards, live
from backend.web.pages import page

FOLLOWED = (*LIVE, "missed")


class Later(forms.Form):
    """晚点再叫我: behind how many."""

    places = forms.Field("往后退几位", type=int, least=1, most=99)


async def values(ticket: dict[str, Any], base: str, again: Any, fresh: bool) -> dict[str, Any]:
    """What a number's page and its part show. `again` reads the row anew, where it changed under our hands; `fresh`:
    by a reading that begins now.
    """
    standing = await _standing(ticket, fresh)
    if (standing.state if standing else "") != (ticket["state"] if _alive(ticket, await _today()) else ""):
        ticket = await again()
        standing = await _standing(ticket, True)  # what is kept may be a moment older than the row
    now = await clock.now()
    return {
        "ticket": ticket, "standing": standing, "state": standing.state if standing else _ended(ticket["state"]),
        "plan": await follow.plan(ticket), "base": base, "form": Later.blank(), "read_at": now,
        "may_return": bool(ticket["back_until"] and now < ticket["back_until"] and not ticket["returned"]),
        "shareable": shareable(ticket, await _today()),
    }  # fmt: skip


async def _today() -> Any:
    return clock.local(await clock.now()).date()


def _alive(ticket: dict[str, Any], today: Any) -> bool:
    return ticket["state"] in FOLLOWED and ticket["day"] == today


def _ended(state: str) -> str:
    """One that is live in its row and in no reading is left from another day."""
    return "abandoned" if state in FOLLOWED else state


async def _standing(ticket: dict[str, Any], fresh: bool) -> Any:
    if not _alive(ticket, await _today()):
        return None
    view = await (shared.read if fresh else shared.recent)(ticket["hall"])
    return standing_of(view, ticket["id"])


async def stream(ticket: dict[str, Any], *topics: str) -> Stream | Response[None]:
    """The stream of somebody who follows a number; none where there is nothing to follow."""
    if not _alive(ticket, await _today()):
        return Response(None, status_code=204)
    shared.watch(ticket["hall"])
    await shared.recent(ticket["hall"])
    heard = [streams.topic(ticket["id"]), beat(ticket["hall"]), *topics]
    return live.stream(heard, lambda: streams.first(ticket["hall"], ticket["id"]))


async def _shown(request: Request, ticket: UUID, status: int = 200, **more: Any) -> Template:
    by = request.user.account
    shown = await values(
        await follow.own(ticket, by), f"/tickets/{ticket}", lambda: follow.own(ticket, by), True
    )
    return await page(
        request, "queue/ticket.html", status=status, **{**shown, "path": f"/tickets/{ticket}", **more}
    )


@get("/tickets/{ticket:uuid}", guards=[guards.citizen])
async def show(request: Request, ticket: FromPath[UUID]) -> Template:
    """我的号."""
    return await _shown(request, ticket)


@get("/tickets/{ticket:uuid}/state", guards=[guards.citizen])
async def state(request: Request, ticket: FromPath[UUID]) -> Template:
    """The part that changes."""
    by = request.user.account
    shown = await values(
        await follow.own(ticket, by), f"/tickets/{ticket}", lambda: follow.own(ticket, by), False
    )
    return await page(request, "queue/_ticket.html", **shown)


@get("/tickets/{ticket:uuid}/live", guards=[guards.citizen])
async def place(request: Request, ticket: FromPath[UUID]) -> Stream | Response[None]:
    """The one stream of the tab: the number's place, and what concerns the account."""
    by = request.user.account
    return await stream(await follow.own(ticket, by), f"account:{by}")


@post("/tickets/{ticket:uuid}/postponement", guards=[guards.citizen])
async def step_back(request: Request, ticket: FromPath[UUID]) -> Redirect | Template:
    """晚点再叫我."""
    form = await forms.read(request, Later)
    await follow.own(ticket, request.user.account)
    if form.errors:
        return await _shown(request, ticket, 422, form=form)
    return await _done(request, ticket, queue.step_back(ticket, form.places, _asker(request)))


@post("/tickets/{ticket:uuid}/withdrawal", guards=[guards.citizen])
async def withdraw(request: Request, ticket: FromPath[UUID]) -> Redirect | Template:
    """不办了."""
    await follow.own(ticket, request.user.account)
    return await _done(request, ticket, queue.withdraw(ticket, _asker(request)))


@post("/tickets/{ticket:uuid}/return", guards=[guards.citizen])
async def come_back(request: Request, ticket: FromPath[UUID]) -> Redirect | Template:
    """过号回来."""
    await follow.own(ticket, request.user.account)
    return await _done(request, ticket, queue.come_back(ticket, _asker(request)))


def _asker(request: Request) -> Asker:
    return Asker(account=request.user.account)


async def _done(request: Request, ticket: UUID, deed: Any) -> Redirect | Template:
    try:
        await deed
    except NotFound:
        raise
    except Refusal as refusal:
        return await _shown(request, ticket, 409, refusal=refusal)
    return Redirect(f"/tickets/{ticket}", status_code=303)


routes = [show, state, place, step_back, withdraw, come_back]
