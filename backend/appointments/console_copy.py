"""`/console/copies`, `/console/exceptions/copies`: what a hall offers, copied; seen first, done then."""

import datetime as dt
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.response import Redirect, Template

from backend.appointments import capacity_copy, capacity_week
from backend.appointments.console_week import MANAGE, back, ids, numbers
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms
from backend.web.pages import page


class CopyOf(forms.Form):
    """What is copied (`what`: week, a weekday's number, or a template) and to which weekdays and lines."""

    line = forms.Field("业务线", type=UUID)
    what = forms.Field("套用什么", longest=36)
    days = forms.Field("套用到星期", type=list, required=False)
    lines = forms.Field("套用到业务线", type=list, required=False)


class SeenCopy(CopyOf):
    """Done as it was seen; `seen` is the mark of what was shown."""

    seen = forms.Field("预览", required=False, longest=40)


class WeekCopy(forms.Form):
    """The exceptions of a line's week, and the week they are copied to."""

    line = forms.Field("业务线", type=UUID)
    day = forms.Field("哪一周", type=dt.date)
    to = forms.Field("照搬到哪一周", type=dt.date)


def _wish(form: forms.Form) -> capacity_copy.Wish | None:
    """What was asked for, or None with the wrong fields named."""
    days, lines, what = numbers(form, "days"), ids(form, "lines"), getattr(form, "what", "") or "week"
    weekday = int(what) if what in "1234567" and len(what) == 1 else None
    template = None
    if not weekday and what != "week":
        try:
            template = UUID(what)
        except ValueError:
            form.refuse("what", "请选择要套用什么")
    if what != "week" and not days and "days" not in form.errors:
        form.refuse("days", "请选择要套用到星期几")
    if form.errors:
        return None
    line = form.line  # type: ignore[attr-defined]
    return capacity_copy.Wish(line, tuple(lines or [line]), weekday, template, tuple(days))


@get("/console/copies", guards=[MANAGE])
async def choose(request: Request) -> Template | Redirect:
    """套用安排: what, where to, and what would become of it."""
    form = forms.read_query(request, CopyOf)
    if "line" in form.errors:
        return Redirect("/console/week", status_code=303)
    _, own = await _own(request, form)
    asked = own["id"] == form.line and (form.given.get("days") or form.given.get("lines"))
    wish = _wish(form) if asked else None
    if not asked:  # to begin with, what is wanted most: Monday; to which days, one says
        form.errors.clear()
        form.typed["what"] = form.typed["what"] or "1"
    try:
        plan = await capacity_copy.look(wish, by=request.user.staff) if wish else None
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _copies(request, form, refusal=refusal)
    return await _copies(request, form, status=422 if form.errors else 200, plan=plan)


async def _copies(request: Request, form: forms.Form, status: int = 200, **more: Any) -> Template:
    lines, line = await _own(request, form)
    templates = await capacity_copy.templates(line["id"], by=request.user.staff)
    return await page(
        request, "appointments/copy.html", status=status, form=form, line=line, lines=lines, templates=templates,
        **{"plan": None, **more},
    )  # fmt: skip


async def _own(request: Request, form: forms.Form) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The lines one manages, and the one that was asked for; a wrong one falls back to the first."""
    lines = await capacity_copy.targets(request.user.staff)
    if not lines:
        raise NotFound("这个大厅还没有业务线")
    return lines, next((one for one in lines if one["id"] == getattr(form, "line", None)), lines[0])


@post("/console/copies", guards=[MANAGE])
async def copy(request: Request) -> Redirect | Template:
    """Copy as it was shown."""
    form = await forms.read(request, SeenCopy)
    wish = _wish(form)
    if not wish:
        return await _copies(request, form, status=422)
    try:
        await capacity_copy.copy(wish, by=request.user.staff, seen=form.seen)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _again(request, form, wish, refusal)
    return Redirect(await back(wish.lines[0]), status_code=303)


async def _again(request: Request, form: forms.Form, wish: capacity_copy.Wish, refusal: Refusal) -> Template:
    """The page once more, with what copying would do now."""
    try:
        plan = await capacity_copy.look(wish, by=request.user.staff)
    except Refusal:
        plan = None
    return await _copies(request, form, status=409, plan=plan, refusal=refusal)


@get("/console/exceptions/copies", guards=[MANAGE])
async def choose_week(request: Request) -> Template | Redirect:
    """照搬例外: what would be copied to the other week."""
    form = forms.read_query(request, WeekCopy)
    if "line" in form.errors or "day" in form.errors:
        return Redirect("/console/week", status_code=303)
    if not form.given.get("to"):
        form.errors.clear()
    return await _weeks(request, form, status=422 if form.errors else 200)


async def _weeks(request: Request, form: forms.Form, status: int = 200, **more: Any) -> Template:
    (_, line), day, to = await _own(request, form), getattr(form, "day", None), getattr(form, "to", None)
    by = request.user.staff
    rows = await capacity_week.look_at_week(line["id"], day, to, by) if day and to else None
    return await page(
        request, "appointments/copy_week.html", status=status, form=form, rows=rows, line=line, **more
    )


@post("/console/exceptions/copies", guards=[MANAGE])
async def copy_week(request: Request) -> Redirect | Template:
    """Copy a week's exceptions to another week."""
    form = await forms.read(request, WeekCopy)
    if form.errors:
        return await _weeks(request, form, status=422)
    try:
        await capacity_week.copy_week(form.line, form.day, form.to, by=request.user.staff)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _weeks(request, form, status=409, refusal=refusal)
    return Redirect(await back(form.line, form.to), status_code=303)


routes = [choose, copy, choose_week, copy_week]
