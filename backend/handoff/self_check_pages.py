"""`/console/handoffs/self-check`: 设备自检 of a counter's computer; `/console/handoffs/self-checks`: whose is red."""

import os
from typing import Any
from uuid import uuid4

from litestar import MediaType, Request, Response, get, post
from litestar.response import Redirect, Template

from backend.handoff import self_check
from backend.handoff.check_words import KINDS, LIGHTS, UNTESTED
from backend.handoff.forms import Checked
from backend.handoff.rules import handoff_rules
from backend.handoff.turn import ice_servers
from backend.web import forms, guards
from backend.web.pages import page

PATH = "/console/handoffs/self-check"
SITTING = guards.staff(*self_check.SITTING)
DOWN, UP = (
    2_000_000,
    500_000,
)  # bytes that measure a line: a second or so where it is good, and bounded where not


@get(PATH, guards=[SITTING])
async def show(request: Request) -> Template:
    """What is tried, and what came out last time."""
    last = await self_check.last(request.user.staff)
    return await _shown(request, Checked.blank(place=last["place"] if last else ""), last)


@post(f"{PATH}/results", guards=[SITTING])
async def keep(request: Request) -> Redirect | Template:
    """存下结果."""
    form = await forms.read(request, Checked)
    if form.errors:
        return await _shown(request, form, await self_check.last(request.user.staff), 422)
    results = {kind: getattr(form, kind) or UNTESTED for kind in KINDS}
    speeds = {"down": form.down, "up": form.up, "rtt": form.rtt}
    await self_check.keep(form.place, results, speeds, request.user.staff)
    return Redirect(PATH, status_code=303)


async def _shown(request: Request, form: Checked, last: dict[str, Any] | None, status: int = 200) -> Template:
    return await page(
        request, "handoff/self_check.html", status=status, form=form, last=last, kinds=KINDS, lights=LIGHTS,
        rules=handoff_rules(), upload=UP,
        path="/console/handoffs" if "officer" in request.user.roles else "/console/crossregion",
    )  # fmt: skip


@get(f"{PATH}/relay", guards=[SITTING])
async def relay(request: Request) -> list[dict[str, Any]]:
    """What an RTCPeerConnection is told of the relay, for minutes; bound to nothing but this look."""
    return ice_servers(uuid4(), "self-check")


@get(f"{PATH}/payload", guards=[SITTING], media_type="application/octet-stream")
async def payload(request: Request) -> Response[bytes]:
    """So many bytes that nothing on the way can make fewer."""
    return Response(os.urandom(DOWN), headers={"cache-control": "no-store"})


@post(
    f"{PATH}/payload", guards=[SITTING], request_max_body_size=UP, status_code=200, media_type=MediaType.TEXT
)
async def take(request: Request) -> str:
    """How many bytes came; none of them is kept."""
    return str(len(await request.body()))


@get("/console/handoffs/self-checks", guards=[guards.staff(*self_check.READERS)])
async def index(request: Request) -> Template:
    """The latest of each place, red ones first."""
    return await page(
        request, "handoff/self_checks.html", path="/console/crossregion", lights=LIGHTS,
        checks=await self_check.latest(request.user.staff),
    )  # fmt: skip


routes = [show, keep, relay, payload, take, index]
