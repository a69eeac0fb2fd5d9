"""The voucher (预约单): number, QR, place and time; materials to confirm, calendar entry, paper."""

import datetime as dt
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import appointments, catalog, clock, identity
from backend.appointments import reminders
from backend.appointments.calendar import entry
from backend.appointments.qr import qr
from backend.refusal import NotFound, Refusal
from backend.web import forms, guards, keeping
from backend.web.pages import page


class Reason(forms.Form):
    """Why somebody cancels; nobody has to say."""

    why = forms.Field("原因", required=False, longest=100)


SAID = {
    "booked": "约好了",
    "moved": "改了时间",
    "cancelled": "取消了预约",
    "confirmed": "材料都备齐了",
    "shared": "发了一个查看链接",
    "arrived": "到场了",
    "missed": "那天没等到你",
    "unmarked": "更正了到场记录",
    "disputed": "告诉大厅那天来了",
    "upheld": "大厅核对过，没有改",
    "unshared": "撤回了一个查看链接",
    "closed": "原时间办不了，留了新位置",
    "displaced": "原时间办不了，要换个时间",
    "resumed": "照常办理",
    "ended": "大厅取消了预约",
}


def steps(history: list[dict[str, Any]]) -> list[tuple[dt.datetime, str, dt.datetime | None, str]]:
    """The history as the timeline shows it: when, what, the time it was about, and why."""
    return [
        (
            event["at"],
            SAID[event["kind"]] + ("（大厅代办）" if event["by_staff"] else ""),
            event["to_time"],
            event["why"],
        )
        for event in history
    ]


def map_link(row: dict[str, Any]) -> str:
    """A link that opens the hall in a map app; empty where nobody measured its place yet."""
    if row["latitude"] is None:
        return ""
    return f"https://uri.amap.com/marker?position={row['longitude']},{row['latitude']}&name={quote(row['hall_name'])}"


@get("/appointments/{appointment:uuid}", guards=[guards.citizen])
async def show(request: Request, appointment: FromPath[UUID]) -> Template:
    """预约单."""
    voucher = await _voucher(request, appointment)
    shown = await page(request, "appointments/show.html", **voucher)
    address = [f"/appointments/{appointment}"]
    return keeping.keep(shown, address) if voucher["ahead"] else keeping.keep(shown, [], gone=address)


@get("/appointments/{appointment:uuid}/offline", guards=[guards.citizen])
async def offline(request: Request, appointment: FromPath[UUID]) -> Template:
    """The voucher as its owner's phone keeps it, until the day is over. Refuses one that is over: NotFound."""
    voucher = await _voucher(request, appointment)
    if not voucher["ahead"]:
        raise NotFound()
    midnight = clock.at(voucher["appointment"]["day"] + dt.timedelta(days=1), dt.time())
    kept = await page(request, "appointments/offline.html", **voucher)
    return keeping.for_so_long(kept, midnight - await clock.now())


@get("/appointments/{appointment:uuid}/paper", guards=[guards.citizen])
async def paper(request: Request, appointment: FromPath[UUID]) -> Template | Redirect:
    """The voucher as one prints it; one that is cancelled or over is no voucher."""
    voucher = await _voucher(request, appointment)
    if not voucher["ahead"]:
        return Redirect(f"/appointments/{appointment}", status_code=303)
    return await page(request, "appointments/paper.html", **voucher)


async def _voucher(request: Request, appointment: UUID, form: forms.Form | None = None) -> dict[str, Any]:
    by, now = request.user.account, await clock.now()
    found = await appointments.show(appointment, by=by)
    others = await appointments.same_day(found["person"], found["day"], by=by, besides=appointment)
    return {
        "path": f"/appointments/{appointment}",  # also after a refused deed, whose own address has no page
        "appointment": found,
        "ahead": found["state"] == "booked" and found["ends_at"] > now and not found["closed"],
        "form": form or Reason.blank(),
        "steps": steps(await appointments.history(appointment, by=by)),
        "materials": await catalog.materials(found["item"]),
        "reminded": reminders.told(found["starts_at"], now),
        "overlaps": [one for one in others if _meet(one, found)],
        "gone": await appointments.ended(appointment, by=by) if found["state"] == "cancelled" else "",
        "pause": await _pause(found, by),
        "no_show": await appointments.no_show(appointment, by=by) if found["state"] == "missed" else None,
        "qr": qr(appointment),
        "map_link": map_link(found),
    }


def _meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["starts_at"] < other["ends_at"] and other["starts_at"] < one["ends_at"])


async def _pause(found: dict[str, Any], by: UUID) -> dict[str, Any] | None:
    """What keeps the person from booking again online."""
    people = {one.id: one for one in await identity.people_of(by)} if found["state"] == "missed" else {}
    person = people.get(found["person"])
    return await appointments.pausing(person.id_index, by) if person else None


@get("/appointments/{appointment:uuid}/materials", guards=[guards.citizen])
async def materials(request: Request, appointment: FromPath[UUID]) -> Template | Redirect:
    """约好了: what to bring, ticked off."""
    voucher = await _voucher(request, appointment)
    if not voucher["ahead"]:
        return Redirect(f"/appointments/{appointment}", status_code=303)
    return keeping.keep(
        await page(request, "appointments/materials.html", **voucher), [f"/appointments/{appointment}"]
    )


@post("/appointments/{appointment:uuid}/confirmation", guards=[guards.citizen])
async def confirm(request: Request, appointment: FromPath[UUID]) -> Redirect:
    """Say that everything is ready."""
    await appointments.confirm(appointment, by=request.user.account)
    return Redirect(f"/appointments/{appointment}", status_code=303)


@get("/appointments/{appointment:uuid}/calendar.ics", guards=[guards.citizen])
async def calendar(request: Request, appointment: FromPath[UUID]) -> Response[bytes]:
    """An iCalendar entry (RFC 5545) with an alarm two hours before."""
    found = await appointments.show(appointment, by=request.user.account)
    changes = len(await appointments.history(appointment, by=request.user.account))
    return Response(
        entry(found, changes, await clock.now()).to_ical(),
        media_type="text/calendar",
        headers={"content-disposition": f'attachment; filename="{found["number"]}.ics"'},
    )


@post("/appointments/{appointment:uuid}/cancellation", guards=[guards.citizen])
async def cancel(request: Request, appointment: FromPath[UUID]) -> Redirect | Template:
    """Cancel; the voucher then says so and offers a new time."""
    form = await forms.read(request, Reason)
    if form.errors:
        voucher = await _voucher(request, appointment, form)
        return await page(request, "appointments/show.html", status=422, **voucher)
    try:
        await appointments.cancel(appointment, by=request.user.account, why=form.why)
    except NotFound:
        raise
    except Refusal as refusal:
        voucher = await _voucher(request, appointment, form)
        return await page(request, "appointments/show.html", status=409, **{**voucher, "refusal": refusal})
    return Redirect(f"/appointments/{appointment}", status_code=303)


@post("/appointments/{appointment:uuid}/acceptance", guards=[guards.citizen])
async def accept(request: Request, appointment: FromPath[UUID]) -> Redirect | Template:
    """Yes to the place that a closing keeps; the voucher then shows the new time."""
    try:
        await appointments.accept(appointment, by=request.user.account)
    except NotFound:
        raise
    except Refusal as refusal:
        voucher = await _voucher(request, appointment)
        return await page(request, "appointments/show.html", status=409, **{**voucher, "refusal": refusal})
    return Redirect(f"/appointments/{appointment}", status_code=303)


routes = [show, offline, paper, materials, confirm, calendar, cancel, accept]
