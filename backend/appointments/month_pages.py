"""`/appointments/month`: a month at a glance. Anybody may look."""

import datetime as dt
from uuid import UUID

from litestar import Request, get
from litestar.response import Redirect, Template

from backend import appointments, catalog, secrecy
from backend.appointments.routes import able_people
from backend.web import forms, guards
from backend.web.pages import page


def _first(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ValueError("月份不对，请重新选择") from None


class MonthWish(forms.Form):
    """Which month, for what and where. `day`: one that is not open yet, of which the page tells more; `person` and
    `moving` (a booking that looks for another time) are only kept for the page of times.
    """

    item = forms.Field("事项", type=UUID, required=False)
    hall = forms.Field("大厅", required=False, longest=40)
    month = forms.Field("月份", check=_first, required=False)
    day = forms.Field("日期", type=dt.date, required=False)
    person = forms.Field("办事人", type=UUID, required=False)
    moving = forms.Field("预约", type=UUID, required=False)


@get("/appointments/month", guards=[guards.public])
async def month(request: Request) -> Template | Redirect:
    """看整个月."""
    wish = forms.read_query(request, MonthWish)
    if wish.item is None:
        return Redirect("/items", status_code=303)
    found = await appointments.month(wish.item, wish.hall, wish.month or wish.day or None)
    return await page(
        request,
        "appointments/month.html",
        item=await catalog.item(wish.item),
        month=found,
        asked=next((date for date in found.dates if date.date == wish.day and date.opens), None),
        wish=wish,
        acting=await _acting(request, wish),
    )


async def _acting(request: Request, wish: MonthWish) -> str:
    """For whom somebody looks, masked; empty for oneself or nobody."""
    account = request.user.account
    if account and wish.moving:
        held = await appointments.show(wish.moving, by=account)
        return secrecy.mask_name(held["person_name"]) if held["relation"] != "self" else ""
    able, _ = await able_people(account)
    person = next((one for one in able if one.id == wish.person), able[0] if able else None)
    return secrecy.mask_name(person.name) if person and person.relation != "self" else ""


routes = [month]
