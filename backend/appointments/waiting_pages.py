"""`/waiting`: the waiting list (候补) on the phone."""

import datetime as dt
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import appointments, catalog, secrecy
from backend.appointments.routes import able_people, known_as
from backend.refusal import NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page


class WaitFor(forms.Form):
    """Which matter, where, on which days, for whom."""

    item = forms.Field("事项", type=UUID)
    hall = forms.Field("大厅", longest=40)
    person = forms.Field("办事人", type=UUID)
    days = forms.Field("日期", type=list)


class Wish(forms.Form):
    """Where somebody comes from: a day that is full."""

    item = forms.Field("事项", type=UUID)
    hall = forms.Field("大厅", required=False, longest=40)
    day = forms.Field("日期", type=dt.date, required=False)
    person = forms.Field("办事人", type=UUID, required=False)


@get("/waiting/new", guards=[guards.citizen])
async def new(request: Request) -> Template | Redirect:
    """候补: choose the days; the one that was full is ticked."""
    wish = forms.read_query(request, Wish)
    if "item" in wish.errors:
        return Redirect("/items", status_code=303)
    able, _ = await able_people(request.user.account)
    person = wish.person if wish.person in {one.id for one in able} else (able[0].id if able else "")
    form = WaitFor({"person": [str(person)], "days": [str(wish.day)] if wish.day else []})
    return await _form(request, wish.item, wish.hall, form)


@post("/waiting", guards=[guards.citizen])
async def join(request: Request) -> Redirect | Template:
    """Begin to wait."""
    form = await forms.read(request, WaitFor)
    if "item" in form.errors:
        raise NotFound("没有找到这件事，请重新选择要办的事")
    days = _days(form)
    if form.errors:
        return await _form(request, form.item, form.hall, form, status=422)
    try:
        begun = await appointments.join(form.item, form.hall, days, form.person, by=request.user.account)
    except Refusal as refusal:
        return await _form(request, form.item, form.hall, form, status=refusal.status, refusal=refusal)
    return Redirect(f"/waiting/{begun.id}", status_code=303)


def _days(form: WaitFor) -> list[dt.date]:
    try:
        days = [dt.date.fromisoformat(day) for day in form.days]
    except ValueError:
        form.refuse("days", "日期不对，请重新选择")
        return []
    if not days:
        form.refuse("days", "请至少选一天")
    return days


async def _form(
    request: Request, item: UUID, hall: str, form: WaitFor, status: int = 200, **more: Any
) -> Template:
    choice = await appointments.choose(item, hall)
    people, over = await able_people(request.user.account)
    acting = next(
        (one for one in people if str(one.id) == form.typed["person"]), people[0] if people else None
    )
    return await page(
        request,
        "appointments/waiting_new.html",
        status=status,
        item=await catalog.item(item),
        choice=choice,
        rules=await appointments.rules_of(item),
        full=[day.date for day in choice.days if day.ahead and not day.free],
        ticked=form.given.get("days", []),
        form=form,
        acting=acting,
        people=[(one.id, *known_as(one)) for one in people],
        over=[(one.id, secrecy.mask_name(one.name)) for one in over],
        path="/waiting/new",
        **more,
    )


@get("/waiting/{waiting:uuid}", guards=[guards.citizen])
async def show(request: Request, waiting: FromPath[UUID]) -> Template:
    """One's wait: how many are before, or the place that is offered."""
    return await _show(request, waiting)


@get("/waiting/{waiting:uuid}/state", guards=[guards.citizen])
async def state(request: Request, waiting: FromPath[UUID]) -> Template:
    """How it stands, a fragment: fetched again when something was told."""
    found = await appointments.show_wait(waiting, by=request.user.account)
    return await page(request, "appointments/_wait.html", wait=found)


@get("/waiting/{waiting:uuid}/way", guards=[guards.citizen])
async def way(request: Request, waiting: FromPath[UUID]) -> Template:
    """What can be done about it now, a fragment like `state`."""
    found = await appointments.show_wait(waiting, by=request.user.account)
    return await page(request, "appointments/_wait_action.html", wait=found)


async def _show(request: Request, waiting: UUID, status: int = 200, **more: Any) -> Template:
    found = await appointments.show_wait(waiting, by=request.user.account)
    rules = await appointments.rules_of(found["item"])
    return await page(
        request, "appointments/waiting.html", status=status, wait=found, rules=rules,
        path=f"/waiting/{waiting}", **more,
    )  # fmt: skip


@post("/waiting/{waiting:uuid}/claim", guards=[guards.citizen])
async def claim(request: Request, waiting: FromPath[UUID]) -> Redirect | Template:
    """Take the place that is offered; tapped again, the voucher of what was taken."""
    try:
        booked = await appointments.claim(waiting, by=request.user.account)
    except NotFound:
        raise
    except Refusal as refusal:
        stands = await appointments.show_wait(waiting, by=request.user.account)
        if stands["booked"]:
            return Redirect(f"/appointments/{stands['booked']}", status_code=303)
        return await _show(request, waiting, status=409, refusal=refusal)
    return Redirect(f"/appointments/{booked.id}/materials", status_code=303)


@post("/waiting/{waiting:uuid}/departure", guards=[guards.citizen])
async def leave(request: Request, waiting: FromPath[UUID]) -> Redirect:
    """Wait no longer."""
    await appointments.leave(waiting, by=request.user.account)
    return Redirect("/appointments", status_code=303)


routes = [new, join, show, state, way, claim, leave]
