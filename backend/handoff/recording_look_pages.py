"""`/console/recordings`: for supervisors and auditors; who looks says why, and stays written down."""

from collections.abc import Awaitable, Iterator
from typing import IO, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from backend.handoff import recording_copy, recording_keep, recording_list, recording_look
from backend.handoff.recording_forms import Looked
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

PATH = "/console/recordings"
LOOK, HOLD = guards.staff(*recording_look.LOOKERS), guards.staff("supervisor")
PIECE = 256 * 1024


@get(PATH, guards=[LOOK])
async def index(request: Request) -> Template:
    """录像: what there is, and when it goes."""
    found = await recording_list.all_of(request.user.staff)
    return await page(request, "handoff/recordings.html", path=PATH, recordings=found)


@get("/console/recordings/{handoff:uuid}", guards=[LOOK])
async def show(request: Request, handoff: FromPath[UUID]) -> Template:
    """One, not yet opened: who agreed, when it was paused, who looked at it."""
    return await _shown(request, handoff)


async def _shown(
    request: Request, handoff: UUID, form: Any = None, status: int = 200, **more: Any
) -> Template:
    one = await recording_list.shown(handoff, request.user.staff)
    values = {"chain": None, "refusal": None, **more}
    return await page(
        request,
        "handoff/replay.html",
        status=status,
        path=PATH,
        one=one,
        form=form or Looked.blank(),
        **values,
    )


@post("/console/recordings/{handoff:uuid}/openings", guards=[LOOK], status_code=200)
async def look(request: Request, handoff: FromPath[UUID]) -> Template:
    """打开看, with a reason; its chain is reckoned anew."""
    form = await forms.read(request, Looked)
    if form.errors:
        return await _shown(request, handoff, form, 422)
    try:
        its = await recording_look.look(handoff, form.why, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _shown(request, handoff, form, 409, refusal=refusal)
    first = await recording_look.broken(its)
    return await _shown(request, handoff, chain="whole" if first is None else first)


@get("/console/recordings/{handoff:uuid}/films/{film:int}", guards=[LOOK])
async def play(request: Request, handoff: FromPath[UUID], film: FromPath[int]) -> Stream:
    """One part, for whom it is open."""
    pieces = await recording_look.film(handoff, film, request.user.staff)
    headers = {"cache-control": "private, no-store", "content-disposition": "inline"}
    return Stream(pieces, media_type="video/webm", headers=headers)


@post("/console/recordings/{handoff:uuid}/copies", guards=[LOOK], status_code=200)
async def copy(request: Request, handoff: FromPath[UUID]) -> Response | Template:
    """带走一份: a zip with the proof of its chain."""
    form = await forms.read(request, Looked)
    if form.errors:
        return await _shown(request, handoff, form, 422)
    try:
        file = await recording_copy.copy(handoff, form.why, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _shown(request, handoff, form, 409, refusal=refusal)
    headers = {"content-disposition": f'attachment; filename="recording-{handoff}.zip"'}
    return Stream(_read(file), media_type="application/zip", headers=headers)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


@post("/console/recordings/{handoff:uuid}/hold", guards=[HOLD])
async def hold(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """留存, with the reason."""
    form = await forms.read(request, Looked)
    if form.errors:
        return await _shown(request, handoff, form, 422)
    return await _did(request, handoff, recording_keep.hold(handoff, form.why, request.user.staff), form)


@post("/console/recordings/{handoff:uuid}/release", guards=[HOLD])
async def release(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """不用再留."""
    return await _did(request, handoff, recording_keep.release(handoff, request.user.staff))


async def _did(
    request: Request, handoff: UUID, deed: Awaitable[None], form: Any = None
) -> Redirect | Template:
    try:
        await deed
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _shown(request, handoff, form, 409, refusal=refusal)
    return Redirect(f"{PATH}/{handoff}", status_code=303)


routes = [index, show, look, play, copy, hold, release]
