"""`/console/tickets/{spot}`: one number for the hall's staff, why it stands where it stands, what a guide may do."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import identity, queue
from backend.queue import hall_view
from backend.queue.hall_forms import Moved, Moves, Preferred, Returned, Voided
from backend.queue.hall_pages import GUIDE
from backend.queue.own_data import HAPPENED, STATES
from backend.queue.send import GUIDES
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

STEPS = ("move", "prefer", "void")
MOVE = guards.staff(*GUIDES)


class Seen(forms.Form):
    """`fresh`: it was issued just now. `step`: a dialog that stands open."""

    fresh = forms.Field("刚取的", required=False, longest=10)
    step = forms.Field("步骤", required=False, longest=10)


@get("/console/tickets/{spot:uuid}", guards=[GUIDE])
async def ticket(request: Request, spot: FromPath[UUID]) -> Template:
    """One number."""
    seen = forms.read_query(request, Seen)
    return await _ticket(request, spot, step=seen.step if seen.step in STEPS else "", fresh=seen.fresh)


async def _ticket(
    request: Request,
    spot: UUID,
    form: forms.Form | None = None,
    status: int = 200,
    *,
    step: str = "",
    **more: Any,
) -> Template:
    found = await hall_view.one(spot, request.user.staff)
    filled = Moves.blank(**(form.typed if form else {}))
    filled.errors = form.errors if form else {}
    here = f"/console/tickets/{spot}"
    values = {"fresh": "", "moves": bool(request.user.roles & set(GUIDES)), **more}
    return await page(
        request, "queue/console_ticket.html", status=status, path="/console/hall",
        here=here, one=found, form=filled, step=step,
        said=HAPPENED, states=STATES, lines=await queue.lines_of(found["hall"]),
        classes=list(identity.priority_classes().items()), **values,
    )  # fmt: skip


async def _answered(
    request: Request, spot: UUID, deed: Awaitable[Any], form: forms.Form | None = None, step: str = ""
) -> Redirect | Template:
    try:
        await deed
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _ticket(request, spot, form, refusal.status, step=step, refusal=refusal)
    return Redirect(f"/console/tickets/{spot}", status_code=303)


@post("/console/tickets/{spot:uuid}/moves", guards=[MOVE])
async def move(request: Request, spot: FromPath[UUID]) -> Redirect | Template:
    """转到别的业务或窗口."""
    form, by = await forms.read(request, Moved), request.user.staff
    if not form.errors and not (form.line or form.window):
        form.refuse("line", "请选转到哪类业务，或哪个窗口")
    if form.errors:
        return await _ticket(request, spot, form, 422, step="move")
    return await _answered(request, spot, _move(spot, by, form), form, "move")


async def _move(spot: UUID, by: UUID, form: Moved) -> None:
    if form.line and form.window:
        raise Refusal("业务和窗口只选一样")
    await queue.move(spot, by, form.why, to_line=form.line, to_counter=form.window)


@post("/console/tickets/{spot:uuid}/priority", guards=[MOVE])
async def prioritise(request: Request, spot: FromPath[UUID]) -> Redirect | Template:
    """优先, with the class and what was seen."""
    form, by = await forms.read(request, Preferred), request.user.staff
    if form.errors:
        return await _ticket(request, spot, form, 422, step="prefer")
    return await _answered(
        request, spot, queue.prioritise(spot, by, form.seen_why, form.priority), form, "prefer"
    )


@post("/console/tickets/{spot:uuid}/voiding", guards=[MOVE])
async def void(request: Request, spot: FromPath[UUID]) -> Redirect | Template:
    """作废."""
    form, by = await forms.read(request, Voided), request.user.staff
    if form.errors:
        return await _ticket(request, spot, form, 422, step="void")
    return await _answered(request, spot, queue.void(spot, by, form.void_why), form, "void")


@post("/console/tickets/{spot:uuid}/returns", guards=[GUIDE])
async def bring_back(request: Request, spot: FromPath[UUID]) -> Redirect | Template:
    """过号的回来了."""
    form = await forms.sound(request, Returned)
    done = await _answered(request, spot, queue.bring_back(spot, request.user.staff))
    if form.back == "counter" and isinstance(done, Redirect):
        return Redirect("/console/counter", status_code=303)
    return done


@post("/console/bookings/{booking:uuid}/check-in", guards=[GUIDE])
async def welcome(request: Request, booking: FromPath[UUID]) -> Redirect:
    """签到: a booking becomes a number."""
    taken = await queue.welcome(booking, request.user.staff, queue.Visitor(party=uuid4()))
    return Redirect(f"/console/tickets/{taken.ticket}?fresh=yes", status_code=303)


routes = [ticket, move, prioritise, void, bring_back, welcome]
