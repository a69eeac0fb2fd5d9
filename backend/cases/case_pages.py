"""`/console/cases/{case}/…`: the page of a case, and each thing that is done to it."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases, catalog
from backend.cases import views
from backend.cases.applicant import WISHES
from backend.cases.askers import ACCEPTERS, TAKERS
from backend.cases.choices import choices, offered
from backend.cases.console import READ
from backend.cases.custody_views import originals_of
from backend.cases.decide import DECISIONS, WAYS
from backend.cases.documents import documents_of
from backend.cases.forms import (
    Decided,
    Delivered,
    Extended,
    Filled,
    Laid,
    Missing,
    Opened,
    Replied,
    Seen,
    Stopped,
    TakenAway,
    Why,
)
from backend.cases.mail_forms import Bounced, Posted, Signed, Wished
from backend.cases.overtaken import Overtaken, having_seen, since
from backend.cases.papers import papers_of
from backend.cases.promise_forms import Committed, Renumbered, Tolerated, Transferred, Verified
from backend.cases.questions import unanswered
from backend.cases.result_forms import Titled
from backend.cases.stop import PROCEDURES, Approval
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

ACT = guards.staff(*TAKERS)
ACCEPT = guards.staff(*ACCEPTERS)
DECIDE = guards.staff("officer")


@get("/console/cases/{case:uuid}", guards=[READ])
async def show(request: Request, case: FromPath[UUID]) -> Template:
    """One case: where it stands, what is due, what was done, and what can be done now."""
    return await shown(request, case, step=forms.read_query(request, Opened).step or "")


@get("/console/cases/{case:uuid}/since", guards=[READ])
async def news(request: Request, case: FromPath[UUID]) -> Template:
    """What others did to it while somebody has its page open."""
    wish = forms.read_query(request, Seen)
    one = await views.show_to_staff(case, request.user.staff)
    told = since(one, wish.seen or 0)
    return await page(
        request,
        "cases/_since.html",
        one=one,
        since=told,
        seen=wish.seen or 0,
        yours=[],
        at_desk=wish.desk,
        live=True,
    )


async def shown(
    request: Request,
    case: UUID,
    form: Any = None,
    status: int = 200,
    *,
    step: str = "",
    refusal: Refusal | None = None,
    **more: Any,
) -> Template:
    """The page of a case, also when something was refused."""
    one = await views.show_to_staff(case, request.user.staff)
    yours = form.filled() if form else []
    told = since(one, refusal.seen) if isinstance(refusal, Overtaken) else []
    form = form or Everything.blank(way=one["way"])
    chosen = await choices(one, form)
    return await page(
        request, "cases/case.html", status=status, path="/console/cases", one=one,
        step=offered(step, chosen), form=form, **chosen, materials=await catalog.materials(one["item"]),
        procedures=list(PROCEDURES.items()), decisions=list(DECISIONS.items()), ways=list(WAYS.items()),
        wish=WISHES.get(one["way"], ""), documents=documents_of(one, to_staff=True),
        questions=unanswered(one["events"]), papers=await papers_of(case),
        originals=await originals_of(case), seen=one["seen"], yours=yours, at_desk=False,
        since=told, live=not told, refusal=refusal, **more,
    )  # fmt: skip


class Promised(Tolerated, Committed, Verified, Transferred, Renumbered):
    """What is filled in where something is promised, verified, handed over or named anew."""


class Mailed(Posted, Signed, Bounced, Wished):
    """What is filled in where a result is mailed."""


class Everything(
    Missing, Filled, Stopped, Extended, Decided, Delivered, Laid, Replied, Promised, Mailed, Titled, TakenAway
):
    """All that can be filled in on the page."""


async def done(
    request: Request, case: UUID, deed: Awaitable[Any], form: Any = None, step: str = ""
) -> Redirect | Template:
    """Do it, and lead back to the page; what the rules refuse is said on it, what was typed stays."""
    try:
        with having_seen(case, request.query_params.get("seen", "")):
            await deed
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await shown(request, case, _whole(form), refusal.status, refusal=refusal, step=step)
    return Redirect(f"/console/cases/{case}", status_code=303)


def _whole(form: Any) -> Any:
    filled = Everything.blank(**(form.typed if form else {}))
    filled.given, filled.errors = (form.given, form.errors) if form else ({}, {})
    return filled


async def wrong(request: Request, case: UUID, form: Any, step: str) -> Template:
    """The page again, with what was typed and what is wrong with it."""
    return await shown(request, case, _whole(form), 422, step=step)


@post("/console/cases/{case:uuid}/acceptance", guards=[ACCEPT])
async def accept(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """受理."""
    return await done(request, case, cases.accept(case, request.user.staff))


@post("/console/cases/{case:uuid}/correction", guards=[ACCEPT])
async def correct(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """一次性补正告知."""
    form = await forms.read(request, Missing)
    if form.errors:
        return await wrong(request, case, form, "correct")
    gaps = [cases.Gap(what, how) for what, how in zip(form.what, form.how, strict=False) if what]
    return await done(request, case, cases.correct(case, request.user.staff, gaps), form, "correct")


@post("/console/cases/{case:uuid}/fillings", guards=[ACT])
async def fill(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """补来的材料收到了."""
    form = await forms.read(request, Filled)
    if form.errors:
        return await wrong(request, case, form, "")
    return await done(request, case, cases.fill(case, forms.ids(form.gaps), request.user.staff), form)


@post("/console/cases/{case:uuid}/stops", guards=[DECIDE])
async def stop(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """特别程序开始."""
    form = await forms.read(request, Stopped)
    if form.errors:
        return await wrong(request, case, form, "stop")
    deed = cases.stop(case, form.procedure, form.expected, _approval(form), request.user.staff)
    return await done(request, case, deed, form, "stop")


def _approval(form: Any) -> Approval:
    return Approval(form.reason, form.document, form.approver)


@post("/console/cases/{case:uuid}/resumption", guards=[DECIDE])
async def go_on(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """特别程序结束."""
    return await done(request, case, cases.go_on(case, request.user.staff))


@post("/console/cases/{case:uuid}/extension", guards=[DECIDE])
async def extend(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """延长."""
    form = await forms.read(request, Extended)
    if form.errors:
        return await wrong(request, case, form, "extend")
    return await done(
        request, case, cases.extend(case, form.days, _approval(form), request.user.staff), form, "extend"
    )


@post("/console/cases/{case:uuid}/decision", guards=[DECIDE])
async def decide(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """决定."""
    form = await forms.read(request, Decided)
    if form.errors:
        return await wrong(request, case, form, "decide")
    deed = cases.decide(case, form.decision, request.user.staff, form.why)
    return await done(request, case, deed, form, "decide")


@post("/console/cases/{case:uuid}/completion", guards=[DECIDE])
async def finish(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """办结."""
    return await done(request, case, cases.finish(case, request.user.staff))


@post("/console/cases/{case:uuid}/delivery", guards=[ACT])
async def deliver(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """送达."""
    form = await forms.read(request, Delivered)
    if form.errors:
        return await wrong(request, case, form, "deliver")
    deed = cases.deliver(case, form.way, request.user.staff, form.receiver)
    return await done(request, case, deed, form, "deliver")


@post("/console/cases/{case:uuid}/filing", guards=[ACCEPT])
async def file(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """归档."""
    return await done(request, case, cases.file(case, request.user.staff))


@post("/console/cases/{case:uuid}/replies", guards=[ACT])
async def reply(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """回答申请人."""
    form = await forms.read(request, Replied)
    if "question" in form.errors:  # nobody types it: the page was not ours
        raise HTTPException(form.errors["question"], status_code=422)
    if form.errors:
        return await wrong(request, case, form, "")
    deed = cases.answer(case, form.question, form.reply, request.user.staff)
    return await done(request, case, deed, form)


ENDS = {
    "declination": ("decline", cases.decline),
    "withdrawal": ("withdraw", cases.withdraw),
    "termination": ("terminate", cases.terminate),
    "return": ("return", cases.give_back),
}


async def _end(request: Request, case: UUID, noun: str) -> Redirect | Template:
    step, verb = ENDS[noun]
    form = await forms.read(request, Why)
    if form.errors:
        return await wrong(request, case, form, step)
    return await done(request, case, verb(case, request.user.staff, form.why), form, step)


@post("/console/cases/{case:uuid}/declination", guards=[ACCEPT])
async def decline(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """不予受理."""
    return await _end(request, case, "declination")


@post("/console/cases/{case:uuid}/withdrawal", guards=[ACT])
async def withdraw(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """撤回."""
    return await _end(request, case, "withdrawal")


@post("/console/cases/{case:uuid}/termination", guards=[ACCEPT])
async def terminate(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """终止."""
    return await _end(request, case, "termination")


@post("/console/cases/{case:uuid}/return", guards=[ACT])
async def give_back(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """退件."""
    return await _end(request, case, "return")


routes = [
    show, news, accept, correct, fill, stop, go_on, extend, decide, finish, deliver, file, reply, decline, withdraw,
    terminate, give_back,
]  # fmt: skip
