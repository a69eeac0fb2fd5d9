"""`/console/calls`: the telephone desk. Somebody calls; their booking is made, read aloud, moved or cancelled."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import appointments, catalog, identity
from backend.appointments.call_forms import (
    AnotherTime,
    Call,
    Caller,
    Change,
    Looking,
    Wanted,
    judge_person,
    who,
)
from backend.appointments.caller_views import bookings_of_caller, people_of_caller, show_to_desk
from backend.appointments.choices import Choice
from backend.appointments.telephone import DESK, desks
from backend.appointments.voucher import steps
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

GUARD = guards.staff(*DESK)
# As the clerk asks: the caller is not “我”.
RELATIONS = [("self", "本人"), ("family", "来电人的家人"), ("authorised", "委托来电人办事的人")]


@get("/console/calls/new", guards=[GUARD])
async def new(request: Request) -> Template:
    """电话预约: what the caller wants, then who and when."""
    wish = forms.read_query(request, Wanted)
    if wish.item:
        blank = Call.blank(
            item=wish.item, hall=wish.hall, day=wish.day or "", relation="self", id_type="resident"
        )
        return await _call(request, blank, wish.item, wish.hall, wish.day)
    return await _start(request, wish, Caller.blank())


@post("/console/calls/bookings/search", guards=[GUARD], status_code=200)
async def find(request: Request) -> Template:
    """The caller's bookings, by their phone or a number."""
    form = await forms.read(request, Caller)
    found = [] if form.errors else await bookings_of_caller(form.q, by=request.user.staff)
    return await _start(
        request,
        Wanted({}).judged(),
        form,
        status=422 if form.errors else 200,
        bookings=found,
        asked=not form.errors,
    )


async def _start(
    request: Request, wish: forms.Form, form: forms.Form, status: int = 200, **more: Any
) -> Template:
    sought = getattr(wish, "q", "") if not wish.errors else ""
    found = [one for one in await catalog.search(sought) if one.bookable]
    values = {"bookings": [], "asked": False, **more}
    return await page(
        request, "appointments/call_start.html", status=status, wish=wish, sought=sought, found=found, form=form,
        halls=await desks(request.user.staff), **values,
    )  # fmt: skip


@post("/console/calls/search", guards=[GUARD], status_code=200)
async def look(request: Request) -> Template:
    """Another day, or the caller's people; what was typed stays."""
    form = await forms.read(request, Looking)
    item = _item(form)
    day = form.pick or form.day
    return await _call(
        request,
        form,
        item,
        form.hall,
        day,
        status=422 if form.errors else 200,
        looked="pick" if form.pick else "phone",
    )


@post("/console/calls", guards=[GUARD])
async def create(request: Request) -> Redirect | Template:
    """Book for who calls."""
    form = await forms.read(request, Call)
    item = _item(form)
    await judge_person(form)
    if form.errors:
        return await _call(request, form, item, form.hall, form.day, status=422)
    try:
        booked = await appointments.book_for_caller(
            form.slot, item, form.phone, who(form), by=request.user.staff, note=form.note
        )
    except Denied:
        raise
    except Refusal as refusal:
        return await _call(request, form, item, form.hall, form.day, status=refusal.status, refusal=refusal)
    return Redirect(f"/console/calls/{booked.id}", status_code=303)


def _item(form: Any) -> UUID:
    if "item" in form.errors:
        raise NotFound("没有找到这件事，请重新选择要办的事")
    return UUID(str(form.item))


async def _call(
    request: Request,
    form: Any,
    item: UUID,
    hall: str,
    day: dt.date | None,
    *,
    status: int = 200,
    **more: Any,
) -> Template:
    by = request.user.staff
    phone = "" if "phone" in form.errors else getattr(form, "phone", "")
    values = {"looked": "", **more}
    return await page(
        request, "appointments/call.html", status=status, path="/console/calls/new", form=form,
        item=await catalog.item(item), choice=await _choice(item, hall, day, by), halls=await desks(by),
        people=await people_of_caller(phone, by=by) if isinstance(phone, str) and phone else [], relations=RELATIONS,
        id_types=list(identity.ID_TYPES.items()), **values,
    )  # fmt: skip


async def _choice(item: UUID, hall: str, day: dt.date | None, by: UUID) -> Choice | None:
    """The times of an item in their own halls; None where none of them does it."""
    codes = [one.code for one in await desks(by)]
    try:
        choice = await appointments.choose(item, hall if hall in codes else "", day)
    except NotFound:
        await catalog.item(item)  # an item that does not exist is no page at all
        return None
    theirs = [one for one in choice.halls if one["code"] in codes]
    if not theirs:
        return None
    if choice.hall["code"] not in codes:
        choice = await appointments.choose(item, theirs[0]["code"], day)
    return msgspec.structs.replace(choice, halls=theirs)


@get("/console/calls/{call:uuid}", guards=[GUARD])
async def show(request: Request, call: FromPath[UUID]) -> Template:
    """What the clerk reads aloud."""
    return await _read(request, call, Change.blank(why="来电要求"))


async def _read(request: Request, call: UUID, form: forms.Form, status: int = 200, **more: Any) -> Template:
    found = await show_to_desk(call, by=request.user.staff)
    return await page(
        request, "appointments/call_show.html", status=status, path=f"/console/calls/{call}", appointment=found,
        steps=steps(found["history"]), materials=await catalog.materials(found["item"]), form=form, **more,
    )  # fmt: skip


@post("/console/calls/{call:uuid}/cancellation", guards=[GUARD])
async def cancel(request: Request, call: FromPath[UUID]) -> Redirect | Template:
    """Cancel for who calls."""
    form = await forms.read(request, Change)
    if form.errors:
        return await _read(request, call, form, status=422)
    try:
        await appointments.cancel_for_caller(call, by=request.user.staff, why=form.why)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _read(request, call, form, status=409, refusal=refusal)
    return Redirect(f"/console/calls/{call}", status_code=303)


@post("/console/calls/{call:uuid}/acceptance", guards=[GUARD])
async def accept(request: Request, call: FromPath[UUID]) -> Redirect | Template:
    """Yes to the place that a closing keeps, for who calls."""
    try:
        await appointments.accept_for_caller(call, by=request.user.staff)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _read(request, call, Change.blank(why="来电要求"), status=409, refusal=refusal)
    return Redirect(f"/console/calls/{call}", status_code=303)


@get("/console/calls/{call:uuid}/move", guards=[GUARD])
async def moving(request: Request, call: FromPath[UUID]) -> Template | Redirect:
    """改时间, for who calls."""
    wish = forms.read_query(request, Wanted)
    return await _times(request, call, wish.hall, wish.day, AnotherTime.blank(why="来电要求"))


@post("/console/calls/{call:uuid}/move", guards=[GUARD])
async def move(request: Request, call: FromPath[UUID]) -> Redirect | Template:
    """Move for who calls."""
    form = await forms.read(request, AnotherTime)
    if form.errors:
        return await _times(request, call, form.hall, form.day, form, status=422)
    try:
        await appointments.move_for_caller(call, form.slot, by=request.user.staff, why=form.why)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _times(request, call, form.hall, form.day, form, status=409, refusal=refusal)
    return Redirect(f"/console/calls/{call}", status_code=303)


async def _times(
    request: Request,
    call: UUID,
    hall: str,
    day: dt.date | None,
    form: forms.Form,
    *,
    status: int = 200,
    **more: Any,
) -> Template | Redirect:
    found = await show_to_desk(call, by=request.user.staff)
    choice = await _choice(found["item"], hall or found["hall_code"], day or found["day"], request.user.staff)
    if not found["ahead"] or choice is None:
        return Redirect(f"/console/calls/{call}", status_code=303)
    return await page(
        request, "appointments/call_move.html", status=status, path=f"/console/calls/{call}/move",
        appointment=found, choice=choice, form=form, **more,
    )  # fmt: skip


routes = [new, find, look, create, show, cancel, accept, moving, move]
