"""`/console/counter`: a clerk's whole day on one page, which shows the state and nothing else: a browser that was
closed goes on where it was.
"""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import identity, queue
from backend.appointments import halls_for
from backend.queue import counter_view, view
from backend.queue.counter_forms import STEPS, Deeds, Paused, Wish
from backend.queue.desks import CALLERS, OTHER, REASONS
from backend.refusal import Denied, Refusal
from backend.web import forms, guards
from backend.web.pages import page

CALL = guards.staff(*CALLERS)
HERE = "/console/counter"


@get("/console/counter", guards=[CALL])
async def counter(request: Request) -> Template:
    """叫号: one's own counter; whoever has none picks one."""
    wish = forms.read_query(request, Wish)
    mine = await counter_view.mine(request.user.staff)
    if mine is None or wish.step == "pick":
        return await _pick(request, wish)
    return await show(request, mine, step=wish.step if wish.step in STEPS else "")


@get("/console/counter/state", guards=[CALL])
async def state(request: Request) -> Template:
    """What changes of it, as it fetches itself again."""
    mine = await counter_view.mine(request.user.staff)
    at = await counter_view.show(mine, request.user.staff) if mine else None
    halls = await halls_for(request.user.staff, *CALLERS)
    return await page(request, "queue/_counter.html", at=at, halls=halls)


async def show(
    request: Request,
    counter: UUID,
    form: forms.Form | None = None,
    status: int = 200,
    *,
    step: str = "",
    **more: Any,
) -> Template:
    """The page of a counter, with a form as it was filled in and the dialog `step` open. Refuses: NotFound, Denied."""
    at = await counter_view.show(counter, request.user.staff)
    filled = Deeds.blank(**(form.typed if form else _chosen(at)))
    filled.errors = form.errors if form else {}
    values = {
        "reasons": REASONS,
        "other": OTHER,
        "lines": await queue.lines_of(at.hall.hall),
        "matters": await _matters(at, form),
    }
    return await page(
        request, "queue/counter.html", status=status, path=HERE, here=HERE, at=at, form=filled, step=step, **values,
        **more,
    )  # fmt: skip


def _chosen(at: counter_view.AtCounter) -> dict[str, Any]:
    return {"item": at.spot.item} if at.spot and at.spot.item else {}


async def _matters(at: counter_view.AtCounter, form: forms.Form | None) -> list[dict[str, Any]]:
    """What the dialogs offer at first: what was chosen, and what is asked for most in the line."""
    if not at.spot:
        return []
    chosen = getattr(form, "item", None) or getattr(form, "matter", None) or at.spot.item
    return await queue.matters(at.hall.hall, line=at.spot.line, chosen=[chosen] if chosen else [])


async def _pick(request: Request, wish: Wish, status: int = 200, **more: Any) -> Template:
    halls = await halls_for(request.user.staff, *CALLERS)
    chosen = next((one for one in halls if one["code"] == wish.hall), halls[0])
    hall = await view.read(chosen["code"])
    number = None if "n" in wish.errors else wish.n
    seats = [seat for seat in hall.seats if number in (None, seat.number)]
    return await page(
        request, "queue/pick.html", status=status, path=HERE, here=HERE, halls=halls, hall=hall, seats=seats,
        sought=number, names=await queue.staff_at(hall.hall), **more,
    )  # fmt: skip


async def answered(
    request: Request, counter: UUID, deed: Awaitable[Any], form: forms.Form | None = None, step: str = ""
) -> Redirect | Template:
    """Do it, and lead back to the page; what the rules refuse is said on it."""
    try:
        await deed
    except Denied:
        raise
    except Refusal as refusal:
        # Somebody else's counter is refused again when the page is made.
        return await show(request, counter, form, refusal.status, step=step, refusal=refusal)
    if request.headers.get("hx-request"):
        # A redirect would only ask for the same page once more: half of what a clerk waits for.
        return await show(request, counter)
    return Redirect(HERE, status_code=303)


@post("/console/counters/{counter:uuid}/openings", guards=[CALL])
async def open_(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """打开窗口, or go on after a pause."""
    by = request.user.staff
    try:
        await queue.open_desk(counter, by)
    except Denied:
        raise
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        here = await queue.counter(counter)
        await identity.require(by, *CALLERS, hall=here["hall_code"])
        wish = Wish.blank(hall=here["hall_code"]).judged()
        return await _pick(request, wish, refusal.status, refusal=refusal)
    return Redirect(HERE, status_code=303)


@post("/console/counters/{counter:uuid}/pauses", guards=[CALL])
async def pause(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """暂停, with the reason that those who wait read."""
    form = await forms.read(request, Paused)
    if form.errors:
        return await show(request, counter, form, 422, step="pause")
    paused = queue.pause_desk(counter, request.user.staff, form.reason, form.note)
    return await answered(request, counter, paused, form, "pause")


@post("/console/counters/{counter:uuid}/closures", guards=[CALL])
async def close(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """关窗口."""
    return await answered(request, counter, queue.close_desk(counter, request.user.staff))


routes = [counter, state, open_, pause, close]
