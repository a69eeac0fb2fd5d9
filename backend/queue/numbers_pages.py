"""`/console/numbers`: the hall's queue in numbers, today as it runs or any days, to print and to take away."""

import datetime as dt
from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Stream, Template

from backend import appointments, clock, workbook
from backend.queue import numbers as counting
from backend.queue.numbers_charts import charts
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

READ = guards.staff(*counting.READERS)


class Span(forms.Form):
    """From which day to which; today where none is named."""

    first = forms.Field("第一天", type=dt.date, required=False)
    last = forms.Field("最后一天", type=dt.date, required=False)


class Days(Span):
    """And of which hall."""

    hall = forms.Field("大厅", required=False, longest=40)


async def _place(request: Request, form: Days) -> dict[str, Any]:
    halls = await appointments.halls_for(request.user.staff, *counting.READERS)
    if not halls:
        raise Denied("你的账号还没有分配大厅，请找管理员")
    hall = next((one for one in halls if one["code"] == form.typed["hall"]), halls[0])
    today = clock.local(await clock.now()).date()
    first = form.first or form.last or today
    return {
        "halls": halls,
        "hall": hall,
        "first": first,
        "last": form.last or max(first, today),
        "today": today,
    }


async def _found(request: Request, form: Days) -> dict[str, Any]:
    """The place, and what was counted there; nothing where it was refused."""
    here = await _place(request, form)
    code, by = here["hall"]["code"], request.user.staff
    found = await counting.numbers(code, here["first"], here["last"], by)
    return {
        **here, "found": found, "said": counting.said, "wrong": await counting.last_error(code, by),
        "charts": charts(found),
    }  # fmt: skip


@get("/console/numbers", guards=[READ])
async def numbers(request: Request) -> Template:
    """大厅数据."""
    form, status = forms.read_query(request, Days), 200
    more: dict[str, Any] = {"found": None, **await _place(request, form)}
    if form.errors:
        status = 422
    else:
        try:
            more = await _found(request, form)
        except (Denied, NotFound):
            raise
        except Refusal as refusal:
            status, more["refusal"] = 409, refusal
    return await page(
        request, "queue/numbers.html", status=status, form=form, most=counting.MOST_DAYS, **more
    )


@get("/console/numbers/now", guards=[READ])
async def now(request: Request) -> Template:
    """Today's numbers alone, as they fetch themselves again when something changes."""
    return await page(
        request, "queue/_numbers.html", **await _found(request, forms.read_query(request, Days))
    )


@get("/console/halls/{place:uuid}/numbers", guards=[READ])
async def book(request: Request, place: FromPath[UUID]) -> Stream:
    """The same as XLSX. It names nobody, so that taking it away is no event."""
    form = forms.read_query(request, Span)
    today = clock.local(await clock.now()).date()
    first = form.first or form.last or today
    code = await counting.code_of(place)
    file = await counting.taken_away(code, first, form.last or max(first, today), request.user.staff)
    headers = {"content-disposition": f'attachment; filename="paidui-{code}-{first}.xlsx"'}
    return Stream(workbook.chunks(file), media_type=workbook.XLSX, headers=headers)


routes = [numbers, now, book]
