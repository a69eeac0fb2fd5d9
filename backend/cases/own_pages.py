"""`/cases`: one's own cases (我的办件), and looking one up by number and password."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Template

from backend import secrecy
from backend.cases import views
from backend.cases.forms import LookUp
from backend.cases.look_up import look_up
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.limits import address
from backend.web.pages import page


@get("/cases", guards=[guards.citizen])
async def index(request: Request) -> Template:
    """我的办件."""
    return await page(request, "cases/own.html", path="/cases", cases=await views.own(request.user.account))


@get("/cases/{own_case:uuid}", guards=[guards.citizen])
async def show(request: Request, own_case: FromPath[UUID]) -> Template:
    """办到哪一步了."""
    found = await views.show_own(own_case, request.user.account)
    password = secrecy.unseal(found["password_sealed"])
    return await page(request, "cases/told.html", path="/cases", one=found, password=password)


@get("/cases/lookup", guards=[guards.public])
async def ask(request: Request) -> Template:
    """查办件."""
    return await _ask(request, LookUp.blank())


@post("/cases/lookups", guards=[guards.public], status_code=200)
async def find(request: Request) -> Template:
    """The case, for who knows its password; shown in the answer, so that no address opens it."""
    form = await forms.read(request, LookUp)
    if form.errors:
        return await _ask(request, form, 422)
    try:
        case = await look_up(form.number, form.password, address(request))
    except Refusal as refusal:
        return await _ask(request, form, refusal.status, refusal=refusal)
    return await page(
        request, "cases/told.html", path="/cases/lookup", one=await views.told(case), password=""
    )


async def _ask(request: Request, form: Any, status: int = 200, **more: Any) -> Template:
    return await page(request, "cases/look_up.html", status=status, path="/cases/lookup", form=form, **more)


routes = [index, show, ask, find]
