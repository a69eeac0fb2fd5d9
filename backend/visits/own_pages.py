"""`/visits`: 上门代办, as who asks for it sees it."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import catalog, identity, secrecy
from backend.refusal import NotFound, Refusal
from backend.visits import views
from backend.visits.ask import REFUSALS, Asked, ask
from backend.visits.done import record_of
from backend.visits.door_forms import Rated
from backend.visits.forms import Ask, Sought, Withdrawn
from backend.visits.mandate import last_of
from backend.visits.result import LEVELS
from backend.visits.rules import visit_rules
from backend.visits.signed import papers_of
from backend.visits.stop import withdraw as withdraw_verb
from backend.web import forms, guards
from backend.web.pages import page


@get("/visits", guards=[guards.citizen])
async def index(request: Request) -> Template:
    """上门代办: what was asked for."""
    return await page(
        request, "visits/own.html", path="/visits", visits=await views.own(request.user.account)
    )


@get("/visits/new", guards=[guards.citizen])
async def new(request: Request) -> Template:
    """First the matter, then for whom and where."""
    wish = forms.read_query(request, Sought)
    if not wish.item:
        return await page(
            request, "visits/items.html", path="/visits", items=await catalog.offered("doorstep")
        )
    return await _new(request, Ask.blank(item=wish.item, token=secrecy.fresh_token()), wish.item)


async def _new(request: Request, form: Any, item: UUID, **more: Any) -> Template:
    people = await identity.people_of(request.user.account)
    reasons = [(code, reason.name) for code, reason in visit_rules().reasons.items()]
    return await page(
        request, "visits/new.html", path="/visits", form=form, item=await catalog.item(item), reasons=reasons,
        people=[(one.id, secrecy.mask_name(one.name), identity.masked_id(one)) for one in people],
        towns=await views.villages(), materials=await catalog.materials(item), **more,
    )  # fmt: skip


@post("/visits", guards=[guards.citizen])
async def create(request: Request) -> Redirect | Template:
    """Ask for it."""
    form = await forms.read(request, Ask)
    if "item" in form.errors:
        raise NotFound("没有找到这件事，请重新选择要办的事")
    if form.errors:
        return await _new(request, form, form.item, status=422)
    try:
        made = await ask(await _asked(form, request.user.account), request.user.account, form.token)
    except NotFound:
        raise
    except Refusal as refusal:
        known = refusal.sentence == REFUSALS["visit_once"].sentence
        return await _new(request, form, form.item, status=refusal.status, refusal=refusal, known=known)
    return Redirect(f"/visits/{made}", status_code=303)


async def _asked(form: Any, account: UUID) -> Asked:
    return Asked(
        item=form.item, village=form.village, reason=form.reason, address=form.address, note=form.note,
        phone=form.phone or await identity.phone_of(account), who=form.person,
    )  # fmt: skip


@get("/visits/{own_visit:uuid}", guards=[guards.citizen])
async def show(request: Request, own_visit: FromPath[UUID]) -> Template:
    """Who comes, when, and what was done."""
    return await told(request, own_visit)


async def told(
    request: Request, visit: UUID, form: Any = None, status: int = 200, refusal: Refusal | None = None
) -> Template:
    """The page, with what was typed and refused."""
    one, given = await views.show_own(visit, request.user.account), await last_of(visit)
    record, powers = await record_of(visit), visit_rules().powers
    if given:
        given["names"] = [powers[code].name for code in given["powers"] if code in powers]
    return await page(
        request, "visits/told.html", status=status, path="/visits", one=one, form=_whole(form),
        materials=await catalog.materials(one["item"]), refusal=refusal, mandate=given,
        levels=list(LEVELS.items()), handed=papers_of(record["papers"]) if record else [],
    )  # fmt: skip


class Everything(Withdrawn, Rated):
    """All that can be filled in on the page."""


def _whole(form: Any) -> Any:
    filled = Everything.blank(**(form.typed if form else {}))
    filled.errors = form.errors if form else {}
    return filled


@post("/visits/{own_visit:uuid}/withdrawal", guards=[guards.citizen])
async def withdraw(request: Request, own_visit: FromPath[UUID]) -> Redirect | Template:
    """撤回."""
    form = await forms.read(request, Withdrawn)
    if form.errors:
        return await told(request, own_visit, form, 422)
    try:
        await withdraw_verb(own_visit, request.user.account, form.why)
    except NotFound:
        raise
    except Refusal as refusal:
        return await told(request, own_visit, form, refusal.status, refusal)
    return Redirect(f"/visits/{own_visit}", status_code=303)


routes = [index, new, create, show, withdraw]
