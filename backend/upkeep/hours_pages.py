"""`/console/hours`: when a hall is open, kept by its manager."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend.refusal import Denied, NotFound, Refusal
from backend.upkeep import hours, hours_views, spans
from backend.upkeep.item_pages import KEEP, READ
from backend.upkeep.spans import Span
from backend.web import forms
from backend.web.pages import page

DAYS = {f"d{day}": f"周{name}" for day, name in enumerate(spans.NAMES, start=1)}


class HoursOf(forms.Form):
    """Which hall, and whether one has just saved."""

    hall = forms.Field("大厅", required=False, longest=40)
    saved = forms.Field("保存", required=False, longest=3)


def _day(label: str) -> Any:
    def judged(text: str) -> list[Span]:
        try:
            return spans.read(text)
        except ValueError as wrong:
            raise ValueError(f"{label}：{wrong}") from None

    check: Callable[[str], list[Span]] = judged
    return forms.Field(label, required=False, longest=200, check=check)


class Hours(forms.Form):
    """A week, a line each day; an empty one is closed."""

    seen = forms.Field("打开时的改动次数", type=int, least=0, most=32_000)
    d1, d2, d3, d4, d5, d6, d7 = map(_day, DAYS.values())


@get("/console/hours", guards=[READ])
async def show(request: Request) -> Template:
    """开放时间."""
    wish = forms.read_query(request, HoursOf)
    halls = await hours_views.halls_for(request.user.staff)
    hall = next((one for one in halls if one["code"] == wish.hall), halls[0])
    return await _hours(request, halls, hall, saved=wish.saved)


async def _hours(
    request: Request, halls: list[dict[str, Any]], hall: dict[str, Any], form: Any = None, status: int = 200,
    **more: Any,
) -> Template:  # fmt: skip
    seen = await hours_views.shown(hall, request.user.staff)
    days = {f"d{day}": spans.typed(found) for day, found in seen["week"].items()}
    form = form or Hours.blank(seen=seen["seen"], **days)
    values = {"saved": "", "path": "/console/hours", **more}
    return await page(
        request,
        "upkeep/hours.html",
        status=status,
        halls=halls,
        hall=hall,
        form=form,
        days=DAYS,
        **seen,
        **values,
    )


@post("/console/halls/{place:uuid}/hours", guards=[KEEP])
async def change(request: Request, place: FromPath[UUID]) -> Redirect | Template:
    """Save a hall's week."""
    form = await forms.read(request, Hours)
    halls, hall = await _own(request, place)
    if form.errors:
        return await _hours(request, halls, hall, form, 422)
    week = {day: getattr(form, f"d{day}") or [] for day in range(1, 8)}
    try:
        done = await hours.change_hours(place, form.seen, by=request.user.staff, week=week)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        if isinstance(refusal, hours.HoursStale):
            form.typed["seen"] = str(len(await hours.history(place)))  # the next try has seen the change
        return await _hours(request, halls, hall, form, 409, refusal=refusal)
    return Redirect(f"/console/hours?hall={hall['code']}&saved={'yes' if done else 'no'}", status_code=303)


async def _own(request: Request, place: UUID) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    halls = await hours_views.halls_for(request.user.staff)
    hall = next((one for one in halls if one["id"] == place), None)
    if hall is None:
        raise NotFound("没有找到这个大厅")
    return halls, hall


@post("/console/hours-changes/{hours_change:uuid}/reversal", guards=[KEEP])
async def undo(request: Request, hours_change: FromPath[UUID]) -> Redirect | Template:
    """Take a change of hours back."""
    try:
        code = await hours.undo_hours_change(hours_change, by=request.user.staff)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        halls, hall = await _own(request, await hours.hall_of_change(hours_change))
        return await _hours(request, halls, hall, status=409, refusal=refusal)
    return Redirect(f"/console/hours?hall={code}&saved=yes", status_code=303)


routes = [show, change, undo]
