"""`/console/counters`: every counter of a hall, its state, who sits there, and what it can do."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import queue
from backend.appointments import halls_for
from backend.queue import desk_view
from backend.queue.hall_forms import WhichHall
from backend.queue.rules_edit import LOOK
from backend.web import forms, guards
from backend.web.pages import page

READ, EDIT = guards.staff(*LOOK), guards.staff("manager")
HERE = "/console/counters"


class Skills(forms.Form):
    """What a counter does beside its own line."""

    lines = forms.Field("还能办的业务", type=list, required=False, longest=36)
    items = forms.Field("还能办的事", type=list, required=False, longest=36)
    matter = forms.Field("再加一件事", type=UUID, required=False)


@get("/console/counters", guards=[READ])
async def counters(request: Request) -> Template:
    """窗口分工."""
    wish = forms.read_query(request, WhichHall)
    halls = await halls_for(request.user.staff, *LOOK)
    hall = next((one for one in halls if one["code"] == wish.hall), halls[0])
    found = await desk_view.counters(hall["code"], request.user.staff)
    return await page(
        request, "queue/counters.html", path="/console/hall", here=HERE, halls=halls, hall=hall, **found
    )


@get("/console/counters/{counter:uuid}", guards=[READ])
async def desk(request: Request, counter: FromPath[UUID]) -> Template:
    """One counter."""
    return await _desk(request, counter, Skills.blank())


async def _desk(request: Request, counter: UUID, form: forms.Form, status: int = 200) -> Template:
    found = await desk_view.desk(counter, request.user.staff)
    given: dict[str, list[Any]] = form.given or {
        name: [str(one) for one in found[name]] for name in ("lines", "items")
    }
    here = f"{HERE}/{counter}"
    known = await queue.matters(
        found["hall"], chosen=[*found["items"], *forms.ids(given.get("items", []))], most=0
    )
    return await page(
        request, "queue/desk.html", status=status, path="/console/hall", here=here, desk=found, form=form, given=given,
        known=known, matters=await queue.matters(found["hall"]), editor="manager" in request.user.roles,
    )  # fmt: skip


def _ids(form: forms.Form, name: str) -> list[UUID]:
    try:
        return [UUID(text) for text in getattr(form, name)]
    except ValueError:
        form.refuse(name, f"{form.label(name)}不对，请重新选择")
        return []


@post("/console/counters/{counter:uuid}/skills", guards=[EDIT])
async def teach(request: Request, counter: FromPath[UUID]) -> Redirect | Template:
    """Save what it can do."""
    form = await forms.read(request, Skills)
    lines, items = _ids(form, "lines"), _ids(form, "items")
    if form.errors:
        return await _desk(request, counter, form, 422)
    if form.matter and form.matter not in items:
        items.append(form.matter)
    await queue.teach_desk(counter, request.user.staff, lines, items)
    return Redirect(f"{HERE}/{counter}", status_code=303)


routes = [counters, desk, teach]
