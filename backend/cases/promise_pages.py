"""`/console/cases/{case}/…`: accepting on a promise and verifying it, handing a case over, naming it anew."""

from uuid import UUID

from litestar import Request, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases
from backend.cases.case_pages import ACCEPT, ACT, DECIDE, done, wrong
from backend.cases.promise_forms import Committed, Renumbered, Tolerated, Transferred, Verified
from backend.cases.views import sees
from backend.web import forms


@post("/console/cases/{case:uuid}/tolerance", guards=[ACCEPT])
async def tolerate(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """容缺受理."""
    form = await forms.read(request, Tolerated)
    if form.errors:
        return await wrong(request, case, form, "tolerate")
    deed = cases.tolerate(case, form.later(), form.until, request.user.staff, promised=form.promised)
    return await done(request, case, deed, form, "tolerate")


@post("/console/cases/{case:uuid}/commitment", guards=[ACCEPT])
async def commit(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """告知承诺."""
    form = await forms.read(request, Committed)
    if form.errors:
        return await wrong(request, case, form, "commit")
    deed = cases.commit(case, form.text, request.user.staff, signed=form.signed)
    return await done(request, case, deed, form, "commit")


@post("/console/cases/{case:uuid}/verification", guards=[DECIDE])
async def verify(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """承诺核查."""
    form = await forms.read(request, Verified)
    if form.errors:
        return await wrong(request, case, form, "verify")
    deed = cases.verify(case, form.outcome, form.note, request.user.staff, form.mend_on)
    return await done(request, case, deed, form, "verify")


@post("/console/cases/{case:uuid}/transfer", guards=[ACCEPT])
async def transfer(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """转办; whoever does not see it any more is led back to their list."""
    form = await forms.read(request, Transferred)
    if form.errors:
        return await wrong(request, case, form, "transfer")
    deed = cases.transfer(case, form.to, form.cause, request.user.staff)
    answer = await done(request, case, deed, form, "transfer")
    if isinstance(answer, Redirect) and not await sees(case, request.user.staff):
        return Redirect("/console/cases", status_code=303)
    return answer


@post("/console/cases/{case:uuid}/renumbering", guards=[ACT])
async def renumber(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """部门编号."""
    form = await forms.read(request, Renumbered)
    if form.errors:
        return await wrong(request, case, form, "renumber")
    deed = cases.renumber(case, form.external, request.user.staff)
    return await done(request, case, deed, form, "renumber")


routes = [tolerate, commit, verify, transfer, renumber]
