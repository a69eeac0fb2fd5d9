"""`/console/handoffs/{handoff}/sitting` and its steps: identity, statements, signature, outcome; and the record."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases, esign, signature
from backend.handoff import conclude, identify, sign, statements
from backend.handoff.room_pages import PATH, READ, _shown
from backend.handoff.sitting_forms import Concluded, Shown, Signed, Stated
from backend.handoff.sitting_look import late_papers, record_of
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

DESK = guards.staff("desk")
OFFICER = guards.staff("officer")
EITHER = guards.staff("desk", "officer")
HOLD = guards.staff(*cases.TAKERS)


@get("/console/handoffs/{handoff:uuid}/sitting", guards=[READ])
async def show(request: Request, handoff: FromPath[UUID]) -> Template:
    """The steps alone."""
    return await room(request, handoff, template="handoff/_sitting.html")


@post("/console/handoffs/{handoff:uuid}/identity", guards=[EITHER])
async def confirm(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """证件和本人一致."""
    return await _did(request, handoff, identify.identify(handoff, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/identity/cancellation", guards=[EITHER])
async def take_back(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """撤回，重新核对."""
    return await _did(request, handoff, identify.take_back(handoff, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/statements", guards=[EITHER])
async def state_it(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """说了, 不肯说, 点错了."""
    form = await forms.sound(request, Stated)
    return await _did(
        request, handoff, statements.state_it(handoff, form.code, form.answer, request.user.staff)
    )


@post("/console/handoffs/{handoff:uuid}/signature", guards=[DESK])
async def put_name(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """签字."""
    form = await forms.read(request, Signed)
    if form.errors:
        return await room(request, handoff, 422, form=form)
    return await _did(request, handoff, _sign(handoff, form, request.user.staff), form)


async def _sign(handoff: UUID, form: Signed, by: UUID) -> None:
    image = signature.drawn(form.signature) if form.signature and not form.on_paper else b""
    await sign.sign(handoff, form.hash, image, by)


@post("/console/handoffs/{handoff:uuid}/signatures", guards=[DESK])
async def ask(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """请申请人用手机签."""
    form = await forms.sound(request, Shown)
    return await _did(request, handoff, _ask(handoff, form.hash, request.user.staff))


async def _ask(handoff: UUID, text_hash: str, by: UUID) -> None:
    # At once, so that the code is on the page that follows; where the service is slow, a worker goes on.
    await esign.look(await sign.ask_to_sign(handoff, text_hash, by))


@post("/console/handoffs/{handoff:uuid}/signatures/cancellation", guards=[DESK])
async def cancel(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """改在屏上或纸上签."""
    return await _did(request, handoff, sign.sign_otherwise(handoff, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/conclusion", guards=[OFFICER])
async def end(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """办结这一次."""
    form = await forms.read(request, Concluded)
    if form.errors:
        return await room(request, handoff, 422, form=form)
    deed = conclude.conclude(handoff, form.outcome, request.user.staff, form.why, form.named())
    return await _did(request, handoff, deed, form)


@get("/console/handoffs/{handoff:uuid}/record", guards=[guards.staff(*cases.READERS)])
async def record(request: Request, handoff: FromPath[UUID]) -> Template:
    """屏对屏办理记录: whether it was signed, and when; nothing of it in full."""
    return await _record(request, handoff)


@post("/console/handoffs/{handoff:uuid}/record/openings", guards=[HOLD], status_code=200)
async def open_record(request: Request, handoff: FromPath[UUID]) -> Template:
    """看办理记录, with what was drawn under it."""
    try:
        signed = await sign.open_record(handoff, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _record(request, handoff, refusal.status, refusal=refusal)
    return await _record(request, handoff, opened=[_opened(row) for row in signed])


def _opened(signed: dict[str, Any]) -> dict[str, Any]:
    """As its page shows it, with what was signed under it."""
    drawn = signed["record_way"] == "drawn"
    return {
        **signed, "text": sign.text_of(signed), "certificate": sign.certificate_of(signed),
        "image": signature.opened(signed["record_sealed"]) if drawn else "",
    }  # fmt: skip


async def _record(request: Request, handoff: UUID, status: int = 200, **more: Any) -> Template:
    one, sat, seen = await record_of(handoff, request.user.staff)
    return await page(
        request, "handoff/record.html", status=status, path="/console/cases", one=one, sat=sat, case=seen,
        outcomes=conclude.OUTCOMES, late=await late_papers(one["case"], sat["signed_at"]),
        before=await sign.signed_before(handoff), **{"refusal": None, "opened": [], **more},
    )  # fmt: skip


async def _did(
    request: Request, handoff: UUID, deed: Awaitable[object], form: forms.Form | None = None
) -> Redirect | Template:
    try:
        await deed
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await room(request, handoff, refusal.status, refusal=refusal, form=form)
    return Redirect(f"{PATH}/{handoff}#sitting", status_code=303)


async def room(request: Request, handoff: UUID, status: int = 200, **more: Any) -> Template:
    """The room with the steps, also when something was refused; or a part of it (`template`)."""
    return await _shown(request, handoff, status, **more)


routes = [
    show, confirm, take_back, state_it, put_name, ask, cancel, end, record, open_record,
]  # fmt: skip
