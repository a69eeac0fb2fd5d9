"""`/console/appointments`: the hall's day."""

import datetime as dt
from typing import Any

from litestar import Request, get, post
from litestar.response import Redirect, Template

from backend import clock
from backend.appointments import capacity
from backend.appointments import day as hall_day
from backend.refusal import Denied
from backend.web import forms, guards
from backend.web.pages import page

READ = guards.staff(*capacity.READERS)


class DayOf(forms.Form):
    """Which hall, which day."""

    hall = forms.Field("大厅", required=False, longest=40)
    day = forms.Field("日期", type=dt.date, required=False)


class Search(forms.Form):
    """What to look for in a day; posted, for a name or a phone number has no place in an address."""

    hall = forms.Field("大厅", required=False, longest=40)
    day = forms.Field("日期", type=dt.date, required=False)
    q = forms.Field("查找内容", longest=40)


@get("/console", guards=[guards.staff()])
async def desk(request: Request) -> Redirect:
    """The staff side begins with the day."""
    return Redirect("/console/appointments", status_code=303)


async def place(request: Request, form: forms.Form) -> dict[str, Any]:
    """Halls one may see, the chosen one and the day. A wrong choice falls back to the first and to today."""
    halls = await capacity.halls_for(request.user.staff)
    if not halls:
        raise Denied("你的账号还没有分配大厅，请找管理员")
    chosen = next((hall for hall in halls if hall["code"] == getattr(form, "hall", "")), halls[0])
    today = clock.local(await clock.now()).date()
    day = getattr(form, "day", None) or today
    return {
        "halls": halls,
        "hall": chosen,
        "day": min(max(day, dt.date(2020, 1, 1)), today + dt.timedelta(days=400)),
    }


@get("/console/appointments", guards=[READ])
async def day(request: Request) -> Template:
    """当天预约."""
    return await _day(request, forms.read_query(request, DayOf), Search.blank())


@post("/console/appointments/search", guards=[READ], status_code=200)
async def search(request: Request) -> Template:
    """Find somebody in the day."""
    form = await forms.read(request, Search)
    return await _day(request, form, form, status=422 if form.errors else 200)


async def _day(request: Request, wish: forms.Form, form: forms.Form, status: int = 200) -> Template:
    here, by = await place(request, wish), request.user.staff
    code, sought = here["hall"]["code"], vars(form).get("q", "")
    found = await hall_day.bookings(code, here["day"], by, str(sought))
    lines = await hall_day.lines(code, here["day"], by)
    return await page(
        request, "appointments/day.html", status=status, bookings=found, lines=lines, form=form,
        search=sought, **here,
    )  # fmt: skip


routes = [desk, day, search]
