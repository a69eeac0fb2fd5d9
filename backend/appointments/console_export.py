"""`/console/exports`: bookings taken away as a file, and who took them."""

import datetime as dt
from typing import Any

from litestar import Request, get, post
from litestar.response import Redirect, Stream, Template

from backend import clock, workbook
from backend.appointments import capacity
from backend.appointments import export as taking
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

TAKE = guards.staff(*taking.TAKERS)


class Days(forms.Form):
    """Which hall, from which day to which."""

    hall = forms.Field("大厅", longest=40)
    first = forms.Field("第一天", type=dt.date)
    last = forms.Field("最后一天", type=dt.date)


class Chosen(forms.Form):
    """The hall whose page it is."""

    hall = forms.Field("大厅", required=False, longest=40)


@get("/console/exports", guards=[TAKE])
async def exports(request: Request) -> Template:
    """导出预约."""
    asked = forms.read_query(request, Chosen)
    today = clock.local(await clock.now()).date()
    monday = today - dt.timedelta(days=today.weekday())
    return await _exports(
        request, Days.blank(hall=asked.hall, first=monday, last=monday + dt.timedelta(days=6))
    )


async def _exports(request: Request, form: forms.Form, status: int = 200, **more: Any) -> Template:
    by = request.user.staff
    halls = await capacity.halls_for(by, *taking.TAKERS)
    if not halls:
        raise Denied("你的账号还没有分配大厅，请找管理员")
    hall = next((one for one in halls if one["code"] == form.typed["hall"]), halls[0])
    return await page(
        request, "appointments/exports.html", status=status, form=form, halls=halls, hall=hall,
        latest=await taking.latest(hall["code"], by), most=taking.MOST_DAYS, **more,
    )  # fmt: skip


# Posted, because it writes down who took what: looking at an address changes nothing.
@post("/console/exports", guards=[TAKE], status_code=200)
async def export(request: Request) -> Stream | Template | Redirect:
    """The file, piece by piece."""
    form = await forms.read(request, Days)
    if form.errors:
        return await _exports(request, form, status=422)
    try:
        file = await taking.export(form.hall, form.first, form.last, by=request.user.staff)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _exports(request, form, status=409, refusal=refusal)
    name = f"yuyue-{form.hall}-{form.first}-{form.last}.xlsx"
    return Stream(
        workbook.chunks(file),
        media_type=workbook.XLSX,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


routes = [exports, export]
