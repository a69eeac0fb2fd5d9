"""`/console/appointments/{id}`: one booking for the hall's staff, and what they mark on the day."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import clock, identity
from backend.appointments import arrivals, capacity
from backend.appointments import day as hall_day
from backend.appointments.telephone import DESK
from backend.appointments.voucher import SAID
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

READ = guards.staff(*capacity.READERS)
MARK = guards.staff(*arrivals.MARKERS)
WORDS = {**SAID, "note": "备注", "missed": "没等到", "unmarked": "撤销了标记"}


class Arrival(forms.Form):
    """到场: the ID was seen, too; `back` leads to the day's list."""

    proved = forms.Field("证件已核对", type=bool, required=False)
    why = forms.Field("更正原因", required=False, longest=200)
    back = forms.Field("去处", required=False, longest=10)


class Undo(forms.Form):
    """A mark taken back."""

    undo_why = forms.Field("撤销原因", required=False, longest=200)


class Note(forms.Form):
    """备注."""

    text = forms.Field("备注", longest=200)


class Phone(forms.Form):
    """Why a number is looked at."""

    reason = forms.Field("查看原因", longest=200)


class Deeds(Arrival, Undo, Note, Phone):
    """Everything that can be filled in on the page; what was typed in one form stays."""


@get("/console/appointments/{booking:uuid}", guards=[READ])
async def show(request: Request, booking: FromPath[UUID]) -> Template:
    """One booking."""
    return await _booking(request, booking)


async def _booking(
    request: Request, booking: UUID, given: forms.Form | None = None, status: int = 200, **more: Any
) -> Template:
    found, now = await hall_day.booking(booking, request.user.staff), await clock.now()
    form = Deeds.blank(**(given.typed if given else {}))
    form.errors = given.errors if given else {}
    day_list = "/console/appointments?" + urlencode({"hall": found["hall_code"], "day": str(found["day"])})
    values = {
        "path": f"/console/appointments/{booking}",
        "booking": found,
        "form": form,
        "said": WORDS,
        "marks": bool(request.user.roles & set(arrivals.MARKERS)),
        "calls": bool(request.user.roles & set(DESK)),
        "mark": _mark(found, now),
        "over": found["ends_at"] <= now,
        "later": clock.local(now).date() > found["day"],
        "day_list": day_list + f"#b-{found['number']}",
        "shown_phone": "",
        **more,
    }
    return await page(request, "appointments/booking.html", status=status, **values)


def _mark(found: dict[str, Any], now: dt.datetime) -> dict[str, Any] | None:
    """The mark that can be taken back, and whether that needs a reason."""
    marks = [one for one in found["events"] if one["kind"] in arrivals.SAID]
    if not marks or marks[-1]["kind"] == "unmarked" or found["state"] not in ("arrived", "missed"):
        return None
    another_day = clock.local(marks[-1]["at"]).date() != clock.local(now).date()
    return {**marks[-1], "needs_reason": another_day or marks[-1]["by_staff"] is None}


@post("/console/appointments/{booking:uuid}/arrival", guards=[MARK])
async def arrive(request: Request, booking: FromPath[UUID]) -> Redirect | Template:
    """到场, and perhaps 证件已核对."""
    form, by = await forms.read(request, Arrival), request.user.staff
    if form.errors:
        return await _booking(request, booking, form, status=422)
    try:
        await arrivals.arrive(booking, by, form.why, proved=form.proved)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _booking(request, booking, form, status=409, refusal=refusal)
    found = await hall_day.booking(booking, by)
    return _onward(found, to_list=form.back == "day")


def _onward(found: dict[str, Any], to_list: bool) -> Redirect:
    if not to_list:
        return Redirect(f"/console/appointments/{found['id']}", status_code=303)
    query = urlencode({"hall": found["hall_code"], "day": str(found["day"])})
    return Redirect(f"/console/appointments?{query}#b-{found['number']}", status_code=303)


@post("/console/appointments/{booking:uuid}/absence", guards=[MARK])
async def miss(request: Request, booking: FromPath[UUID]) -> Redirect | Template:
    """未到."""
    try:
        await arrivals.mark_missed(booking, request.user.staff)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _booking(request, booking, status=409, refusal=refusal)
    return Redirect(f"/console/appointments/{booking}", status_code=303)


@post("/console/marks/{mark:uuid}/withdrawal", guards=[MARK])
async def unmark(request: Request, mark: FromPath[UUID]) -> Redirect | Template:
    """撤销 the last mark."""
    form, by = await forms.read(request, Undo), request.user.staff
    if form.errors:
        raise HTTPException(next(iter(form.errors.values())), status_code=422)
    try:
        booking = await arrivals.unmark(mark, by, form.undo_why)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        marked = await arrivals.marked(mark, by)
        return await _booking(request, marked, form, status=409, refusal=refusal)
    return Redirect(f"/console/appointments/{booking}", status_code=303)


@post("/console/appointments/{booking:uuid}/notes", guards=[MARK])
async def note(request: Request, booking: FromPath[UUID]) -> Redirect | Template:
    """记下备注."""
    form = await forms.read(request, Note)
    if form.errors:
        return await _booking(request, booking, form, status=422)
    await arrivals.note(booking, request.user.staff, form.text)
    return Redirect(f"/console/appointments/{booking}", status_code=303)


@post("/console/appointments/{booking:uuid}/phone", guards=[MARK], status_code=200)
async def phone(request: Request, booking: FromPath[UUID]) -> Template:
    """查看电话: the page with the whole number, this once."""
    form, by = await forms.read(request, Phone), request.user.staff
    if form.errors:
        return await _booking(request, booking, form, status=422)
    found = await hall_day.booking(booking, by)
    try:
        number = await identity.unmask_phone(found["booked_by"], by, form.reason, hall=found["hall_code"])
    except Denied:
        raise
    except Refusal as refusal:
        return await _booking(request, booking, form, status=409, refusal=refusal)
    return await _booking(request, booking, shown_phone=number)


routes = [show, arrive, miss, unmark, note, phone]
