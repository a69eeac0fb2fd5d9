"""`/console/visits/{visit}/…` at the door: the 委托书, the hand-over list, and what can be printed."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from backend import clock, visits
from backend.refusal import Denied, NotFound, Refusal
from backend.visits import door_forms, photos, views
from backend.visits.askers import STAFF
from backend.visits.console import PATH
from backend.visits.documents import document
from backend.visits.done import IDENTITY, DoneFacts, handover_text
from backend.visits.door_forms import Done, Drafted, Signed
from backend.visits.forms import Why
from backend.visits.mandate import Terms, text_for
from backend.visits.rules import visit_rules
from backend.visits.signed import Paper, digest, drawn
from backend.visits.today import papers_to_take
from backend.visits.visit_pages import done, shown
from backend.web import forms, guards, uploads
from backend.web.pages import page

GO = guards.staff(*STAFF)
LINES = 2  # empty ones to write in
LINE = ("name", "originals", "copies")
EMPTY = dict.fromkeys(LINE, "")


@get("/console/visits/{visit:uuid}/mandate", guards=[GO])
async def draft(request: Request, visit: FromPath[UUID]) -> Template:
    """What the 委托书 shall say, and, once that can be, its text to read aloud and sign."""
    form = forms.read_query(request, Drafted)
    if "until" in form.given and not form.powers and "powers" not in form.errors:
        form.refuse("powers", "请勾选委托代办员做什么")
    return await _draft(request, visit, form)


async def _draft(
    request: Request, visit: UUID, form: Any, status: int = 200, refusal: Any = None
) -> Template:
    one, text = await views.show_to_staff(visit, request.user.staff), ""
    if form.powers and form.until and not (form.errors.keys() & Drafted.fields().keys()):
        try:
            text = await text_for(visit, _terms(form), request.user.staff)
        except (Denied, NotFound):
            raise
        except Refusal as no:
            refusal = refusal or no
    return await page(
        request, "visits/mandate.html", status=status, path=PATH, one=one, form=form, refusal=refusal, text=text,
        hash=digest(text), rows=await _rows(form, one["item"]), powers=_powers(form), until=await _until(form),
    )  # fmt: skip


def _terms(form: Any) -> Terms:
    return Terms(tuple(form.powers), form.until, tuple(door_forms.papers(form)))


def _powers(form: Any) -> list[tuple[str, str, bool]]:
    rules, sent = visit_rules().powers.items(), "until" in form.given or form.powers
    return [(code, one.name, code in form.powers if sent else one.usual) for code, one in rules]


async def _until(form: Any) -> dt.date:
    today = clock.local(await clock.now()).date()
    return form.until or today + dt.timedelta(days=visit_rules().mandate_days)


async def _rows(form: Any, item: UUID) -> list[Paper]:
    """The lines as typed, or the item's papers; and some to write in."""
    try:
        rows = door_forms.papers(form)
    except Refusal:
        rows = []
    return [*(rows or await papers_to_take(item)), *[Paper("")] * LINES]


async def _lines(form: Any, item: UUID) -> list[dict[str, str]]:
    """The lines as typed, or the names of the item's papers, whose counts are what is really handed over."""
    typed = [
        dict(zip(LINE, line, strict=True))
        for line in zip(*(getattr(form, name) for name in LINE), strict=False)
    ]
    named = [EMPTY | {"name": one.name} for one in await papers_to_take(item)]
    return [*([line for line in typed if line["name"]] or named), *[EMPTY] * LINES]


@post("/console/visits/{visit:uuid}/mandate", guards=[GO])
async def sign(request: Request, visit: FromPath[UUID]) -> Redirect | Template:
    """The person signed."""
    form = await forms.read(request, Signed)
    door_forms.refuse_unsigned(form)
    for name in [*Drafted.fields(), "hash"]:  # nobody types these: the page sends them as it showed them
        if name in form.errors:
            raise HTTPException(form.errors[name], status_code=422)
    if not form.until and "until" not in form.errors:
        form.refuse("until", "请选择委托到哪一天")
    if form.errors:
        return await _draft(request, visit, form, 422)
    try:
        image = drawn(form.signature) if form.signature else b""
        await visits.sign(visit, _terms(form), request.user.staff, form.hash, image)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _draft(request, visit, form, refusal.status, refusal)
    return Redirect(f"{PATH}/{visit}", status_code=303)


@post("/console/visits/{visit:uuid}/revocation", guards=[GO])
async def revoke(request: Request, visit: FromPath[UUID]) -> Redirect | Template:
    """撤销委托, as the person says it."""
    form = await forms.read(request, Why)
    if form.errors:
        return await shown(request, visit, form, 422, step="revoke")
    return await done(request, visit, visits.revoke(visit, request.user.staff, form.why), form, "revoke")


@get("/console/visits/{visit:uuid}/completion", guards=[GO])
async def arrive(request: Request, visit: FromPath[UUID]) -> Template:
    """At the door: who it is, what is there, what is handed over."""
    return await _arrive(request, visit, Done.blank(record=uuid4()).judged())


async def _arrive(
    request: Request, visit: UUID, form: Any, status: int = 200, refusal: Any = None
) -> Template:
    one = await views.show_to_staff(visit, request.user.staff)
    form.errors = form.errors if status == 422 else {}
    return await page(
        request, "visits/completion.html", status=status, path=PATH, one=one, form=form, refusal=refusal,
        rows=await _lines(form, one["item"]), known=list(IDENTITY.items()), needed=await papers_to_take(one["item"]),
    )  # fmt: skip


@post("/console/visits/{visit:uuid}/completion", guards=[GO])
async def complete(request: Request, visit: FromPath[UUID]) -> Redirect | Template:
    """The papers are in the agent's hands."""
    form = await forms.read(request, Done)
    door_forms.refuse_unsigned(form)
    if form.errors:
        return await _arrive(request, visit, form, 422)
    try:
        one = await views.show_to_staff(visit, request.user.staff)
        await visits.complete_from_record(visit, request.user.staff, await _facts(form, one))
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _arrive(request, visit, form, refusal.status, refusal)
    return Redirect(f"{PATH}/{visit}", status_code=303)


async def _facts(form: Any, one: dict[str, Any]) -> DoneFacts:
    papers = [one for one in door_forms.papers(form) if one.originals or one.copies]
    return DoneFacts(
        record=form.record, identity=form.identity, at=await clock.now(), ticks=form.ticks, papers=papers,
        consent=form.consent, signature=drawn(form.signature) if form.signature else b"",
        text_hash=digest(handover_text(one, papers)), note=form.note,
    )  # fmt: skip


@post("/console/visits/{visit:uuid}/photos/{photo:uuid}/openings", guards=[GO], status_code=200)
async def look(request: Request, visit: FromPath[UUID], photo: FromPath[UUID]) -> Stream:
    """看一张材料照片: posted, for who looked is written down."""
    return uploads.shown(await photos.open_photo(visit, photo, request.user.staff))


@get("/console/visits/{visit:uuid}/documents/{document_name:str}", guards=[GO])
async def print_page(request: Request, visit: FromPath[UUID], document_name: FromPath[str]) -> Template:
    """A document to print."""
    one = await document(visit, document_name, request.user.staff)
    return await page(request, "visits/document.html", path=PATH, one=one, kind=one["kind"])


routes = [draft, sign, revoke, arrive, complete, look, print_page]
