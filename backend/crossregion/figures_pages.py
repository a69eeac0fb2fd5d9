"""`/console/crossregion/figures`: 驻沪数据, of any days, to read and to print."""

import datetime as dt

from litestar import Request, get
from litestar.response import Template

from backend import clock
from backend.crossregion.eligible_pages import PATH
from backend.crossregion.figures import MOST_DAYS, READERS, figures
from backend.crossregion.forms import Days
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.pages import page

USUAL = dt.timedelta(days=30)


@get(f"{PATH}/figures", guards=[guards.staff(*READERS)])
async def show(request: Request) -> Template:
    """The last thirty days, where none are named."""
    form, found, status, refused = forms.read_query(request, Days), None, 200, None
    today = clock.local(await clock.now()).date()
    last = form.last or today
    first = form.first or last - USUAL
    try:
        found = None if form.errors else await figures(first, last, request.user.staff)
        status = 422 if form.errors else 200
    except Refusal as refusal:
        refused, status = refusal, refusal.status
    return await page(
        request, "crossregion/figures.html", status=status, path=PATH, form=form, first=first, last=last, found=found,
        refusal=refused, most=MOST_DAYS,
    )  # fmt: skip


routes = [show]
