"""The case for the department's own system: pushed again, or as a file by hand."""

from uuid import UUID

from litestar import Request, Response, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend.crossregion import export, outbox
from backend.crossregion.eligible_pages import PATH
from backend.crossregion.intake_pages import DESK, shown
from backend.refusal import Denied, NotFound, Refusal
from backend.web import guards

BOTH_SIDES = guards.staff("desk", "officer")


@post("/console/crossregion/cases/{case:uuid}/exports", guards=[DESK])
async def again(request: Request, case: FromPath[UUID]) -> Redirect:
    """再推一次."""
    await outbox.export_again(case, request.user.staff)
    return Redirect(f"{PATH}/cases/{case}#done", status_code=303)


@post("/console/crossregion/cases/{case:uuid}/files", guards=[BOTH_SIDES], status_code=200)
async def file(request: Request, case: FromPath[UUID]) -> Response[bytes] | Template:
    """导出文件: in full, in the answer, so that no address opens it."""
    try:
        name, body = await export.file_of(case, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await shown(request, case, refusal.status, refusal=refusal)
    head = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, media_type="application/json", headers=head)


routes = [again, file]
