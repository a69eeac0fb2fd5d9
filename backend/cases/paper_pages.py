"""Papers of a case over HTTP: handed in by the applicant or at the counter, looked at, taken away."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from backend import cases, files
from backend.cases.case_pages import ACT, Everything
from backend.cases.case_pages import shown as case_page
from backend.cases.forms import Handed, Laid, TakenAway
from backend.cases.own_pages import Deeds
from backend.cases.own_pages import shown as own_page
from backend.cases.record import Asker
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards, uploads

AT_ONCE = 10  # files of one form
BODY = AT_ONCE * files.MOST // 4  # bytes: ten photos of a phone
NONE = "请先选照片或 PDF"
TOO_MANY = f"一次最多传 {AT_ONCE} 个文件"


async def _hand_in(
    request: Request, case: UUID, asker: Asker, shown: Callable[..., Any]
) -> Redirect | Template:
    """Keep the files, and lead back to the case; what is wrong is said on it, the name that was typed stays."""
    form, found = await uploads.read(request, Handed, files.MOST)
    try:
        if not form.errors and not 0 < len(found) <= AT_ONCE:
            form.refuse("files", TOO_MANY if found else NONE)
        if form.errors:
            return await shown(request, case, whole(form, shown), 422)
        chosen = [(one.name, one.content) for one in found]
        deed = cases.add_files(case, asker, form.name, chosen)
        return await uploads.ended(await _said(request, case, deed, shown, form), found)
    finally:
        uploads.close(found)


async def _said(
    request: Request, case: UUID, deed: Awaitable[Any], shown: Callable[..., Any], form: Any = None
) -> Redirect | Template:
    """Do it, and lead back to the case; a no is said on it."""
    try:
        await deed
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        filled = whole(form, shown) if form else None
        return await shown(request, case, filled, refusal.status, refusal=refusal)
    back = "/cases" if shown is own_page else "/console/cases"
    return Redirect(f"{back}/{case}#papers", status_code=303)


def whole(form: Any, shown: Callable[..., Any]) -> Any:
    """The form as the page of the case takes it, with what was typed and what is wrong."""
    filled = (Deeds if shown is own_page else Everything).blank(**form.typed)
    filled.given, filled.errors = form.given, form.errors
    return filled


@post("/cases/{own_case:uuid}/papers", guards=[guards.citizen], request_max_body_size=BODY)
async def hand_in(request: Request, own_case: FromPath[UUID]) -> Redirect | Template:
    """交材料."""
    return await _hand_in(request, own_case, Asker(account=request.user.account), own_page)


@get("/cases/{own_case:uuid}/papers/{own_paper:uuid}", guards=[guards.citizen])
async def look(request: Request, own_case: FromPath[UUID], own_paper: FromPath[UUID]) -> Stream:
    """看交上去的."""
    return uploads.shown(await cases.open_file(own_case, own_paper, Asker(account=request.user.account)))


@post("/cases/{own_case:uuid}/papers/{own_paper:uuid}/removal", guards=[guards.citizen])
async def take_away(
    request: Request, own_case: FromPath[UUID], own_paper: FromPath[UUID]
) -> Redirect | Template:
    """删掉自己交的."""
    deed = cases.remove_paper(own_case, own_paper, Asker(account=request.user.account))
    return await _said(request, own_case, deed, own_page)


@post("/console/cases/{case:uuid}/papers", guards=[ACT], request_max_body_size=BODY)
async def scan(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """扫描、拍照收进来."""
    return await _hand_in(request, case, Asker(staff=request.user.staff), case_page)


@post("/console/cases/{case:uuid}/piles", guards=[ACT])
async def lay(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """收下纸质材料."""
    form = await forms.read(request, Laid)
    if form.errors:
        return await case_page(request, case, whole(form, case_page), 422)
    deed = cases.add_paper(case, request.user.staff, form.name, form.originals or 0, form.copies or 0)
    return await _said(request, case, deed, case_page, form)


@post("/console/cases/{case:uuid}/papers/{paper:uuid}/openings", guards=[ACT], status_code=200)
async def inspect(request: Request, case: FromPath[UUID], paper: FromPath[UUID]) -> Response[bytes]:
    """看一份材料: posted, for who looked is written down, and stands on it."""
    row = await cases.open_file(case, paper, Asker(staff=request.user.staff))
    return await uploads.marked(row, await cases.mark_of(case, request.user.staff))


@post("/console/cases/{case:uuid}/papers/{paper:uuid}/removal", guards=[ACT])
async def remove(request: Request, case: FromPath[UUID], paper: FromPath[UUID]) -> Redirect | Template:
    """收错了，拿掉."""
    form = await forms.read(request, TakenAway)
    if form.errors:
        return await case_page(request, case, whole(form, case_page), 422)
    deed = cases.remove_paper(case, paper, Asker(staff=request.user.staff), form.removed_why)
    return await _said(request, case, deed, case_page, form)


routes = [hand_in, look, take_away, scan, lay, inspect, remove]
