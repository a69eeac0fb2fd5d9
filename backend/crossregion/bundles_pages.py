"""`/console/crossregion/bundles/…` and `…/cases/{case}/bundle`: 一件事 at the desk, one form and one sitting."""

from contextlib import ExitStack
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases, catalog, files, identity, secrecy, signature
from backend.crossregion import bundle_sitting, bundles, intake, mandate
from backend.crossregion.ask import hall_of
from backend.crossregion.eligible import pace
from backend.crossregion.eligible_pages import PATH
from backend.crossregion.forms import Companion, Laid, SignedTogether, TakenTogether, Who
from backend.crossregion.intake_pages import AT_ONCE, BODY, DESK, sheets_of
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, uploads
from backend.web.pages import page


@get("/console/crossregion/bundles/{bundle:uuid}", guards=[DESK])
async def new(request: Request, bundle: FromPath[UUID]) -> Template:
    """What it is made of, how each goes, which papers all of it takes; and who applies."""
    _, parts = await bundles.bundle_of(bundle)
    wish = forms.read_query(request, Who)
    form = TakenTogether.blank(
        relation="self", id_type="resident", token=secrecy.fresh_token(), applicant=wish.applicant,
        hall=await hall_of(request.user.staff), ticket=wish.ticket or "",
    )  # fmt: skip
    form.given |= {"holds": wish.holds, "items": [str(part.item.id) for part in parts]}
    return await _new(request, form, bundle)


async def _new(request: Request, form: TakenTogether, bundle: UUID, **more: Any) -> Template:
    one, parts = await bundles.bundle_of(bundle)
    applicants = bundles.applicants_of_all(parts)
    if form.typed["applicant"] not in applicants:
        form.typed["applicant"] = next(iter(applicants), "")
    who, holds = form.typed["applicant"], form.given.get("holds", [])
    plans = await bundles.plans_of(parts, who, holds)
    papers = {paper.name: paper for plan in plans for paper in plan.papers}
    more_papers = dict.fromkeys(name for plan in plans for name in plan.more)
    every = [row.condition for part in parts for row in await catalog.materials(part.item.id)]
    return await page(
        request, "crossregion/bundle_new.html", path=PATH, form=form, bundle=one, holds=holds,
        parts=list(zip(parts, plans, strict=True)), ticked=form.given.get("items", []),
        papers=list(papers.values()), more_papers=list(more_papers), who=applicants.get(who),
        applicants=[(code, each.name) for code, each in applicants.items()], pace=pace,
        conditions=[each for each in dict.fromkeys(every) if each], relations=cases.RELATIONS,
        id_types=list(identity.ID_TYPES.items()), **more,
    )  # fmt: skip


@post("/console/crossregion/bundles/{bundle:uuid}/cases", guards=[DESK])
async def create(request: Request, bundle: FromPath[UUID]) -> Redirect | Template:
    """收件, all at once."""
    form = await forms.read(request, TakenTogether)
    await bundles.bundle_of(bundle)
    await cases.judge(form)
    if form.errors:
        return await _new(request, form, bundle, status=422)
    who = identity.Typed(form.name, form.relation, form.id_type, form.id_number, agreed=form.agreed)
    items = forms.ids(form.items)
    wanted = cases.Wanted(
        item=items[0], hall=form.hall, phone=form.phone, who=who, organisation=form.organisation, uscc=form.uscc,
        external_case_no=form.external, note=form.note, ticket=form.ticket,
    )  # fmt: skip
    seat = intake.Seat(form.applicant, "", tuple(form.holds), form.identified)
    try:
        made = await bundles.take_in_bundle(bundle, items, wanted, seat, request.user.staff, form.token)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _new(request, form, bundle, status=refusal.status, refusal=refusal)
    return _sitting(made)


def _sitting(case: UUID, part: str = "") -> Redirect:
    return Redirect(f"{PATH}/cases/{case}/bundle{part}", status_code=303)


@get("/console/crossregion/cases/{case:uuid}/bundle", guards=[DESK])
async def show(request: Request, case: FromPath[UUID]) -> Template:
    """The sitting: its cases side by side."""
    return await shown(request, case)


async def shown(
    request: Request, case: UUID, status: int = 200, *, template: str = "crossregion/bundle.html", **more: Any
) -> Template:
    """The sitting, also when something was refused; or a part of it."""
    every = await bundle_sitting.sitting(case, request.user.staff)
    asked = bundle_sitting.asked_of([one for one in every if one.waits])
    here = {one.one["item"] for one in every}
    overtaken = isinstance(more.get("refusal"), cases.Overtaken)
    seen = _seen(request, [one.id for one in every]) if overtaken or more.get("news") else {}
    read = {one.id: int(seen[one.id][:6]) for one in every if seen.get(one.id, "")[:6].isdecimal()}
    told = [(one, cases.since(one.one, read[one.id])) for one in every if one.id in read]
    usual = {other.id: other for one in every for other in one.plan.usual_with if other.id not in here}
    return await page(
        request, template, status=status, path=PATH, case=case, every=every, lead=every[0].one,
        unsigned=[one for one in every if one.unsigned], waiting=[one for one in every if one.waits],
        asked=[(name, asking, bundle_sitting.keeper_of(asking)) for name, asking in asked.items()],
        entrusted=mandate.entrusted(every[0].intake), terms=mandate.terms_of(every[0].intake),
        seen=request.query_params.get("seen", "") if more.get("news") else _stand(every), live=not overtaken,
        since=[(one, events) for one, events in told if events], usual=list(usual.values()),
        token=secrecy.fresh_token(), **{"form": None, "refusal": None, "phone": None, **more},
    )  # fmt: skip


def _stand(every: list[bundle_sitting.Seated]) -> str:
    return "-".join(str(one.one["seen"]) for one in every)


def _seen(request: Request, every: list[UUID]) -> dict[UUID, str]:
    """How much of each of the cases whoever asks had seen, as the page sends it back: those that joined later stand
    at the end.
    """
    return dict(zip(every, request.query_params.get("seen", "").split("-"), strict=False))


async def _did(
    request: Request, case: UUID, deed: Any, part: str, form: forms.Form | None = None
) -> Redirect | Template:
    seen = _seen(request, await bundle_sitting.cases_of(case))
    try:
        with ExitStack() as stack:
            for one, number in seen.items():
                stack.enter_context(cases.having_seen(one, number))
            await deed
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await shown(request, case, refusal.status, refusal=refusal, form=form)
    return _sitting(case, f"#{part}")


@get("/console/crossregion/cases/{case:uuid}/bundle/cases", guards=[DESK])
async def here(request: Request, case: FromPath[UUID]) -> Template:
    """Its cases alone, as pages come."""
    return await shown(request, case, template="crossregion/_bundle_cases.html")


@get("/console/crossregion/cases/{case:uuid}/bundle/since", guards=[DESK])
async def news(request: Request, case: FromPath[UUID]) -> Template:
    """What others did to them while somebody has the sitting open."""
    return await shown(request, case, template="crossregion/_bundle_since.html", news=True)


@post("/console/crossregion/cases/{case:uuid}/bundle/consents", guards=[DESK])
async def consent(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """签同意书, one signature for all."""
    form = await forms.read(request, SignedTogether)
    if form.errors:
        return await shown(request, case, 422, form=form)
    image = signature.drawn(form.signature) if form.signature and not form.on_paper else b""
    deed = bundle_sitting.consent_to_all(case, form.hash, image, request.user.staff)
    return await _did(request, case, deed, "papers")


@post("/console/crossregion/cases/{case:uuid}/bundle/papers", guards=[DESK], request_max_body_size=BODY)
async def take_papers(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """收材料, each once."""
    form, found = await uploads.read(request, Laid, files.MOST)
    try:
        if not form.errors and len(found) > AT_ONCE:
            form.refuse("name", f"一次最多传 {AT_ONCE} 个文件")
        if form.errors:
            return await shown(request, case, 422, form=form)
        sheets = sheets_of(form, found)
        deed = bundle_sitting.hand_in_to_all(case, sheets, form.checked, request.user.staff)
        return await uploads.ended(await _did(request, case, deed, "papers", form), found)
    finally:
        uploads.close(found)


@post("/console/crossregion/cases/{case:uuid}/bundle/companions", guards=[DESK])
async def take_in_too(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """一起办: one more, in the same sitting."""
    form = await forms.sound(request, Companion)
    await bundle_sitting.sitting(case, request.user.staff)
    deed = intake.take_in_too(case, form.item, request.user.staff, form.token)
    return await _did(request, case, deed, "papers")


@post("/console/crossregion/cases/{case:uuid}/bundle/hand-over", guards=[DESK])
async def hand_on(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """一起交给启东."""
    return await _did(request, case, bundle_sitting.hand_on_all(case, request.user.staff), "done")


routes = [new, create, show, here, news, consent, take_papers, take_in_too, hand_on]
