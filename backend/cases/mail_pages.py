"""How a result is wanted, and what is done where it is mailed: sent, signed for, come back."""

from uuid import UUID

from litestar import Request, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases
from backend.cases import own_pages
from backend.cases.case_pages import ACT, done, wrong
from backend.cases.mail_forms import Bounced, Posted, Signed, Wished
from backend.cases.record import Asker
from backend.cases.result_here import HOLDERS
from backend.web import forms, guards

HERE = guards.staff(*HOLDERS)


@post("/cases/{own_case:uuid}/way", guards=[guards.citizen])
async def choose_own(request: Request, own_case: FromPath[UUID]) -> Redirect | Template:
    """自己来领, 寄给我, or 网上领."""
    form = await forms.read(request, Wished)
    if form.errors:
        return await own_pages.shown(request, own_case, own_pages.whole(form), 422)
    asker = Asker(account=request.user.account)
    deed = cases.choose_way(own_case, form.way, form.address, asker, agreed=form.agreed)
    return await own_pages.done(request, own_case, deed, form)


@post("/cases/{own_case:uuid}/arrival", guards=[guards.citizen])
async def arrive_own(request: Request, own_case: FromPath[UUID]) -> Redirect | Template:
    """收到了."""
    deed = cases.arrive_own(own_case, request.user.account)
    return await own_pages.done(request, own_case, deed, None)


@post("/console/cases/{case:uuid}/way", guards=[ACT])
async def choose(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """As the applicant says at the counter or on the telephone."""
    form = await forms.read(request, Wished)
    if form.errors:
        return await wrong(request, case, form, "way")
    asker = Asker(staff=request.user.staff)
    deed = cases.choose_way(case, form.way, form.address, asker, agreed=form.agreed)
    return await done(request, case, deed, form, "way")


@post("/console/cases/{case:uuid}/mail", guards=[ACT])
async def mail(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """寄出."""
    form = await forms.read(request, Posted)
    if form.errors:
        return await wrong(request, case, form, "mail")
    deed = cases.mail(case, form.courier, form.mail_no, request.user.staff)
    return await done(request, case, deed, form, "mail")


@post("/console/cases/{case:uuid}/arrival", guards=[ACT])
async def arrive(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """签收."""
    form = await forms.read(request, Signed)
    if form.errors:
        return await wrong(request, case, form, "arrive")
    deed = cases.arrive(
        case, form.receiver, form.signer, request.user.staff, checked=form.checked, confirmed=form.confirmed
    )
    return await done(request, case, deed, form, "arrive")


@post("/console/cases/{case:uuid}/bounce", guards=[ACT])
async def come_back(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """退回来了."""
    form = await forms.read(request, Bounced)
    if form.errors:
        return await wrong(request, case, form, "bounce")
    deed = cases.come_back(case, form.back, form.then, request.user.staff)
    return await done(request, case, deed, form, "bounce")


@post("/console/cases/{case:uuid}/result-arrival", guards=[HERE])
async def receive_result(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """结果到了, at the desk far away."""
    return await done(request, case, cases.receive_result(case, request.user.staff))


routes = [choose_own, arrive_own, choose, mail, arrive, come_back, receive_result]
