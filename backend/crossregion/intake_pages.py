"""`/console/crossregion/…`: taking a case in at the desk, from who applies to the hand-over to its department."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases, catalog, esign, files, identity, secrecy, signature
from backend.crossregion import hand_in, hand_over, intake, mandate, outbox
from backend.crossregion.ask import hall_of
from backend.crossregion.certified import certificate_of
from backend.crossregion.consent import KIND, digest, text_of
from backend.crossregion.eligible import applicants_of, plan
from backend.crossregion.eligible_pages import PATH
from backend.crossregion.forms import Checked, Companion, Laid, TakenIn, Who
from backend.crossregion.live import to_meet
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards, uploads
from backend.web.pages import page
from backend.web.qr import picture

DESK = guards.staff("desk")
AT_ONCE = 30  # files of one sitting
BODY = 60 * 1024 * 1024  # bytes
TYPED = frozenset({"token", "item", "hall", "holds", "applicant", "situation"})  # nobody types them


@get("/console/crossregion/items/{item:uuid}/new", guards=[DESK])
async def new(request: Request, item: FromPath[UUID]) -> Template:
    """Who applies for it."""
    wish = forms.read_query(request, Who)
    form = TakenIn.blank(
        item=item, relation="self", id_type="resident", token=secrecy.fresh_token(),
        hall=await hall_of(request.user.staff), applicant=wish.applicant, situation=wish.situation,
        ticket=wish.ticket or "",
    )  # fmt: skip
    form.given["holds"] = wish.holds
    return await _new(request, form, item)


async def _new(request: Request, form: Any, item: UUID, **more: Any) -> Template:
    one = await catalog.item(item)
    applicants = applicants_of(one)
    if form.typed["applicant"] not in applicants:
        form.typed["applicant"] = next(iter(applicants), "")
    who, holds = form.typed["applicant"], form.given.get("holds", [])
    return await page(
        request, "crossregion/new.html", path=PATH, form=form, item=one, holds=holds, who=applicants.get(who),
        plan=await plan(one, who, form.typed["situation"], holds), relations=cases.RELATIONS,
        id_types=list(identity.ID_TYPES.items()), **more,
    )  # fmt: skip


@post("/console/crossregion/cases", guards=[DESK])
async def create(request: Request) -> Redirect | Template:
    """收件."""
    form = await forms.read(request, TakenIn)
    await cases.judge(form)
    if "item" in form.errors:
        raise NotFound("没有找到这件事，请重新选择要办的事")
    if form.errors:
        return await _new(request, form, form.item, status=422)
    who = identity.Typed(form.name, form.relation, form.id_type, form.id_number, agreed=form.agreed)
    wanted = cases.Wanted(
        item=form.item, hall=form.hall, phone=form.phone, who=who, organisation=form.organisation, uscc=form.uscc,
        note=form.note, ticket=form.ticket,
    )  # fmt: skip
    seat = intake.Seat(form.applicant, form.situation, tuple(form.holds), form.identified)
    try:
        made = await intake.take_in(wanted, seat, request.user.staff, form.token)
    except Denied:
        raise
    except Refusal as refusal:
        return await _new(request, form, form.item, status=refusal.status, refusal=refusal)
    return Redirect(f"/console/crossregion/cases/{made}", status_code=303)


@get("/console/crossregion/cases/{case:uuid}", guards=[DESK])
async def show(request: Request, case: FromPath[UUID]) -> Template:
    """The sitting: what is signed, what is here, what is missing."""
    return await shown(request, case)


async def shown(
    request: Request,
    case: UUID,
    status: int = 200,
    *,
    template: str = "crossregion/sitting.html",
    refusal: Refusal | None = None,
    **more: Any,
) -> Template:
    """The sitting, also when something was refused; or a part of it."""
    one = await cases.show_to_staff(case, request.user.staff)
    found = await intake.intake_of(case)
    planned, papers = await intake.plan_of(found), await cases.papers_of(case)
    text = text_of(found)
    told = cases.since(one, refusal.seen) if isinstance(refusal, cases.Overtaken) else []
    return await page(
        request, template, status=status, path=PATH, one=one, intake=found, plan=planned,
        papers=papers, text=text, hash=digest(text), lacking=hand_in.lacking(planned, papers),
        later=hand_in.later(planned, papers),
        image=signature.opened(found["consent_sealed"]) if found["consent_way"] == "drawn" else "",
        certificate=certificate_of(found), asked=await esign.latest(KIND, case), certifies=esign.offered(),
        picture=picture,
        password=secrecy.unseal(one["password_sealed"]), token=secrecy.fresh_token(),
        together=await intake.taken_too(case), exported=await outbox.exported(case), seen=one["seen"],
        entrusted=mandate.entrusted(found), terms=mandate.terms_of(found), at_desk=True, yours=[],
        identified=intake.identified(one), to_meet=await to_meet(case, planned),
        since=told, live=not told, refusal=refusal,
        **{"form": None, "phone": None, **more},
    )  # fmt: skip


async def did(
    request: Request, case: UUID, deed: Any, part: str, form: forms.Form | None = None
) -> Redirect | Template:
    """Back to that part of the sitting; or why not, beside what somebody else did meanwhile."""
    try:
        with cases.having_seen(case, request.query_params.get("seen", "")):
            await deed
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await shown(request, case, refusal.status, refusal=refusal, form=form)
    return Redirect(f"{PATH}/cases/{case}#{part}", status_code=303)


@post("/console/crossregion/cases/{case:uuid}/companions", guards=[DESK])
async def take_in_too(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """一起办."""
    form = await forms.sound(request, Companion)
    try:
        made = await intake.take_in_too(case, form.item, request.user.staff, form.token)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await shown(request, case, refusal.status, refusal=refusal)
    return Redirect(f"{PATH}/cases/{made}", status_code=303)


@post("/console/crossregion/cases/{case:uuid}/papers", guards=[DESK], request_max_body_size=BODY)
async def take_papers(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """收材料."""
    form, found = await uploads.read(request, Laid, files.MOST)
    try:
        if not form.errors and len(found) > AT_ONCE:
            form.refuse("name", f"一次最多传 {AT_ONCE} 个文件")
        if form.errors:
            return await shown(request, case, 422, form=form)
        deed = hand_in.hand_in(case, sheets_of(form, found), form.checked, request.user.staff)
        return await uploads.ended(await did(request, case, deed, "papers", form), found)
    finally:
        uploads.close(found)


def sheets_of(form: Laid, found: list[uploads.Upload]) -> list[hand_in.Sheet]:
    """Line by line what was laid on the table, with its files."""
    lines = enumerate(zip(form.name, form.originals, strict=True))
    return [
        hand_in.Sheet(
            name,
            tuple((one.name, one.content) for one in found if one.field == f"files-{n}"),
            int(count or "0"),
        )
        for n, (name, count) in lines
    ]


@post("/console/crossregion/cases/{case:uuid}/checks", guards=[DESK])
async def check(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """核对原件: those that were shown as not held against it; `?bundle`: on the page of the 一件事."""
    form = await forms.sound(request, Checked)
    deed = cases.check_papers(case, forms.ids(form.papers), request.user.staff)
    answer = await did(request, case, deed, "papers")
    if isinstance(answer, Redirect) and "bundle" in request.query_params:
        return Redirect(f"{PATH}/cases/{case}/bundle#cases", status_code=303)
    return answer


@post("/console/crossregion/cases/{case:uuid}/hand-over", guards=[DESK])
async def hand_on(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """交给启东."""
    return await did(request, case, hand_over.hand_on(case, request.user.staff), "done")


routes = [new, create, show, take_in_too, take_papers, check, hand_on]
