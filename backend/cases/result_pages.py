"""结果文件 over HTTP: put in by the department, opened by staff, by the applicant, by number and password."""

from uuid import UUID

from litestar import Request, Response, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from backend import cases, files
from backend.cases.case_pages import ACT, DECIDE, done, wrong
from backend.cases.look_up import look_up
from backend.cases.own_pages import ask_again
from backend.cases.paper_pages import AT_ONCE, BODY, NONE, TOO_MANY
from backend.cases.record import Asker
from backend.cases.result_forms import Fetched, Titled
from backend.cases.results import refuse_unknown
from backend.refusal import Refusal
from backend.web import forms, guards, uploads
from backend.web.limits import address


@post("/console/cases/{case:uuid}/results", guards=[DECIDE], request_max_body_size=BODY)
async def add(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """结果文件放进来."""
    form, found = await uploads.read(request, Titled, files.MOST)
    try:
        if not form.errors and not 0 < len(found) <= AT_ONCE:
            form.refuse("title", TOO_MANY if found else NONE)
        if form.errors:
            return await wrong(request, case, form, "")
        sheets = [(one.name, one.content) for one in found]
        return await done(
            request, case, cases.add_results(case, form.title, sheets, request.user.staff), form
        )
    finally:
        uploads.close(found)


@post("/console/cases/{case:uuid}/results/{result:uuid}/openings", guards=[ACT], status_code=200)
async def inspect(request: Request, case: FromPath[UUID], result: FromPath[UUID]) -> Response[bytes]:
    """看一个结果文件: posted, for who looked is written down, and stands on it."""
    row = await cases.open_result(case, result, Asker(staff=request.user.staff))
    return await uploads.marked(row, await cases.mark_of(case, request.user.staff))


@post("/console/cases/{case:uuid}/results/{result:uuid}/removal", guards=[DECIDE])
async def remove(request: Request, case: FromPath[UUID], result: FromPath[UUID]) -> Redirect | Template:
    """放错了，拿掉."""
    return await done(request, case, cases.remove_result(case, result, request.user.staff))


@post("/cases/{own_case:uuid}/results/{own_result:uuid}/openings", guards=[guards.citizen], status_code=200)
async def open_own(request: Request, own_case: FromPath[UUID], own_result: FromPath[UUID]) -> Stream:
    """看结果: posted, for it is written down."""
    return uploads.shown(await cases.open_result(own_case, own_result, Asker(account=request.user.account)))


@post("/cases/lookups/results", guards=[guards.public], status_code=200)
async def open_found(request: Request) -> Stream | Template:
    """The same for who knows number and password; both are asked again, so that no address opens it."""
    form = await forms.sound(request, Fetched)
    await refuse_unknown(form.number, form.result)
    try:
        case = await look_up(form.number, form.code, address(request))
    except Refusal as refusal:
        return await ask_again(request, form, refusal.status, refusal=refusal)
    return uploads.shown(await cases.open_result(case, form.result, Asker()))


routes = [add, inspect, remove, open_own, open_found]
