"""`/console/crossregion/cases/{case}/consent…`: the applicant signs at the desk."""

from uuid import UUID

from litestar import Request, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import signature
from backend.crossregion import consent
from backend.crossregion.forms import Signed
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


routes = [sign]
