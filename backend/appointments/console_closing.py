"""`/console/closings`: closing a counter, an afternoon or a day, and everybody it pushes out."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import appointments
from backend.appointments import closing_views
from backend.appointments import day as hall_day
from backend.appointments.affected import Preview, Stretch, preview
from backend.appointments.closing import AlreadyClosed, check, standing
from backend.appointments.console import READ, place
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

MANAGE = guards.staff("manager")
NOON = dt.time(12)
PARTS: dict[str, tuple[str, dt.time | None, dt.time | None]] = {
    "all": ("全天", None, None),
    "morning": ("上午", None, NOON),
    "afternoon": ("下午", NOON, None),
    "times": ("自选时间", None, None),
}


def _part(text: str) -> str:
    if text not in PARTS:
        raise ValueError("请选择停多久")
    return text


def _name(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError("这一页放得太久了，请重新看一遍影响谁") from None


class Where(forms.Form):
    """Which hall; `day` only where a form is begun from a day."""

    hall = forms.Field("大厅", required=False, longest=40)
    day = forms.Field("日期", type=dt.date, required=False)


class Wanted(forms.Form):
    """What is to be closed. A link that begins one names some of it, but never `part`."""

    hall = forms.Field("大厅", required=False, longest=40)
    line = forms.Field("停哪里", type=UUID, required=False, depends=True)
    day = forms.Field("日期", type=dt.date)
    part = forms.Field("停多久", check=_part)
    starts = forms.Field("开始时间", type=dt.time, required=False)
    ends = forms.Field("结束时间", type=dt.time, required=False)
    counters = forms.Field("还开几个窗口", type=int, least=0, most=200)
    reason = forms.Field("原因", longest=100)


class Begun(Wanted):
    """The button: the same again, and the name of the deed, so that a replay is no second closing."""

    hall = forms.Field("大厅", longest=40)

    closing = forms.Field("停办", check=_name, longest=36)


class Why(forms.Form):
    """Why a whole number is looked at."""

    why = forms.Field("为什么要看", longest=200)


def _times(form: forms.Form) -> tuple[dt.time | None, dt.time | None]:
    part = getattr(form, "part", "")
    if part == "times":
        return getattr(form, "starts", None), getattr(form, "ends", None)
    _, starts, ends = PARTS[part]
    return starts, ends


@get("/console/closings", guards=[READ])
async def index(request: Request) -> Template:
    """停办: what was closed, and how far each is."""
    here = await place(request, forms.read_query(request, Where))
    found = await closing_views.closings(here["hall"]["id"], here["hall"]["code"], request.user.staff)
    return await page(request, "appointments/closings.html", **here, closings=found)


@get("/console/closings/new", guards=[MANAGE])
async def new(request: Request) -> Template:
    """停办…: what is to be closed; once that was filled in, also whom it affects."""
    wish = forms.read_query(request, Wanted)
    if "part" not in wish.given:
        return await _form(request, wish, _begun(wish))
    _judge_times(wish)
    return await _form(request, wish, wish, status=422 if wish.errors else 200)


def _judge_times(form: Any) -> None:
    """Times of one's own need one of the two."""
    if form.part == "times" and not (form.typed["starts"] or form.typed["ends"]):
        form.refuse("starts", "请填写开始时间或结束时间，至少一个")


def _begun(wish: forms.Form) -> forms.Form:
    """An unread form with what could be read already."""
    start = {"part": "all", "counters": "0"}
    kept = {name: text for name, text in wish.typed.items() if text and name not in wish.errors}
    return Wanted.blank(**{**start, **kept})


async def _form(
    request: Request, wish: forms.Form, form: forms.Form, status: int = 200, **more: Any
) -> Template:
    here, by = await place(request, wish), request.user.staff
    lines = await hall_day.lines(here["hall"]["code"], here["day"], by)
    values: dict[str, Any] = {"preview": None, "standing": None, "closing": uuid4(), **more}
    if status == 200 and form is wish:
        stretch = _stretch(here["hall"]["id"], form)
        try:
            values["preview"] = await _preview(stretch, lines, by)
            values["standing"] = await standing(stretch)
        except (NotFound, Denied):
            raise
        except Refusal as refusal:
            status, values["refusal"] = 409, refusal
    return await page(
        request,
        "appointments/closing_new.html",
        status=status,
        **here,
        lines=lines,
        form=form,
        parts=PARTS,
        path="/console/closings/new",
        **{"refusal": None, **values},
    )


async def _preview(stretch: Stretch, lines: list[dict[str, Any]], by: UUID) -> Preview:
    if stretch.line and stretch.line not in [one["id"] for one in lines]:
        raise NotFound("没有找到这条业务线")
    await check(stretch, by)
    return await preview(stretch)


def _stretch(hall: UUID, form: Any) -> Stretch:
    starts, ends = _times(form)
    return Stretch(hall, form.line, form.day, starts, ends, form.counters)


@post("/console/closings", guards=[MANAGE])
async def create(request: Request) -> Redirect | Template:
    """Close, and begin to tell everybody."""
    form = await forms.read(request, Begun)
    _judge_times(form)
    if form.errors:
        return await _form(request, form, form, status=422)
    here = await place(request, form)
    if here["hall"]["code"] != form.hall:
        raise Denied
    try:
        stretch = _stretch(here["hall"]["id"], form)
        closing = await appointments.close(stretch, form.reason, by=request.user.staff, id=form.closing)
    except (NotFound, Denied):
        raise
    except AlreadyClosed as refusal:
        return await _form(request, form, form, status=409, standing=refusal.standing)
    except Refusal as refusal:
        return await _form(request, form, form, status=409, refusal=refusal)
    return Redirect(f"/console/closings/{closing}", status_code=303)


@get("/console/closings/{closing:uuid}", guards=[READ])
async def show(request: Request, closing: FromPath[UUID]) -> Template:
    """How far it is, and everybody of it."""
    return await _progress(request, closing)


@get("/console/closings/{closing:uuid}/progress", guards=[READ])
async def fresh(request: Request, closing: FromPath[UUID]) -> Template:
    """The progress alone, a fragment: fetched again when something changes."""
    found = await closing_views.progress(closing, request.user.staff)
    return await page(request, "appointments/_progress.html", form=Why.blank(), shown={}, **found)


async def _progress(request: Request, closing: UUID, status: int = 200, **more: Any) -> Template:
    found = await closing_views.progress(closing, request.user.staff)
    values = {"form": Why.blank(), "shown": {}, "path": f"/console/closings/{closing}", **more}
    return await page(request, "appointments/closing.html", status=status, **{**found, **values})


@post("/console/closings/{closing:uuid}/pause", guards=[MANAGE])
async def pause(request: Request, closing: FromPath[UUID]) -> Redirect:
    """停下."""
    await appointments.pause(closing, by=request.user.staff)
    return Redirect(f"/console/closings/{closing}", status_code=303)


@post("/console/closings/{closing:uuid}/resumption", guards=[MANAGE])
async def resume(request: Request, closing: FromPath[UUID]) -> Redirect:
    """继续."""
    await appointments.go_on(closing, by=request.user.staff)
    return Redirect(f"/console/closings/{closing}", status_code=303)


@post("/console/closings/{closing:uuid}/withdrawal", guards=[MANAGE])
async def withdraw(request: Request, closing: FromPath[UUID]) -> Redirect | Template:
    """撤回停办."""
    try:
        await appointments.undo(closing, by=request.user.staff)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _progress(request, closing, status=409, refusal=refusal)
    return Redirect(f"/console/closings/{closing}", status_code=303)


@post("/console/closings/{closing:uuid}/people/{relocation:uuid}/phone", guards=[MANAGE], status_code=200)
async def phone(request: Request, closing: FromPath[UUID], relocation: FromPath[UUID]) -> Template:
    """The whole number of one of them, to call; the reason is written down."""
    form = await forms.read(request, Why)
    if form.errors:
        return await _progress(request, closing, status=422, form=form, asked=relocation)
    try:
        number = await closing_views.phone(closing, relocation, form.why, request.user.staff)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _progress(request, closing, status=409, form=form, refusal=refusal)
    return await _progress(request, closing, shown={relocation: number})


routes = [index, new, create, show, fresh, pause, resume, withdraw, phone]
