"""`/console/appointments`: the hall's day."""

import datetime as dt
from typing import Any

from litestar import Request, get, post
from litestar.response import Redirect, Template

from backend import clock
from backend.appointments import capacity
from backend.appointments import day as hall_day
from backend.appointments.arrivals import MARKERS
from backend.appointments.qr import read_qr
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
    wish, form = forms.read_query(request, DayOf), Search.blank()
    form.errors |= wish.errors
    values = await _day(request, wish)
    return await page(
        request, "appointments/day.html", status=422 if form.errors else 200, form=form, **values
    )


@post("/console/appointments/search", guards=[READ], status_code=200)
async def search(request: Request) -> Template | Redirect:
    """Find somebody in the day; a number that only one booking has leads straight to it."""
    form = await forms.read(request, Search)
    values = await _day(request, form, str(form.q))
    if not form.errors and exact(str(form.q)) and len(values["bookings"]) == 1:
        return Redirect(f"/console/appointments/{values['bookings'][0]['id']}", status_code=303)
    return await page(
        request, "appointments/day.html", status=422 if form.errors else 200, form=form, **values
    )


def exact(sought: str) -> bool:
    """A number, an ID, a phone or what a voucher's QR says: it means one person, not whoever is called so."""
    return read_qr(sought) is not None or (
        sought.isascii() and sum(letter.isdigit() for letter in sought) >= 6
    )


@get("/console/appointments/list", guards=[READ])
async def listed(request: Request) -> Template:
    """The day's list alone, as it fetches itself again when something changes."""
    values = await _day(request, forms.read_query(request, DayOf))
    return await page(request, "appointments/_day.html", **values)


async def _day(request: Request, wish: forms.Form, sought: str = "") -> dict[str, Any]:
    here, by = await place(request, wish), request.user.staff
    code = here["hall"]["code"]
    marks = bool(request.user.roles & set(MARKERS)) and here["day"] == clock.local(await clock.now()).date()
    return {
        **here,
        "bookings": await hall_day.bookings(code, here["day"], by, sought),
        "lines": await hall_day.lines(code, here["day"], by),
        "search": sought,
        "path": "/console/appointments",
        "marks": marks,
    }


routes = [day, search, listed]
