"""`/console/handoffs/{handoff}/recording`: both sides agree to it, pause it, stop it; the desk's page sends it."""

import math
import re
from collections.abc import Awaitable
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend.handoff import recording, recording_chunks, recording_pause, recording_shots, recording_views
from backend.handoff.recording_forms import Paused, Resumed, Said, Shoots
from backend.handoff.room_pages import DESK, PATH, READ
from backend.handoff.views import Past
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

SIDES = guards.staff("desk", "officer")
HASH, ID = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@get("/console/handoffs/{handoff:uuid}/recording", guards=[READ])
async def show(request: Request, handoff: FromPath[UUID]) -> Template:
    """How it stands, alone."""
    try:
        found = await recording_views.of(handoff, request.user.staff)
    except Past as past:
        return await page(request, "handoff/_past.html", part="recording", sentence=past.sentence)
    return await page(request, "handoff/_recording.html", recording=found)


@post("/console/handoffs/{handoff:uuid}/recording", guards=[DESK])
async def ask(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """问要不要录."""
    return await _did(request, handoff, recording.ask(handoff, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/recording/answer", guards=[SIDES])
async def answer(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """同意, 不同意."""
    form = await forms.sound(request, Said)
    return await _did(request, handoff, recording.answer(handoff, form.says, form.way, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/recording/withdrawal", guards=[SIDES])
async def withdraw(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """不录了."""
    return await _did(request, handoff, recording.withdraw(handoff, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/recording/pause", guards=[SIDES])
async def pause(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """暂停录像."""
    form = await forms.sound(request, Paused)
    deed = recording_pause.pause(handoff, form.why, request.user.staff, itself=form.itself)
    return await _did(request, handoff, deed)


@post("/console/handoffs/{handoff:uuid}/recording/resumption", guards=[SIDES])
async def go_on(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """接着录."""
    form = await forms.sound(request, Resumed)
    return await _did(
        request, handoff, recording_pause.go_on(handoff, request.user.staff, itself=form.itself)
    )


@post("/sheets/{sheet:str}/shooting", guards=[guards.public], status_code=204)
async def shoot(request: Request, sheet: FromPath[str]) -> None:
    """A page opened by a code of the desk shoots."""
    form = await forms.sound(request, Shoots)
    await recording_shots.by_phone(sheet, form.page, form.over)


@post("/console/crossregion/cases/{case:uuid}/shooting", guards=[DESK], status_code=204)
async def shoot_here(request: Request, case: FromPath[UUID]) -> None:
    """A page of the desk shoots, on whichever of its computers."""
    form = await forms.sound(request, Shoots)
    await recording_shots.at_desk(case, form.page, form.over, request.user.staff)


@post(
    "/console/handoffs/{handoff:uuid}/recording/chunks", guards=[DESK], status_code=204,
    request_max_body_size=recording_chunks.MOST,
)  # fmt: skip
async def take(request: Request, handoff: FromPath[UUID]) -> Response[None]:
    """Some seconds of WebM. 409 with what comes next where it does not go on there, or nothing was recorded then."""
    piece = await _piece(request)
    try:
        next_, head = await recording_chunks.take(handoff, piece, request.user.staff)
    except recording_chunks.Elsewhere as other:
        headers = {
            "recording-next": str(other.next),
            "recording-head": other.head,
            "recording-why": other.why,
        }
        return Response(None, status_code=409, headers=headers)
    return Response(None, status_code=204, headers={"recording-next": str(next_), "recording-head": head})


async def _piece(request: Request) -> recording_chunks.Piece:
    seq, prev, source, age = (
        request.headers.get(f"recording-{name}", "") for name in ("seq", "prev", "source", "age")
    )
    data = await request.body()
    numbers = [text for text in (seq, age) if text.isascii() and text.isdigit() and len(text) <= 6]
    if len(numbers) < 2 or not HASH.fullmatch(prev) or not ID.fullmatch(source) or not data:
        raise HTTPException("这一段录像没有说明从哪里接", status_code=400)
    late = min(math.ceil(int(age) / 1000), recording_chunks.LATE)
    return recording_chunks.Piece(int(seq), prev, UUID(source), late, data)


async def _did(request: Request, handoff: UUID, deed: Awaitable[None]) -> Redirect | Template:
    try:
        await deed
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        found = await recording_views.of(handoff, request.user.staff)
        path = PATH if found["mine"] == "officer" else "/console/crossregion"
        return await page(
            request,
            "handoff/recording.html",
            status=refusal.status,
            path=path,
            recording=found,
            refusal=refusal,
        )
    return Redirect(f"{PATH}/{handoff}", status_code=303)


routes = [show, ask, answer, withdraw, pause, go_on, shoot, shoot_here, take]
