"""The first page, 我的, and pages for ways that are not online."""

from typing import Any

from litestar import Request, get
from litestar.response import Redirect, Template

from backend import appointments, catalog, clock, identity, queue
from backend.home.hall import HallToday, hall_today
from backend.web import guards
from backend.web.pages import page
from backend.web.session import cookies


@get("/", guards=[guards.public])
async def first(request: Request) -> Template:
    """The first page: search, the doors, one's next appointment, what most people ask for."""
    account = request.user.account
    coming = await appointments.upcoming(by=account) if account else []
    values: dict[str, Any] = {
        "coming": coming[:2],
        "offers": [one for one in await appointments.waits(account) if one["offer"]] if account else [],
        "numbers": await queue.mine(account) if account else [],
        "items": await catalog.most_asked(6),
        "hall": await _hall("city"),
        "shanghai": bool(await catalog.offered("shanghai")),
        "service": (await catalog.texts()).get("site-service", ""),
    }
    return await page(request, "home/first.html", **values)


async def _hall(kind: str) -> HallToday | None:
    return await hall_today(kind, clock.local(await clock.now()))


@get("/console", guards=[guards.staff()])
async def desk(request: Request) -> Redirect:
    """The staff side begins where one works: 窗口叫号, 大厅导办, 办件, 上门代办, 驻沪收办; who does more than
    one thing begins with the day.
    """
    to = {
        frozenset({"clerk"}): "counter", frozenset({"guide"}): "hall", frozenset({"officer"}): "cases",
        frozenset({"agent"}): "visits", frozenset({"desk"}): "crossregion",
    }  # fmt: skip
    return Redirect(f"/console/{to.get(request.user.roles, 'appointments')}", status_code=303)


@get("/me", guards=[guards.public])
async def me(request: Request) -> Template:
    """我的. A visitor without an account finds the sign-in and how the pages look."""
    account = request.user.account
    if not account:
        return await page(request, "home/stranger.html")
    values: dict[str, Any] = {
        "people": await identity.people_of(account),
        "coming": await appointments.upcoming(by=account),
        "sessions": await identity.sessions_of(account=account),
        "phone": await identity.phone_of(account),
        "identities": await identity.identities_of(account),
        "issuer": identity.issuer() is not None,
        "issuer_name": identity.issuer_name(),
    }
    return await page(request, "home/me.html", **values)


@get("/tickets", guards=[guards.public])
async def tickets(request: Request) -> Template:
    """取号: one's live numbers, today's bookings to check in, and how a number is taken."""
    account = request.user.account
    values: dict[str, Any] = {
        "hall": await _hall("city"),
        "here": await queue.here(cookies(request.scope).get("here", "")),
        "tickets": await queue.own_tickets(account) if account else [],
        "coming": await queue.coming_today(account) if account else [],
    }
    return await page(request, "home/tickets.html", **values)


@get("/doorstep", guards=[guards.public])
async def doorstep(request: Request) -> Template:
    """上门服务: what can be done at home, and how to ask for it today."""
    return await page(request, "home/doorstep.html", items=await catalog.offered("doorstep"))


@get("/shanghai", guards=[guards.public])
async def shanghai(request: Request) -> Template:
    """驻沪办事: what the desk in Shanghai takes in, and where it is."""
    values: dict[str, Any] = {"items": await catalog.offered("shanghai"), "hall": await _hall("shanghai")}
    return await page(request, "home/shanghai.html", **values)


routes = [first, desk, me, tickets, doorstep, shanghai]
