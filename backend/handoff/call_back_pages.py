"""`/console/handoffs/call-backs`: what nobody came to the screen for, and who calls back when."""

import datetime as dt
from typing import Any, cast
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import clock
from backend.handoff import call_backs
from backend.handoff.call_back import apart, soonest, taken_of
from backend.handoff.forms import Arranged
from backend.handoff.officer_pages import OFFICER, PATH
from backend.handoff.officer_pages import did as officer_did
from backend.handoff.rules import handoff_rules
from backend.handoff.running import running
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

HERE = "/console/handoffs/call-backs"
LEAD = guards.staff("supervisor", "manager")


@get(HERE, guards=[LEAD])
async def index(request: Request) -> Template:
    """What is to be called back."""
    return await _index(request)


@get("/console/handoffs/given-up", guards=[LEAD])
async def given_up(request: Request) -> Template:
    """That nobody came to the screen, on any page."""
    found = await call_backs.given_up(request.user.staff)
    return await page(request, "handoff/_given_up.html", found=found)


@post("/console/handoffs/{handoff:uuid}/call-back", guards=[LEAD])
async def arrange(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """改约."""
    form = await forms.read(request, Arranged)
    if form.errors:
        return await _index(request, 422, form=form, which=handoff)
    try:
        at = clock.at(form.day, form.time)
        await call_backs.arrange(handoff, form.officer, at, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _index(request, refusal.status, refusal=refusal, form=form, which=handoff)
    return Redirect(HERE, status_code=303)


@post("/console/handoffs/{handoff:uuid}/called", guards=[OFFICER])
async def called(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """回过电了."""
    return await officer_did(request, call_backs.called(handoff, request.user.staff), PATH)


async def _index(request: Request, status: int = 200, **more: Any) -> Template:
    found, now = await call_backs.given_up(request.user.staff), await clock.now()
    able = {one["id"]: await call_backs.who_could(one) for one in found if one["arranges"]}
    values = {
        "found": found,
        "able": able,
        "running": await running(request.user.staff),
        "now": now,
        "at": {one["id"]: await _proposed(one, now) for one in found},
        "wait": handoff_rules().wait // 60,
        "local": clock.local,
        "refusal": None,
        "form": None,
        "which": None,
        **more,
    }
    return await page(request, "handoff/call_backs.html", status=status, path=HERE, **values)


async def _proposed(one: dict[str, Any], now: dt.datetime) -> dt.datetime:
    """What the form begins with: what is booked, if that is to come and somebody is at the desk then, else as soon as
    the desk is open.
    """
    booked = cast("dt.datetime | None", one["call_back_at"])
    if booked and booked > now and not one["shut"]:
        return booked
    soon = now + apart(handoff_rules().call_back_after)
    taken = await taken_of(one["call_back_by"], one["id"])
    return await soonest(one["hall"], max(booked, soon) if one["shut"] and booked else soon, taken)


routes = [index, given_up, arrange, called]
