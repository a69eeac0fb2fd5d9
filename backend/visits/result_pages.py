"""After the door: 交件, 结果送达, 回访; and what who asked says of it."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import visits
from backend.refusal import Denied, NotFound, Refusal
from backend.visits.askers import CENTRE, STAFF
from backend.visits.calls import CALLERS, OUTCOMES, calls
from backend.visits.door_forms import Called, Rated
from backend.visits.forms import Why, Withdrawn
from backend.visits.own_pages import told
from backend.visits.views import places
from backend.visits.visit_pages import done, shown
from backend.web import forms, guards
from backend.web.pages import page

CALL = guards.staff(*CALLERS)
CALLS = "/console/return-calls"


@post("/console/visits/{visit:uuid}/submission", guards=[guards.staff(*CENTRE)])
async def submit(request: Request, visit: FromPath[UUID]) -> Redirect | Template:
    """交件: the centre takes the papers in."""
    return await done(request, visit, visits.submit(visit, request.user.staff))


@post("/console/visits/{visit:uuid}/delivery", guards=[guards.staff(*STAFF)])
async def deliver(request: Request, visit: FromPath[UUID]) -> Redirect | Template:
    """结果送达."""
    return await done(request, visit, visits.deliver(visit, request.user.staff))


@post("/console/visits/{visit:uuid}/phone", guards=[guards.staff(*STAFF, "supervisor")], status_code=200)
async def unmask(request: Request, visit: FromPath[UUID]) -> Template:
    """The whole number, for a reason."""
    form = await forms.read(request, Why)
    if form.errors:
        return await shown(request, visit, form, 422, step="phone")
    phone = await visits.unmask(visit, request.user.staff, form.why)
    return await shown(request, visit, whole_phone=phone)


@get(CALLS, guards=[CALL])
async def index(request: Request) -> Template:
    """回访: whom to call."""
    return await _calls(request)


async def _calls(request: Request, form: Any = None, status: int = 200, **more: Any) -> Template:
    by = request.user.staff
    return await page(
        request, "visits/calls.html", status=status, path=CALLS, calls=await calls(by), places=await places(by),
        form=form or Called.blank(), outcomes=list(OUTCOMES.items()), **{"refusal": None, "of": None, **more},
    )  # fmt: skip


@post("/console/visits/{visit:uuid}/return-call", guards=[CALL])
async def call(request: Request, visit: FromPath[UUID]) -> Redirect | Template:
    """回访过了."""
    form = await forms.read(request, Called)
    if form.errors:
        return await _calls(request, form, 422, of=visit)
    try:
        await visits.call(visit, form.outcome, request.user.staff, form.note)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _calls(request, form, refusal.status, refusal=refusal, of=visit)
    return Redirect(CALLS, status_code=303)


@post("/visits/{own_visit:uuid}/rating", guards=[guards.citizen])
async def rate(request: Request, own_visit: FromPath[UUID]) -> Redirect | Template:
    """好差评."""
    form = await forms.read(request, Rated)
    if form.errors:
        return await told(request, own_visit, form, 422)
    try:
        await visits.rate(own_visit, form.level, request.user.account, form.words)
    except NotFound:
        raise
    except Refusal as refusal:
        return await told(request, own_visit, form, refusal.status, refusal)
    return Redirect(f"/visits/{own_visit}", status_code=303)


@post("/visits/{own_visit:uuid}/revocation", guards=[guards.citizen])
async def revoke(request: Request, own_visit: FromPath[UUID]) -> Redirect | Template:
    """撤销委托."""
    form = await forms.read(request, Withdrawn)
    if form.errors:
        return await told(request, own_visit, form, 422)
    try:
        await visits.revoke_own(own_visit, request.user.account, form.why)
    except NotFound:
        raise
    except Refusal as refusal:
        return await told(request, own_visit, form, refusal.status, refusal)
    return Redirect(f"/visits/{own_visit}", status_code=303)


routes = [submit, deliver, unmask, index, call, rate, revoke]
