"""取号 by phone: scan the hall's code, choose, take; and check in a booking where one stands."""

from typing import Any
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import clock, identity, secrecy
from backend.queue import choices, phone
from backend.queue.hall_code import here as in_hall
from backend.queue.hall_code import scanned
from backend.queue.issuing import issuing, noted
from backend.queue.phone_forms import Code, Look, TakeNumbers
from backend.queue.rules import rules_of
from backend.queue.shared import shared
from backend.refusal import NotFound, Refusal
from backend.settings import settings
from backend.web import forms, guards
from backend.web.pages import page
from backend.web.session import cookies

HERE = "here"
SHOWN = 10  # matters before one looks for another


@get("/tickets/here", guards=[guards.public])
async def here(request: Request) -> Redirect | Template:
    """The hall's code was scanned: this browser stands in the hall for some minutes, within which one signs in."""
    form = forms.read_query(request, Code)
    if form.errors:
        return await _not_here(request, Refusal("这个码不全。请看着大厅的屏幕，再扫一次"), 422)
    try:
        carries = await scanned(form.hall, form.code)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _not_here(request, refusal)
    minutes = (await rules_of(form.hall)).code_minutes
    cookie = Cookie(
        HERE, value=carries, max_age=60 * minutes, secure=settings().secure, httponly=True, samesite="lax"
    )
    return Redirect("/tickets/new", status_code=303, cookies=[cookie])


async def _not_here(request: Request, refusal: Refusal, status: int = 409) -> Template:
    return await page(request, "queue/not_here.html", status=status, refusal=refusal, path="/tickets")


@get("/tickets/new", guards=[guards.citizen])
async def new(request: Request) -> Template:
    """选事项取号, for oneself or for somebody one acts for."""
    look = forms.read_query(request, Look)
    given = {"person": [str(look.person or "")], "items": look.items, "lines": look.lines}
    return await _choice(request, TakeNumbers(given), look.q, errors=look)


async def _choice(
    request: Request, form: TakeNumbers, q: str = "", status: int = 200, **more: Any
) -> Template:
    try:
        hall = await phone.hall_of(cookies(request.scope).get(HERE, ""))
    except Refusal as refusal:
        return await _not_here(request, refusal, status if status >= 400 else 200)
    today = clock.local(await clock.now()).date()
    people = [
        one
        for one in await identity.people_of(request.user.account)
        if not identity.authorisation_ended(one, today)
    ]
    acting = next(
        (one for one in people if str(one.id) == form.typed["person"]), people[0] if people else None
    )
    ticked = form.given.get("items", [])
    found = await choices.matters(hall["id"], q, chosen=forms.ids(ticked), most=SHOWN)
    view = await shared.recent(hall["code"])
    return await page(
        request, "queue/take.html", status=status, hall=hall, form=form, q=q, path="/tickets/new", acting=acting,
        people=[(one.id, *_known_as(one)) for one in people], items=await noted(found, view), ticked=ticked,
        lines=await noted(await choices.lines(hall["id"]), view), shut=await issuing(**_named(hall)),
        ticked_lines=form.given.get("lines", []),
        party=form.typed["party"] or uuid4(), **{"errors": form, "refusal": None, **more},
    )  # fmt: skip


def _named(hall: dict[str, Any]) -> dict[str, Any]:
    return {"hall": hall["id"], "code": hall["code"], "name": hall["name"]}


def _known_as(person: identity.Person) -> tuple[str, str]:
    said = f"{identity.RELATIONS[person.relation]} {secrecy.mask_name(person.name)}"
    return said, "" if person.relation == "self" else identity.masked_id(person)


@post("/tickets", guards=[guards.citizen])
async def take(request: Request) -> Redirect | Template:
    """Take a number for each matter that was ticked."""
    form, by = await forms.read(request, TakeNumbers), request.user.account
    matters = form.matters()
    if form.errors:
        return await _choice(request, form, status=422)
    carries = cookies(request.scope).get(HERE, "")
    try:
        taken = await phone.take_by_phone(matters, form.person, form.party, by, carries)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _choice(request, form, status=409, refusal=refusal)
    return Redirect(f"/tickets/{taken[0].ticket}" if len(taken) == 1 else "/tickets", status_code=303)


@get("/appointments/{appointment:uuid}/check-in", guards=[guards.citizen])
async def way(request: Request, appointment: FromPath[UUID]) -> Template:
    """How a booking of today is checked in now, a fragment of the voucher."""
    found = await phone.coming(appointment, by=request.user.account)
    where = await in_hall(cookies(request.scope).get(HERE, ""))
    return await page(request, "queue/_check_in.html", coming=found, here=where)


@post("/appointments/{appointment:uuid}/check-in", guards=[guards.citizen])
async def check_in(request: Request, appointment: FromPath[UUID]) -> Redirect | Template:
    """签到, in the hall."""
    carries = cookies(request.scope).get(HERE, "")
    try:
        ticket = await phone.check_in_by_phone(appointment, request.user.account, carries)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _not_here(request, refusal)
    return Redirect(f"/tickets/{ticket}", status_code=303)


routes = [here, new, take, way, check_in]
