"""`/console/week`: the capacity of a line, as its hall's manager keeps it."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend.appointments import capacity, capacity_undo
from backend.appointments import day as hall_day
from backend.appointments.affected import Stretch, affected
from backend.appointments.capacity_week import monday
from backend.appointments.closing import check
from backend.appointments.console import READ, place
from backend.catalog.tables import Hall
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page
from backend.web.words import date

MANAGE = guards.staff("manager")
UNDONE = "undone"


class WeekOf(forms.Form):
    """Which hall, which line, which week."""

    hall = forms.Field("大厅", required=False, longest=40)
    line = forms.Field("业务线", type=UUID, required=False)
    day = forms.Field("日期", type=dt.date, required=False)


class WeekSeen(WeekOf):
    """The week page: also a time to begin an exception at, and whether something was just saved, or UNDONE."""

    at = forms.Field("时间", type=dt.time, required=False)
    saved = forms.Field("已保存", required=False, longest=10)


class WeeklyTemplate(forms.Form):
    """What can be changed of a weekly template."""

    ends = forms.Field("结束时间", type=dt.time)
    slot_minutes = forms.Field("每段分钟", type=int, least=5, most=240)
    counters = forms.Field("窗口数", type=int, least=0, most=200)
    minutes_per_matter = forms.Field("每件分钟", type=int, least=1, most=240)
    online_percent = forms.Field("网上占比", type=int, least=0, most=100)


class ChangedTemplate(WeeklyTemplate):
    """A change to a weekly template, and the weekdays whose templates of the same start change with it."""

    weekdays = forms.Field("改哪几天", type=list, required=False)
    seen = forms.Field("看到的安排", required=False, longest=16)


class _Beginning(forms.Form):
    line = forms.Field("业务线", type=UUID)
    weekday = forms.Field("星期", type=int, least=1, most=7)
    starts = forms.Field("开始时间", type=dt.time)


class NewTemplate(WeeklyTemplate, _Beginning):
    """A new weekly template: also its line, weekday and start, which stand first on the page."""


class DifferentDay(forms.Form):
    """A day that differs, or several; for one line, several, or the whole hall."""

    line = forms.Field("业务线", type=UUID)
    whole = forms.Field("整个大厅", type=bool, required=False)
    day = forms.Field("日期", type=dt.date)
    until = forms.Field("最后一天", type=dt.date, required=False)
    lines = forms.Field("其他业务线", type=list, required=False)
    starts = forms.Field("开始时间", type=dt.time, required=False)
    ends = forms.Field("结束时间", type=dt.time, required=False)
    counters = forms.Field("开放窗口数", type=int, least=0, most=200)
    reason = forms.Field("原因", longest=200)


class Withdrawal(WeekOf):
    """An exception taken back: alone, or with those of its deed."""

    together = forms.Field("一起", type=bool, required=False)


@get("/console/week", guards=[READ])
async def week(request: Request) -> Template:
    """一周放号."""
    wish = forms.read_query(request, WeekSeen)
    prefilled = {"day": wish.day, "starts": f"{wish.at:%H:%M}", "counters": 0} if wish.day and wish.at else {}
    return await _week(request, wish, saved=wish.saved, form=DifferentDay.blank(**prefilled))


def numbers(form: forms.Form, name: str) -> list[int]:
    """The weekdays that were ticked; names the field as wrong where one is none, or ticked twice."""
    given = getattr(form, name)
    if set(given) - set("1234567") or len(set(given)) < len(given):
        form.refuse(name, f"{form.label(name)}不对，请重新选择")
        return []
    return [int(one) for one in given]


def ids(form: forms.Form, name: str) -> list[UUID]:
    """The rows that were ticked; names the field as wrong where one cannot be a row, or is ticked twice."""
    given = getattr(form, name)
    try:
        found = [UUID(one) for one in given]
        if len(set(found)) == len(found):
            return found
    except ValueError:
        pass
    form.refuse(name, f"{form.label(name)}不对，请重新选择")
    return []


async def _week(request: Request, wish: forms.Form, status: int = 200, **more: Any) -> Template:
    here, by = await place(request, wish), request.user.staff
    lines = await hall_day.lines(here["hall"]["code"], here["day"], by)
    if not lines:
        raise NotFound("这个大厅还没有业务线")
    line = next((one for one in lines if one["id"] == getattr(wish, "line", None)), lines[0])
    values = {"form": DifferentDay.blank(), "template_form": None, "saved": "", **more}
    seen = await hall_day.week(line["id"], monday(here["day"]), by)
    return await page(
        request,
        "appointments/week.html",
        status=status,
        **here,
        lines=lines,
        line=line,
        path="/console/week",
        **seen,
        **values,
    )


@post("/console/templates", guards=[MANAGE])
async def add_template(request: Request) -> Redirect | Template:
    """Add a weekly template to a line."""
    form = await forms.read(request, NewTemplate)
    if form.errors:
        wish = await _week_of(getattr(form, "line", None))
        return await _week(request, wish, status=422, template_form=(None, form))
    values = {name: getattr(form, name) for name in capacity.FIELDS}
    try:
        await capacity.add_template(form.line, by=request.user.staff, **values)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        more = {"template_form": (None, form), "refusal": refusal}
        return await _week(request, await _week_of(form.line), status=409, **more)
    return Redirect(await back(form.line), status_code=303)


@post("/console/templates/{template:uuid}", guards=[MANAGE])
async def change_template(request: Request, template: FromPath[UUID]) -> Redirect | Template:
    """Change a weekly template."""
    form = await forms.read(request, ChangedTemplate)
    weekdays = numbers(form, "weekdays")
    if not weekdays and "weekdays" not in form.errors:
        form.refuse("weekdays", "请选择要改哪几天，至少一天")
    line = await capacity.line_of_template(template)
    if form.errors:
        return await _week(request, await _week_of(line), status=422, template_form=(template, form))
    values = {name: getattr(form, name) for name in WeeklyTemplate.fields()}
    try:
        await capacity.change_template(
            template, by=request.user.staff, weekdays=weekdays, seen=form.seen, **values
        )
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        more = {"template_form": (template, form), "refusal": refusal}
        return await _week(request, await _week_of(line), status=409, **more)
    return Redirect(await back(line), status_code=303)


@post("/console/exceptions", guards=[MANAGE])
async def add_exception(request: Request) -> Redirect | Template:
    """Close or change a day, for a line or the whole hall."""
    form = await forms.read(request, DifferentDay)
    others = ids(form, "lines")
    if form.errors:
        wish = await _week_of(getattr(form, "line", None))
        return await _week(request, wish, status=422, form=form)
    try:
        hall = await capacity.hall_of_line(form.line)
        if closing := await _closing_instead(hall, form, others, request.user.staff):
            return Redirect(closing, status_code=303)
        await capacity.add_exception(
            hall.id, by=request.user.staff, day=form.day, until=form.until, reason=form.reason, starts=form.starts,
            ends=form.ends, line=None if form.whole else form.line, lines=[] if form.whole else others,
            counters=form.counters,
        )  # fmt: skip
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _week(request, await _week_of(form.line), status=409, form=form, refusal=refusal)
    return Redirect(await back(form.line, form.day), status_code=303)


async def _closing_instead(hall: Hall, form: DifferentDay, others: list[UUID], by: UUID) -> str:
    """Where the exception would push out people who have booked: the form of a closing with its values, so that
    nobody is left standing there. Empty where nobody is. Refuses: several days or lines at once.
    """
    last = max(form.until or form.day, form.day)
    days = [
        form.day + dt.timedelta(days=n) for n in range(min((last - form.day).days, capacity.MOST_DAYS) + 1)
    ]
    lines: list[UUID | None] = [None] if form.whole else list(dict.fromkeys([form.line, *others]))
    for day in days:
        for line in lines:
            stretch = Stretch(UUID(str(hall.id)), line, day, form.starts, form.ends, form.counters)
            await check(stretch, by)
            if not (people := await affected(stretch)):
                continue
            if len(days) * len(lines) > 1:
                raise Refusal(
                    f"{date(day)}有 {len(people)} 人已经约了。请先在“停办”里把这一天安排好，他们会得到新的位置"
                )
            return _closing_form(hall.code, stretch, form.reason)
    return ""


def _closing_form(hall: str, stretch: Stretch, reason: str) -> str:
    times = {"starts": stretch.starts, "ends": stretch.ends}
    values = {
        "hall": hall, "line": stretch.line or "", "day": stretch.day, "counters": stretch.counters,
        "part": "times" if any(times.values()) else "all", "reason": reason[:100],
        **{name: f"{time:%H:%M}" for name, time in times.items() if time},
    }  # fmt: skip
    return "/console/closings/new?" + urlencode(values)


@post("/console/exceptions/{exception:uuid}/withdrawal", guards=[MANAGE])
async def withdraw(request: Request, exception: FromPath[UUID]) -> Redirect:
    """Take an exception back, or all that were added together with it."""
    form = await forms.sound(request, Withdrawal)
    if closing := await capacity.closing_of(exception):
        return Redirect(f"/console/closings/{closing}", status_code=303)
    # An unknown line is refused before the deed.
    to = await back(form.line) if form.line else "/console/week?saved=1"
    day = await capacity.withdraw_exception(exception, by=request.user.staff, with_deed=form.together)
    return Redirect(f"{to}&day={day}", status_code=303)


@post("/console/changes/{change:uuid}/reversal", guards=[MANAGE])
async def undo(request: Request, change: FromPath[UUID]) -> Redirect:
    """Undo a change of capacity; back to the line and the week one came from."""
    form = await forms.sound(request, WeekOf)
    # An unknown line is refused before the deed.
    to = await back(form.line, form.day, UNDONE) if form.line else ""
    row = await capacity_undo.undo(change, by=request.user.staff)
    return Redirect(to or f"/console/week?hall={row['code']}&saved={UNDONE}", status_code=303)


async def back(line: UUID, day: dt.date | None = None, saved: str = "1") -> str:
    """The week page of a line, which says that it is saved, or UNDONE."""
    hall = await capacity.hall_of_line(line)
    return f"/console/week?hall={hall.code}&line={line}&saved={saved}" + (f"&day={day}" if day else "")


async def _week_of(line: UUID | None) -> forms.Form:
    """The week page of a line, where its form could be read that far."""
    given = {"line": [str(line)], "hall": [(await capacity.hall_of_line(line)).code]} if line else {}
    return WeekOf(given).judged()


routes = [week, add_template, change_template, add_exception, withdraw, undo]
