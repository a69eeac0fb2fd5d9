"""`/console/visits/{visit}/…`: the page of a visit, and each thing that is done to it."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import catalog, clock, visits
from backend.refusal import Denied, NotFound, Refusal
from backend.visits import views
from backend.visits.askers import CENTRE, STAFF, covers
from backend.visits.console import PATH, READ
from backend.visits.dispatch import may_take, who_can
from backend.visits.documents import documents_of
from backend.visits.forms import Agreed, Given, Opened, Why
from backend.visits.mandate import last_of, mandate_of
from backend.visits.mandate_term import odd_term_of
from backend.visits.rules import visit_rules
from backend.web import forms, guards
from backend.web.pages import page

GO = guards.staff(*STAFF)
CASE_READERS = (*CENTRE, "supervisor", "auditor")  # of the hall: an agent of a village reads no case


class Everything(Agreed, Given):
    """All that can be filled in on the page."""


@get("/console/visits/{visit:uuid}", guards=[READ])
async def show(request: Request, visit: FromPath[UUID]) -> Template:
    """One visit: who waits where, what is due, what was done, and what can be done now."""
    return await shown(request, visit, step=forms.read_query(request, Opened).step or "")


async def shown(
    request: Request, visit: UUID, form: Any = None, status: int = 200, *, step: str = "", **more: Any
) -> Template:
    """The page, with what was typed and refused."""
    one = await views.show_to_staff(visit, request.user.staff)
    printed = await documents_of(one) if one["own"] or one["centre"] else []
    agents = [(row["id"], row["name"]) for row in await who_can(one) if row["id"] != one["agent"]]
    fresh = {"day": clock.local(await clock.now()).date(), "minutes": visit_rules().visit_minutes}
    return await page(
        request, "visits/visit.html", status=status, path=PATH, one=one, step=step, agents=agents,
        form=_whole(form, fresh), materials=await catalog.materials(one["item"]), documents=printed,
        mandate=await mandate_of(visit), last_mandate=await last_of(visit), odd_term=await odd_term_of(visit),
        takes=await may_take(one, request.user.staff),
        reads_case=await covers(request.user.staff, "", one["hall_code"], *CASE_READERS),
        **{"whole_phone": "", **more},
    )  # fmt: skip


def _whole(form: Any, fresh: dict[str, Any]) -> Any:
    filled = Everything.blank(**(form.typed if form else fresh))
    filled.errors = form.errors if form else {}
    return filled


async def done(
    request: Request, visit: UUID, deed: Awaitable[Any], form: Any = None, step: str = ""
) -> Redirect | Template:
    """Do it, and lead back to the page; what the rules refuse is said on it, what was typed stays."""
    try:
        await deed
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await shown(request, visit, form, refusal.status, refusal=refusal, step=step)
    return Redirect(f"{PATH}/{visit}", status_code=303)


@post("/console/visits/{visit:uuid}/taking", guards=[GO])
async def take(request: Request, visit: FromPath[UUID]) -> Redirect | Template:
    """接单."""
    return await done(request, visit, visits.take(visit, request.user.staff))


@post("/console/visits/{visit:uuid}/agreement", guards=[GO])
async def agree(request: Request, visit: FromPath[UUID]) -> Redirect | Template:
    """约时间."""
    form = await forms.read(request, Agreed)
    if form.errors:
        return await shown(request, visit, form, 422, step="agree")
    starts = clock.at(form.day, form.time)
    deed = visits.agree(visit, starts, form.minutes, request.user.staff, later=form.later)
    return await done(request, visit, deed, form, "agree")


@post("/console/visits/{visit:uuid}/reassignment", guards=[GO])
async def reassign(request: Request, visit: FromPath[UUID]) -> Redirect | Template:
    """改派."""
    form = await forms.read(request, Given)
    if form.errors:
        return await shown(request, visit, form, 422, step="give")
    deed = visits.reassign(visit, form.to, request.user.staff, form.why)
    try:
        await deed
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await shown(request, visit, form, refusal.status, refusal=refusal, step="give")
    return Redirect(PATH, status_code=303)  # it may be none of theirs now


async def _why(request: Request, visit: UUID, verb: Any, step: str) -> Redirect | Template:
    form = await forms.read(request, Why)
    if form.errors:
        return await shown(request, visit, form, 422, step=step)
    return await done(request, visit, verb(visit, request.user.staff, form.why), form, step)


@post("/console/visits/{visit:uuid}/pause", guards=[GO])
async def pause(request: Request, visit: FromPath[UUID]) -> Redirect | Template:
    """中止."""
    return await _why(request, visit, visits.pause, "pause")


@post("/console/visits/{visit:uuid}/resumption", guards=[GO])
async def resume(request: Request, visit: FromPath[UUID]) -> Redirect | Template:
    """续办."""
    return await done(request, visit, visits.resume(visit, request.user.staff))


@post("/console/visits/{visit:uuid}/termination", guards=[GO])
async def terminate(request: Request, visit: FromPath[UUID]) -> Redirect | Template:
    """终止."""
    return await _why(request, visit, visits.terminate, "end")


routes = [show, take, agree, reassign, pause, resume, terminate]
