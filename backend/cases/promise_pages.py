"""`/console/cases/{case}/…`: accepting on a promise."""

from uuid import UUID

from litestar import Request, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases
from backend.cases.case_pages import ACT, done, wrong
from backend.cases.promise_forms import Tolerated
from backend.web import forms


@post("/console/cases/{case:uuid}/tolerance", guards=[ACT])
async def tolerate(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """容缺受理."""
    form = await forms.read(request, Tolerated)
    if form.errors:
        return await wrong(request, case, form, "tolerate")
    deed = cases.tolerate(case, form.later(), form.until, request.user.staff, promised=form.promised)
    return await done(request, case, deed, form, "tolerate")


routes = [tolerate]
