"""`/console/cases/{case}/originals`: originals leave the place where they lie; and the applicant says they came."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases, secrecy
from backend.cases import custody_views, own_pages
from backend.cases.case_pages import ACT, shown
from backend.cases.custody_forms import HandedOn
from backend.cases.entrusted import entrusted_of
from backend.refusal import Denied, NotFound, Refusal
from backend.signature import drawn
from backend.web import forms, guards
from backend.web.pages import page


@get("/console/cases/{case:uuid}/originals", guards=[ACT])
async def new(request: Request, case: FromPath[UUID]) -> Template:
    """Which of them, and to whom."""
    return await _new(request, case, HandedOn.blank(token=secrecy.fresh_token()[:40]))


async def _new(request: Request, case: UUID, form: Any, status: int = 200, **more: Any) -> Template:
    spots = await custody_views.here(case, request.user.staff)
    ways = await custody_views.ways(spots, case, request.user.staff)
    typed = dict(zip(form.given.get("line", []), form.given.get("count", []), strict=False))
    lines = [
        (f"{spot.paper}@{spot.at}", spot, typed.get(f"{spot.paper}@{spot.at}", spot.count)) for spot in spots
    ]
    return await page(
        request, "cases/originals.html", status=status, path="/console/cases", case=case, form=form, lines=lines,
        ways=ways, entrusted=await entrusted_of(case), **more,
    )  # fmt: skip


@post("/console/cases/{case:uuid}/originals", guards=[ACT])
async def create(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """They leave."""
    form = await forms.read(request, HandedOn)
    if form.errors:
        return await _new(request, case, form, 422)
    try:
        made = await _leave(case, form, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _new(request, case, form, refusal.status, refusal=refusal)
    return Redirect(
        f"/console/parcels/{made}" if made else f"/console/cases/{case}#originals", status_code=303
    )


async def _leave(case: UUID, form: HandedOn, by: UUID) -> UUID | None:
    """Whatever was chosen; the package, where it makes one."""
    given = form.given_away
    pile = cases.Pile(
        next((at for _, at in given), ""), {paper: n for (paper, _), n in given.items()}, form.token
    )
    if form.to in ("kept", "lost"):
        await cases.put_away(case, pile, form.to, form.note, by)
        return None
    if form.to == "counter":
        signed = drawn(form.signature) if form.signature else b"" if form.on_paper else None
        return await cases.hand_back(case, pile, form.receiver, by, signed)
    if form.to.startswith("staff:"):
        [colleague] = forms.ids([form.to.removeprefix("staff:")]) or [UUID(int=0)]
        return await cases.hand_over(case, pile, colleague, by)
    return await cases.pack(case, pile, form.to, form.seal, by)


@post("/console/cases/{case:uuid}/originals/notice", guards=[ACT])
async def call_for(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """通知来拿."""
    try:
        await cases.call_for(case, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await shown(request, case, None, refusal.status, refusal=refusal)
    return Redirect(f"/console/cases/{case}#originals", status_code=303)


@post("/cases/{own_case:uuid}/parcels/{own_parcel:uuid}/receipt", guards=[guards.citizen])
async def confirm(
    request: Request, own_case: FromPath[UUID], own_parcel: FromPath[UUID]
) -> Redirect | Template:
    """收到了."""
    try:
        await cases.confirm_own(own_case, own_parcel, request.user.account)
    except NotFound:
        raise
    except Refusal as refusal:
        return await own_pages.shown(request, own_case, None, refusal.status, refusal=refusal)
    return Redirect(f"/cases/{own_case}#originals", status_code=303)


routes = [new, create, call_for, confirm]
