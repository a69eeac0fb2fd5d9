"""`/identities`: what opens my account beside the phone: look, link what came back from the issuer, unlink."""

from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from backend.identity import linked, oidc_way, people, verified_id
from backend.identity.browser import WITH_ISSUER, carried
from backend.identity.oidc_client import called, client
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.pages import page
from backend.web.session import cookies


class Waiting(forms.Form):
    """What came back from the issuer and waits for a yes."""

    token = forms.Field("关联", longest=100)


@get("/identities", guards=[guards.citizen])
async def index(request: Request) -> Response:
    """苏服办账号."""
    return await _index(request)


async def _index(request: Request, status: int = 200, refusal: Refusal | None = None) -> Response:
    own = await verified_id.own_person(request.user.account)
    return await page(
        request, "identity/identities.html", status, refusal=refusal, issuer=called(), offered=client() is not None,
        identities=await linked.identities_of(request.user.account), own=own,
        masked=people.masked_id(own) if own else "", path="/identities",
    )  # fmt: skip


@get("/identities/return", guards=[guards.citizen])
async def confirm(request: Request) -> Response:
    """What came back, masked, and the question whether to link it to this account."""
    token = cookies(request.scope).get(WITH_ISSUER, "")
    try:
        claims = await oidc_way.held(token)
    except Refusal as refusal:
        return await _index(request, refusal.status, refusal)
    return await page(
        request, "identity/identity_confirm.html", claims=claims, token=token, issuer=called(),
        phone=await people.phone_of(request.user.account),
    )  # fmt: skip


@post("/identities", guards=[guards.citizen])
async def create(request: Request) -> Response:
    """关联."""
    form = await forms.sound(request, Waiting)
    try:
        await linked.link_identity(request.user.account, form.token)
    except Refusal as refusal:
        return await _index(request, refusal.status, refusal)
    return Redirect("/identities", status_code=303, cookies=[carried("", 0)])


@post("/identities/{identity:uuid}/removal", guards=[guards.citizen])
async def remove(request: Request, identity: FromPath[UUID]) -> Response:
    """取消关联."""
    await linked.unlink_identity(request.user.account, identity, keep=request.user.session)
    return Redirect("/identities", status_code=303)


routes = [index, confirm, create, remove]
