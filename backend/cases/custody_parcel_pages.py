"""`/console/parcels`: packages of originals on their way, and what each side does with one."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases
from backend.cases import custody_views, views
from backend.cases.case_pages import ACT
from backend.cases.console import READ
from backend.cases.custody_forms import Counted, Dispatched, Listed, Said, SignedFor
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms
from backend.web.pages import page

PATH = "/console/parcels"


class Everything(Counted, Dispatched, Said, SignedFor):
    """All that can be filled in on the page of a package."""


@get(PATH, guards=[READ])
async def index(request: Request) -> Template:
    """原件交接."""
    wish = forms.read_query(request, Listed)
    group = wish.group if wish.group in custody_views.GROUPS else "open"
    by = request.user.staff
    found, places = await custody_views.work(by, group, wish.page or 1), await views.places(by)
    return await page(
        request,
        "cases/parcels.html",
        path="/console/cases",
        form=wish,
        parcels=found.rows,
        found=found,
        group=group,
        places=places,
    )


@get("/console/parcels/{parcel:uuid}", guards=[READ])
async def show(request: Request, parcel: FromPath[UUID]) -> Template:
    """One package: what is in it, where it is, what is next."""
    return await _shown(request, parcel)


@get("/console/parcels/{parcel:uuid}/slip", guards=[READ])
async def slip(request: Request, parcel: FromPath[UUID]) -> Template:
    """原件交接单."""
    one = await custody_views.show_parcel(parcel, request.user.staff)
    return await page(request, "cases/slip.html", path="/console/cases", one=one)


async def _shown(
    request: Request, parcel: UUID, form: Any = None, status: int = 200, *, step: str = "", **more: Any
) -> Template:
    one = await custody_views.show_parcel(parcel, request.user.staff)
    whole = Everything.blank(**(form.typed if form else {}))
    whole.given, whole.errors = (form.given, form.errors) if form else ({}, {})
    return await page(
        request, "cases/parcel.html", status=status, path="/console/cases", one=one, form=whole, step=step, **more
    )  # fmt: skip


async def _done(
    request: Request, parcel: UUID, deed: Awaitable[Any], form: Any = None, step: str = ""
) -> Redirect | Template:
    """Do it, and lead back to the package; what the rules refuse is said on it, what was typed stays."""
    try:
        await deed
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _shown(request, parcel, form, refusal.status, step=step, refusal=refusal)
    return Redirect(f"{PATH}/{parcel}", status_code=303)


@post("/console/parcels/{parcel:uuid}/dispatch", guards=[ACT])
async def send(request: Request, parcel: FromPath[UUID]) -> Redirect | Template:
    """交给快递."""
    form = await forms.read(request, Dispatched)
    if form.errors:
        return await _shown(request, parcel, form, 422)
    return await _done(request, parcel, cases.send_parcel(parcel, form.tracking, request.user.staff), form)


@post("/console/parcels/{parcel:uuid}/opening", guards=[ACT])
async def unpack(request: Request, parcel: FromPath[UUID]) -> Redirect | Template:
    """不寄了，拆开."""
    return await _done(request, parcel, cases.unpack(parcel, request.user.staff))


@post("/console/parcels/{parcel:uuid}/receipt", guards=[ACT])
async def receive(request: Request, parcel: FromPath[UUID]) -> Redirect | Template:
    """收到，点清."""
    form = await forms.read(request, Counted)
    if form.errors:
        return await _shown(request, parcel, form, 422)
    seen = cases.Seen(form.intact, form.lines, form.note)
    return await _done(request, parcel, cases.receive_parcel(parcel, seen, request.user.staff), form)


VERBS = {
    "refusal": cases.refuse_parcel, "loss": cases.lose_originals, "finding": cases.find_originals,
    "settlement": cases.settle_parcel,
}  # fmt: skip


async def _say(request: Request, parcel: UUID, noun: str) -> Redirect | Template:
    form = await forms.read(request, Said)
    if form.errors:
        return await _shown(request, parcel, form, 422, step=noun)
    deed = VERBS[noun](parcel, form.why, request.user.staff)
    return await _done(request, parcel, deed, form, noun)


@post("/console/parcels/{parcel:uuid}/refusal", guards=[ACT])
async def refuse(request: Request, parcel: FromPath[UUID]) -> Redirect | Template:
    """拒收."""
    return await _say(request, parcel, "refusal")


@post("/console/parcels/{parcel:uuid}/loss", guards=[ACT])
async def lose(request: Request, parcel: FromPath[UUID]) -> Redirect | Template:
    """丢了."""
    return await _say(request, parcel, "loss")


@post("/console/parcels/{parcel:uuid}/finding", guards=[ACT])
async def find(request: Request, parcel: FromPath[UUID]) -> Redirect | Template:
    """找到了."""
    return await _say(request, parcel, "finding")


@post("/console/parcels/{parcel:uuid}/settlement", guards=[ACT])
async def settle(request: Request, parcel: FromPath[UUID]) -> Redirect | Template:
    """处理了."""
    return await _say(request, parcel, "settlement")


@post("/console/parcels/{parcel:uuid}/delivery", guards=[ACT])
async def deliver(request: Request, parcel: FromPath[UUID]) -> Redirect | Template:
    """申请人签收了."""
    form = await forms.read(request, SignedFor)
    if form.errors:
        return await _shown(request, parcel, form, 422)
    return await _done(request, parcel, cases.deliver_parcel(parcel, form.receiver, request.user.staff), form)


routes = [index, show, slip, send, unpack, receive, refuse, lose, find, settle, deliver]
