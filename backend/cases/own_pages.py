"""`/cases`: one's own cases (我的办件) and what is done with them, and looking one up by number and password."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases, catalog, secrecy
from backend.cases import views
from backend.cases.applicant import UNDECIDED, WISHES
from backend.cases.custody_views import coming, originals_of
from backend.cases.documents import documents_of
from backend.cases.forms import Answered, Asking, Handed, LookUp, Withdrawn
from backend.cases.look_up import look_up
from backend.cases.mail_forms import Wished
from backend.cases.papers import papers_of
from backend.cases.questions import unanswered
from backend.cases.results import shown_of
from backend.cases.rules import case_rules
from backend.refusal import NotFound, Refusal
from backend.web import forms, guards
from backend.web.limits import address
from backend.web.pages import page

KEPT = ("password", "mail")


@get("/cases", guards=[guards.citizen])
async def index() -> Redirect:
    """我的办件 stands among all that belongs to a matter."""
    return Redirect("/matters", status_code=303)


class Deeds(Answered, Withdrawn, Wished, Handed, Asking):
    """All that can be filled in on one's case."""


@get("/cases/{own_case:uuid}", guards=[guards.citizen])
async def show(request: Request, own_case: FromPath[UUID]) -> Template:
    """办到哪一步了, and what its applicant can do now."""
    return await shown(request, own_case)


async def shown(request: Request, case: UUID, form: Any = None, status: int = 200, **more: Any) -> Template:
    """The page of one's case, also when something was refused."""
    one = await views.show_own(case, request.user.account)
    secret = {name: secrecy.unseal(sealed) if (sealed := one[f"{name}_sealed"]) else "" for name in KEPT}
    form = form or Deeds.blank(way=one["way"], address=secret["mail"])
    originals = await originals_of(case)
    return await page(
        request, "cases/told.html", status=status, path="/cases", one=one, form=form, mine=True,
        password=secret["password"], mail=secret["mail"], wishes=_wishes(one), undecided=one["state"] in UNDECIDED,
        documents=documents_of(one, to_staff=False), papers=await papers_of(case),
        wanted=await catalog.materials(one["item"]), remedy=case_rules().remedy, answer=case_rules().answer,
        results=shown_of(one, one["results"]),
        originals=originals, coming=coming(originals), questions=unanswered(one["events"]), **more,
    )  # fmt: skip


def _wishes(one: dict[str, Any]) -> list[tuple[str, str]]:
    """How the result may come, while it is not on its way; by mail where it is mailed."""
    may = one["state"] in (*UNDECIDED, "decided", "finished")
    return [(way, said) for way, said in WISHES.items() if may and (way != "mail" or one["mails"])]


async def done(request: Request, case: UUID, deed: Awaitable[None], form: Any) -> Redirect | Template:
    """Do it, and lead back to the case; what the rules refuse is said on it, what was typed stays."""
    try:
        await deed
    except NotFound:
        raise
    except Refusal as refusal:
        return await shown(request, case, form and whole(form), refusal.status, refusal=refusal)
    return Redirect(f"/cases/{case}", status_code=303)


def whole(form: Any) -> Any:
    """The form as the page of the case takes it, with what was typed and what is wrong."""
    filled = Deeds.blank(**form.typed)
    filled.given, filled.errors = form.given, form.errors
    return filled


@post("/cases/{own_case:uuid}/withdrawal", guards=[guards.citizen])
async def withdraw(request: Request, own_case: FromPath[UUID]) -> Redirect | Template:
    """撤回."""
    form = await forms.read(request, Withdrawn)
    if form.errors:
        return await shown(request, own_case, whole(form), 422)
    return await done(request, own_case, cases.withdraw_own(own_case, request.user.account, form.why), form)


@post("/cases/{own_case:uuid}/questions", guards=[guards.citizen])
async def ask_about(request: Request, own_case: FromPath[UUID]) -> Redirect | Template:
    """问一问."""
    form = await forms.read(request, Asking)
    if form.errors:
        return await shown(request, own_case, whole(form), 422)
    return await done(request, own_case, cases.ask_about(own_case, form.asking, request.user.account), form)


@get("/cases/lookup", guards=[guards.public])
async def ask(request: Request) -> Template:
    """查办件."""
    return await ask_again(request, LookUp.blank())


@post("/cases/lookups", guards=[guards.public], status_code=200)
async def find(request: Request) -> Template:
    """The case, for who knows its password; shown in the answer, so that no address opens it."""
    form = await forms.read(request, LookUp)
    if form.errors:
        return await ask_again(request, form, 422)
    try:
        case = await look_up(form.number, form.code, address(request))
    except Refusal as refusal:
        return await ask_again(request, form, refusal.status, refusal=refusal)
    one = await views.told(case)
    return await page(
        request,
        "cases/told.html",
        path="/cases/lookup",
        one=one,
        results=shown_of(one, one["results"]),
        code=form.code,
        mine=False,
        password="",
        mail="",
        wishes=[],
        undecided=False,
        documents=[],
        originals=await originals_of(case),
        coming=[],
        papers=[],
        wanted=[],
        remedy=case_rules().remedy,
        answer=case_rules().answer,
        form=None,
    )


async def ask_again(request: Request, form: Any, status: int = 200, **more: Any) -> Template:
    """The page that asks for number and password, also when something was refused."""
    return await page(request, "cases/look_up.html", status=status, path="/cases/lookup", form=form, **more)


routes = [index, show, withdraw, ask_about, ask, find]
