"""`…/documents/{document}`: the documents of a case as pages to print, for staff and for their applicant."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Template

from backend.cases import documents
from backend.cases.case_pages import ACT
from backend.cases.console import READ
from backend.cases.documents import Document
from backend.cases.promise_forms import Renumbered
from backend.cases.rekey import rekey as to_rekey
from backend.cases.rules import case_rules
from backend.web import guards
from backend.web.pages import page

Found = tuple[dict[str, Any], Document]


async def _page(request: Request, template: str, path: str, found: Found) -> Template:
    case, document = found
    return await page(
        request, template, path=path, one=case, document=document, remedy=case_rules().remedy,
        answer=case_rules().answer,
        clear=case.get("clear", False),
    )  # fmt: skip


@get("/console/cases/{case:uuid}/documents/{document:str}", guards=[READ])
async def show(request: Request, case: FromPath[UUID], document: FromPath[str]) -> Template:
    """How it will read."""
    found = await documents.look_at(case, document, request.user.staff)
    return await _page(request, "cases/document.html", "/console/cases", found)


@post("/console/cases/{case:uuid}/documents/{document:str}/copies", guards=[ACT], status_code=200)
async def copy(request: Request, case: FromPath[UUID], document: FromPath[str]) -> Template:
    """In full, for the seal; shown in the answer, so that no address opens it."""
    found = await documents.copy(case, document, request.user.staff)
    return await _page(request, "cases/document.html", "/console/cases", found)


@post("/console/cases/{case:uuid}/copy-sheet", guards=[ACT], status_code=200)
async def rekey(request: Request, case: FromPath[UUID]) -> Template:
    """转录单, in full; shown in the answer, so that no address opens it."""
    one = await to_rekey(case, request.user.staff)
    form = Renumbered.blank(external=one["external_case_no"])
    return await page(request, "cases/copy_sheet.html", path="/console/cases", one=one, form=form)


@get("/cases/{own_case:uuid}/documents/{document:str}", guards=[guards.citizen])
async def own(request: Request, own_case: FromPath[UUID], document: FromPath[str]) -> Template:
    """One's own."""
    found = await documents.own(own_case, document, request.user.account)
    return await _page(request, "cases/own_document.html", "/cases", found)


routes = [show, copy, rekey, own]
