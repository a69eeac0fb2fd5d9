"""`/console/crossregion/cases/{case}/handoffs`, `/console/handoffs/{handoff}`: the desk asks, waits, and is seen."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases
from backend.handoff import ask, recording_views, route, session, views
from backend.handoff.forms import BrokenOff, Way, Written
from backend.handoff.sitting_look import steps_of
from backend.handoff.words import write as write_word
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

PATH = "/console/handoffs"
TURNED = ("handoff/window.html", "handoff/_window.html")  # the applicant reads these
LIGHT = ("handoff/_state.html", "handoff/_words.html", "handoff/_reach.html")  # of the handoff alone
PARTS = ("state", "case", "words", "sitting", "reach")  # who has it no more keeps none of them in sight
CASE = "/console/crossregion/cases"
UNDER = {"desk": "/console/crossregion", "observer": f"{PATH}/call-backs"}  # which tab is theirs
DESK = guards.staff("desk")
ENDS = guards.staff("desk", "officer")
READ = guards.staff("desk", "officer", "manager", "supervisor")


@get("/console/crossregion/cases/{case:uuid}/handoffs/new", guards=[DESK])
async def new(request: Request, case: FromPath[UUID]) -> Template:
    """Who would answer, and how soon, before it rings."""
    return await _new(request, case)


@get("/console/crossregion/cases/{case:uuid}/handoffs/last", guards=[DESK])
async def booked(request: Request, case: FromPath[UUID]) -> Template:
    """Who calls back about it, alone; it stands on the page of the case."""
    one = await cases.show_to_staff(case, request.user.staff)
    return await page(request, "handoff/_booked.html", case=one["id"], last=await views.last_of(case))


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


@get("/console/handoffs/{handoff:uuid}/case", guards=[READ])
async def case(request: Request, handoff: FromPath[UUID]) -> Template:
    """The case that all look at, alone."""
    return await _shown(request, handoff, template="handoff/_case.html")


@get("/console/handoffs/{handoff:uuid}/words", guards=[READ])
async def words(request: Request, handoff: FromPath[UUID]) -> Template:
    """What was written, alone."""
    return await _shown(request, handoff, template="handoff/_words.html")


@get("/console/handoffs/{handoff:uuid}/reach", guards=[READ])
async def reach(request: Request, handoff: FromPath[UUID]) -> Template:
    """Whom to call, alone."""
    return await _shown(request, handoff, template="handoff/_reach.html")


@get("/console/handoffs/{handoff:uuid}/window", guards=[DESK])
async def window(request: Request, handoff: FromPath[UUID]) -> Template:
    """转向申请人的屏: who sees me, what is kept, in large type."""
    return await _shown(request, handoff, template="handoff/window.html")


@get("/console/handoffs/{handoff:uuid}/window/state", guards=[DESK])
async def window_state(request: Request, handoff: FromPath[UUID]) -> Template:
    """What the window says, alone."""
    return await _shown(request, handoff, template="handoff/_window.html")


@post("/console/handoffs/{handoff:uuid}/words", guards=[ENDS])
async def write(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """发送."""
    form = await forms.read(request, Written)
    if form.errors:
        return await _shown(request, handoff, 422, form=form)
    return await _did(request, handoff, write_word(handoff, form.text, request.user.staff), form=form)


@post("/console/handoffs/{handoff:uuid}/way", guards=[ENDS])
async def change_way(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """换一种连法, also without a picture at all."""
    form = await forms.sound(request, Way)
    return await _did(request, handoff, session.take_way(handoff, form.way, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/review", guards=[guards.staff("officer")])
async def think(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """开始审."""
    return await _did(request, handoff, session.think(handoff, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/talk", guards=[guards.staff("officer")])
async def talk(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """接着问."""
    return await _did(request, handoff, session.talk(handoff, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/breaking-off", guards=[DESK])
async def break_off(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """不办了."""
    form = await forms.read(request, BrokenOff)
    if form.errors:
        return await _shown(request, handoff, 422, form=form)
    return await _did(request, handoff, session.break_off(handoff, form.why, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/cancellation", guards=[DESK])
async def cancel(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """不等了."""
    return await _did(request, handoff, ask.cancel(handoff, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/settlement", guards=[DESK])
async def settle(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """不等了，约回电."""
    return await _did(request, handoff, ask.settle(handoff, request.user.staff))


async def _did(request: Request, handoff: UUID, deed: Awaitable[object], **more: Any) -> Redirect | Template:
    try:
        await deed
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _shown(request, handoff, refusal.status, refusal=refusal, **more)
    return Redirect(f"{PATH}/{handoff}", status_code=303)


async def _shown(
    request: Request, handoff: UUID, status: int = 200, *, template: str = "handoff/room.html", **more: Any
) -> Template:
    try:
        one = await views.shown(handoff, request.user.staff)
    except views.Past as past:
        return await _past(request, past, template)
    known = {} if template in LIGHT else await _known(one, request.user.staff, template, more.get("form"))
    left = await route.left(one) if one["state"] == "queued" else "some"
    values = {"one": one, "left": left, "refusal": None, "form": None, "guest": None, **known, **more}
    return await page(request, template, status=status, path=UNDER.get(one["side"], PATH), **values)


async def _past(request: Request, past: views.Past, template: str) -> Template:
    part = template.removeprefix("handoff/_").removesuffix(".html")
    if part in PARTS:
        return await page(request, "handoff/_past.html", part=part, sentence=past.sentence)
    return await page(request, "handoff/past.html", status=past.status, path=PATH, sentence=past.sentence)


async def _known(one: dict[str, Any], by: UUID, template: str, form: forms.Form | None) -> dict[str, Any]:
    """The steps of the sitting, the case and its papers, whether it is recorded; that alone for the applicant."""
    if template in TURNED:
        return {"recording": await recording_views.told(one)}
    steps = await steps_of(one, by, form)
    file = steps["steps"]["file"]
    if not one["announced"]:
        file = None
    elif not file and await cases.sees(
        one["case"], by
    ):  # an officer who had it, before a hand-over, does not any more
        file = await cases.show_to_staff(one["case"], by)
    papers = await cases.papers_of(one["case"]) if one["announced"] else []
    return {**steps, "file": file, "papers": papers, "recording": await recording_views.look(one, by)}


routes = [
    new, booked, create, show, state, case, words, reach, window, window_state, write, change_way, think, talk,
    break_off, cancel, settle,
]  # fmt: skip
