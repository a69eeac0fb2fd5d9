"""Signing in, in two steps: the phone, then its code. The phone travels in the form, never in a URL."""

from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.response import Redirect

from backend.identity import checks, people, sessions
from backend.identity.browser import device, onward, preference, signed_in, signed_out
from backend.identity.limits import limits
from backend.identity.oidc_client import called, client
from backend.identity.send_code import TooSoon, send_code
from backend.identity.shown_code import shown_code
from backend.identity.sign_in import OwnerUnsure, sign_in, was_told
from backend.identity.visitors import visitor_for
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.limits import address
from backend.web.pages import page

START = "/session/new"


class Phone(forms.Form):
    """Step one."""

    phone = forms.Field("手机号", check=checks.mobile)
    next = forms.Field("去处", required=False, longest=2000)


class CodeAndPhone(forms.Form):
    """Step two; `tail` and `afresh` only for a number idle as long as `identity.toml` sets."""

    phone = forms.Field("手机号", check=checks.mobile)
    code = forms.Field("验证码", check=checks.code)
    tail = forms.Field("证件号最后 6 位", required=False, check=checks.tail)
    afresh = forms.Field("不是我，重新开始", type=bool)
    next = forms.Field("去处", required=False, longest=2000)


@get("/session/new", guards=[guards.public])
async def new(request: Request) -> Response:
    """登录: the phone."""
    to = request.query_params.get("next", "")
    if request.user.account:
        return Redirect(onward(to), status_code=303)
    return await page(request, "identity/phone.html", form=Phone.blank(next=onward(to)), issuer=_issuer())


@get(["/codes", "/session"], guards=[guards.public])
async def again(request: Request) -> Redirect:
    """These addresses stand in the address bar while a code is typed; opened anew, they start over."""
    return Redirect("/session/new", status_code=303)


async def _first(request: Request, status: int, form: forms.Form, refusal: Refusal | None = None) -> Response:
    return await page(
        request, "identity/phone.html", status, form=form, refusal=refusal, path=START, issuer=_issuer()
    )


def _issuer() -> str:
    return called() if client() else ""


async def _second(
    request: Request,
    status: int,
    form: forms.Form,
    *,
    refusal: Refusal | None = None,
) -> Response:
    unsure = isinstance(refusal, OwnerUnsure) or bool(form.typed["tail"] or form.typed["afresh"])
    return await page(
        request,
        "identity/code.html",
        status,
        form=form,
        shown=await shown_code(checks.mobile(form.typed["phone"])),
        unsure=unsure,
        minutes=limits().codes.minutes,
        refusal=refusal,
        path=START,
    )


@post("/codes", guards=[guards.public])
async def send(request: Request) -> Response:
    """Send a code and show where to type it."""
    form = await forms.read(request, Phone)
    if form.errors:
        return await _first(request, 422, form)
    blank = CodeAndPhone.blank(phone=form.phone, next=form.next)
    try:
        await send_code(form.phone, address(request))
    except TooSoon as refusal:
        return await _second(request, refusal.status, blank, refusal=refusal)
    except Refusal as refusal:
        return await _first(request, refusal.status, form, refusal)
    return await _second(request, 200, blank)


@post("/session", guards=[guards.public])
async def create(request: Request) -> Response:
    """Open the session; a browser's earlier one ends."""
    form = await forms.read(request, CodeAndPhone)
    if "phone" in form.errors:
        return await _first(request, 422, Phone(form.given).judged())
    if form.errors:
        return await _second(request, 422, form)
    try:
        token = await sign_in(
            form.phone, form.code, device=device(request), tail=form.tail, afresh=form.afresh
        )
    except Refusal as refusal:
        return await _second(request, refusal.status, form, refusal=refusal)
    return await inside(request, token, onward(form.next))


async def inside(request: Request, token: str, to: str) -> Redirect:
    """A citizen is in: on to the page, after the privacy notice at the first time; an earlier session ends."""
    if request.user.session:
        await sessions.sign_out(request.user.session)
    visitor = await visitor_for(token)
    assert visitor is not None
    assert visitor.account is not None
    told = await was_told(visitor.account)
    answer = signed_in(token, to if told else f"/privacy?next={quote(to, safe='/')}")
    if any(person.elder and person.relation == "self" for person in await people.people_of(visitor.account)):
        answer.cookies.append(preference("elder", "1"))
    return answer


@post("/session/closure", guards=[guards.public])
async def close(request: Request) -> Redirect:
    """退出登录."""
    if request.user.session:
        await sessions.sign_out(request.user.session)
    return signed_out("/")


routes = [new, again, send, create, close]
