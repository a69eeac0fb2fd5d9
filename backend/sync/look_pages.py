"""`/console/sync-records`: a sealed record, opened to be looked at, and what becomes of one that was not taken in."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend.refusal import Denied, NotFound, Refusal
from backend.sync import devices
from backend.sync import look as looking
from backend.sync import review as reviewing
from backend.sync.device_pages import STATES
from backend.web import forms, guards, uploads
from backend.web.pages import page

LOOK = guards.staff("supervisor", "manager")
PATH = "/console/sync-records"


def _decision(text: str) -> str:
    if text not in reviewing.DECISIONS:
        raise ValueError("请选择怎么处理")
    return text


class Reviewed(forms.Form):
    """What becomes of a quarantined record."""

    decision = forms.Field("怎么处理", check=_decision, longest=10, chosen=True)
    why = forms.Field("处理说明", longest=200)


@get("/console/sync-records/{sync_row:uuid}", guards=[LOOK])
async def show(request: Request, sync_row: FromPath[UUID]) -> Template:
    """One record from outside: whose, when, why it was not taken in, and who looked at it."""
    return await _shown(request, sync_row)


async def _shown(
    request: Request, row: UUID, form: Any = None, status: int = 200, *, again: str = "", **more: Any
) -> Template:
    one = await looking.outside(row, request.user.staff)
    return await page(
        request, "sync/record.html", status=status, path=f"/console/sync-devices/{one['phone']}", one=one,
        form=form or Reviewed.blank(), again=again, states=STATES, decisions=list(reviewing.DECISIONS.items()),
        skew=devices.SKEW, **{"told": None, "unopened": None, "refusal": None, **more},
    )  # fmt: skip


@post("/console/sync-records/{sync_row:uuid}/openings", guards=[LOOK], status_code=200)
async def look(request: Request, sync_row: FromPath[UUID]) -> Template:
    """打开看内容: posted, for who looked is written down."""
    try:
        told = await looking.inside(sync_row, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _shown(request, sync_row, unopened=refusal)
    return await _shown(request, sync_row, told=told)


@post("/console/sync-records/{sync_row:uuid}/photos/{shot:uuid}/openings", guards=[LOOK], status_code=200)
async def look_at_photo(request: Request, sync_row: FromPath[UUID], shot: FromPath[UUID]) -> Response[bytes]:
    """看一张材料照片, which is written down too."""
    content, type_ = await looking.photo(sync_row, shot, request.user.staff)
    return uploads.passed(shot, content, type_)


@post("/console/sync-records/{sync_row:uuid}/review", guards=[LOOK])
async def review(request: Request, sync_row: FromPath[UUID]) -> Redirect | Template:
    """核对一条被隔离的记录; one that is refused again says why."""
    await reviewing.device_of(sync_row, request.user.staff)
    form = await forms.read(request, Reviewed)
    if form.errors:
        return await _shown(request, sync_row, form, 422)
    try:
        still = await reviewing.review(sync_row, form.decision, form.why, request.user.staff)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _shown(request, sync_row, form, 409, refusal=refusal)
    if still:
        return await _shown(request, sync_row, form, 409, again=still)
    return Redirect(f"{PATH}/{sync_row}", status_code=303)


routes = [show, look, look_at_photo, review]
