"""`/console/crossregion/cases/{case}/consent…`: the applicant signs, at the desk or on their own phone."""

from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import esign, signature
from backend.crossregion import certified, consent
from backend.crossregion.forms import Shown, Signed
from backend.crossregion.intake_pages import DESK, did, shown
from backend.web import forms


@post("/console/crossregion/cases/{case:uuid}/consent", guards=[DESK])
async def sign(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """签同意书."""
    form = await forms.read(request, Signed)
    if not form.errors and not form.signature and not form.on_paper:
        form.refuse("signature", "请在框里签名；在纸上签的，勾上下面一格")
    if form.errors:
        return await shown(request, case, 422, form=form)
    image = signature.drawn(form.signature) if form.signature and not form.on_paper else b""
    return await did(request, case, consent.consent(case, form.hash, image, request.user.staff), "papers")


@get("/console/crossregion/cases/{case:uuid}/consent/state", guards=[DESK])
async def state(request: Request, case: FromPath[UUID]) -> Template:
    """The consent alone, as it comes."""
    return await shown(request, case, template="crossregion/_consent.html")


@post("/console/crossregion/cases/{case:uuid}/signatures", guards=[DESK])
async def ask(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """请申请人用手机签."""
    form = await forms.sound(request, Shown)
    return await did(request, case, _ask(case, form.hash, request.user.staff), "consent")


async def _ask(case: UUID, text_hash: str, by: UUID) -> None:
    # At once, so that the code is on the page that follows; where the service is slow, a worker goes on.
    await esign.look(await certified.ask_to_sign(case, text_hash, by))


@post("/console/crossregion/cases/{case:uuid}/signatures/cancellation", guards=[DESK])
async def cancel(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """改在屏上或纸上签."""
    return await did(request, case, certified.sign_otherwise(case, request.user.staff), "consent")


routes = [sign, state, ask, cancel]
