"""`/console/hall`: the guide's screen. Who waits where and why, who sits where, and a number for whoever comes."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import clock, identity, queue
from backend.appointments import halls_for
from backend.queue import hall_view
from backend.queue.hall_forms import Sought, WalkIn, WhichHall, WhichMatter
from backend.queue.reception import DESK
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

GUIDE = guards.staff(*DESK)
HERE = "/console/hall"


async def _hall(request: Request, wish: forms.Form) -> dict[str, Any]:
    halls = await halls_for(request.user.staff, *DESK)
    code = getattr(wish, "hall", "")
    return {"halls": halls, "hall": next((one for one in halls if one["code"] == code), halls[0])}


async def _whole(request: Request, wish: forms.Form) -> dict[str, Any]:
    here = await _hall(request, wish)
    found = await hall_view.whole(here["hall"]["code"], request.user.staff)
    only = next((one for one in found.lines if one["id"] == getattr(wish, "line", None)), None)
    return {**here, "whole": found, "only": only, "path": HERE, "here": HERE}


@get("/console/hall", guards=[GUIDE])
async def hall(request: Request) -> Template:
    """大厅现场."""
    values = await _whole(request, forms.read_query(request, WhichHall))
    return await page(request, "queue/console_hall.html", form=Sought.blank(), **values)


@get("/console/hall/state", guards=[GUIDE])
async def state(request: Request) -> Template:
    """The hall alone, as it fetches itself again."""
    return await page(
        request, "queue/_console_hall.html", **await _whole(request, forms.read_query(request, WhichHall))
    )


@post("/console/hall/search", guards=[GUIDE], status_code=200)
async def search(request: Request) -> Template | Redirect:
    """Find a number or a booking; one number alone opens at once."""
    form, by = await forms.read(request, Sought), request.user.staff
    values = await _whole(request, form)
    if form.errors:
        return await page(request, "queue/console_hall.html", status=422, form=form, **values)
    found = await hall_view.search(values["hall"]["code"], form.q, by)
    if len(found["tickets"]) == 1 and not found["bookings"]:
        return Redirect(f"/console/tickets/{found['tickets'][0]['id']}", status_code=303)
    return await page(request, "queue/console_hall.html", form=form, found=found, **values)


@get("/console/matters", guards=[GUIDE])
async def matters(request: Request) -> Template:
    """Matters for a form, as somebody types: a fragment."""
    wish = forms.read_query(request, WhichMatter)
    here = (await _hall(request, wish))["hall"]
    found = await queue.matters(here["id"], wish.q)
    name = wish.field if wish.field in ("item", "matter") else "matter"
    return await page(
        request,
        "queue/_matters.html",
        matters=found,
        name=name,
        sought=wish.q,
        chosen="",
        hall_name=here["name"],
    )


@get("/console/hall/new", guards=[GUIDE])
async def new(request: Request) -> Template:
    """给来人取号."""
    wish = forms.read_query(request, WhichHall)
    here, party = await _hall(request, wish), None
    if wish.beside:
        beside = await hall_view.one(wish.beside, request.user.staff)
        here["hall"] = {"id": beside["hall"], "code": beside["hall_code"], "name": beside["view"].name}
        party = beside["party"]
    return await _new(request, here["hall"], WalkIn.fresh(party))


async def _new(
    request: Request, hall: dict[str, Any], form: forms.Form, status: int = 200, **more: Any
) -> Template:
    chosen = getattr(form, "matter", None)
    found = await queue.matters(hall["id"], chosen=[chosen] if isinstance(chosen, UUID) else [])
    return await page(
        request, "queue/new.html", status=status, path=HERE, here=HERE, hall=hall, form=form, matters=found,
        lines=await queue.lines_of(hall["id"]), id_types=list(identity.ID_TYPES.items()),
        classes=list(identity.priority_classes().items()), **more,
    )  # fmt: skip


@post("/console/halls/{place:uuid}/tickets", guards=[GUIDE])
async def create(request: Request, place: FromPath[UUID]) -> Redirect | Template:
    """取号."""
    form, by = await forms.read(request, WalkIn), request.user.staff
    there = await hall_of(place, by)
    await _judge(form)
    if form.errors:
        return await _new(request, there, form, 422)
    try:
        taken = await queue.receive(place, by, [queue.Matter(form.matter, form.line)], _visitor(form))
    except Denied:
        raise
    except Refusal as refusal:
        return await _new(request, there, form, refusal.status, refusal=refusal)
    return Redirect(f"/console/tickets/{taken[0].ticket}?fresh=yes", status_code=303)


async def hall_of(place: UUID, by: UUID) -> dict[str, Any]:
    """The hall, where it is one of theirs. Refuses: NotFound, Denied."""
    found = next((one for one in await halls_for(by, *DESK) if one["id"] == place), None)
    if found is None:
        raise NotFound("没有找到这个大厅")
    return found


async def _judge(form: WalkIn) -> None:
    """Also what belongs together: something to do, and a number that the kind of ID can have."""
    if not form.matter and not form.line and not {"matter", "line"} & form.errors.keys():
        form.refuse("matter", "请选要办的事；说不清的，选办哪类")
    if form.id_number and not {"id_type", "id_number"} & form.errors.keys():
        try:
            form.id_number = identity.id_number(
                form.id_type, form.id_number, clock.local(await clock.now()).date()
            )
        except ValueError as wrong:
            form.refuse("id_number", str(wrong))


def _visitor(form: WalkIn) -> queue.Visitor:
    who = queue.Visitor(party=form.party, priority=form.priority)
    if not form.id_number:
        return who
    return msgspec.structs.replace(who, indexes=tuple(identity.id_indexes(form.id_type, form.id_number)))


routes = [hall, state, search, matters, new, create]
