"""`/oidc`: to the province's identity (苏服办) and back. Leaving is a plain link: our policy (CSP) lets no form lead
to another site.
"""

from litestar import Request, Response, get
from litestar.response import Redirect

from backend.identity import oidc_way
from backend.identity.browser import WITH_ISSUER, carried, device, onward
from backend.identity.limits import limits
from backend.identity.oidc_client import Client, called, client
from backend.identity.oidc_provider import Unfinished
from backend.identity.oidc_sign_in import PhoneFirst, oidc_sign_in
from backend.identity.oidc_way import Departure
from backend.identity.sign_in_pages import inside
from backend.refusal import NotFound, Refusal
from backend.web import guards
from backend.web.pages import page
from backend.web.session import cookies

CONFIRM = "/identities/return"


def _client() -> Client:
    found = client()
    if found is None:
        raise NotFound
    return found


@get("/oidc/new", guards=[guards.public])
async def leave(request: Request) -> Response:
    """用苏服办登录."""
    to, there = onward(request.query_params.get("next", "")), _client()
    if request.user.account:
        return Redirect(to, status_code=303)
    return await go(request, there, to)


@get("/identities/new", guards=[guards.citizen])
async def leave_to_link(request: Request) -> Response:
    """关联苏服办: what comes back is linked only when the person says so."""
    return await go(request, _client(), "/identities", linking=True)


async def go(request: Request, there: Client, to: str, linking: bool = False) -> Response:
    """Off to the issuer, with the cookie that belongs to the way back."""
    try:
        address, cookie = await oidc_way.depart(there, to, linking)
    except Unfinished as unfinished:
        return await _unfinished(request, unfinished, to)
    return Redirect(address, status_code=303, cookies=[carried(cookie, limits().oidc.minutes)])


async def _unfinished(request: Request, refusal: Refusal, to: str = "/") -> Response:
    answer = await page(
        request, "identity/oidc_unfinished.html", refusal.status, sentence=refusal.sentence, to=to, issuer=called(),
        path="/session/new",
    )  # fmt: skip
    answer.cookies.append(carried("", 0))
    return answer


@get("/oidc/return", guards=[guards.public])
async def come_back(request: Request) -> Response:
    """The person is back: signed in, or asked for what is missing."""
    there, going, said = _client(), None, dict(request.query_params)
    try:
        cookie = cookies(request.scope).get(WITH_ISSUER, "")
        going = await oidc_way.came_back(there, cookie, said)
        claims = await oidc_way.claims_of(there, going, said)
        if going.linking:
            return await _confirm(going, await oidc_way.hold(going, claims), CONFIRM)
        try:
            found = await oidc_sign_in(claims, device(request))
        except PhoneFirst:
            token = await oidc_way.hold(going, claims)
            return await _confirm(going, token, f"/session/new?next={CONFIRM}")
    except Refusal as refusal:
        return await _unfinished(request, refusal, going.to if going else "/")
    answer = await inside(request, found.token, "/identities" if found.differs else going.to)
    answer.cookies.append(carried("", 0))
    return answer


async def _confirm(going: Departure, token: str, to: str) -> Redirect:
    return Redirect(to, status_code=303, cookies=[carried(token, limits().oidc.minutes)])


routes = [leave, leave_to_link, come_back]
