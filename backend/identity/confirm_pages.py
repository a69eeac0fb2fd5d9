"""`/confirmation`: a fresh code from somebody who is signed in already, before what cannot be taken back."""

from typing import Any

from litestar import Request, Response, get, post

from backend.identity import checks, people, sessions
from backend.identity.browser import device, onward, signed_in
from backend.identity.limits import limits
from backend.identity.send_code import TooSoon, send_code
from backend.identity.shown_code import shown_code
from backend.identity.sign_in import sign_in
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.limits import address
from backend.web.pages import page


class Onward(forms.Form):
    """Where to go on to."""

    next = forms.Field("去处", required=False, longest=2000)


class Code(Onward):
    """The code that was sent to one's own phone."""

    code = forms.Field("验证码", check=checks.code)


async def _page(request: Request, form: forms.Form, status: int = 200, **values: Any) -> Response:
    phone = await people.phone_of(request.user.account)
    shown = {"sent": False, "refusal": None, "phone": phone, "minutes": limits().codes.minutes, **values}
    shown["code"] = await shown_code(phone) if shown["sent"] else None
    return await page(request, "identity/confirm.html", status, form=form, path="/me", **shown)


@get("/confirmation", guards=[guards.citizen])
async def ask(request: Request) -> Response:
    """Says why a code is asked, and sends none by itself."""
    return await _page(request, Code.blank(next=onward(request.query_params.get("next", ""), "/me")))


@post("/confirmation/codes", guards=[guards.citizen])
async def send(request: Request) -> Response:
    """Send a code to the account's own phone."""
    form = await forms.sound(request, Onward)
    blank = Code.blank(next=form.typed["next"])
    try:
        await send_code(await people.phone_of(request.user.account), address(request))
    except Refusal as refusal:
        waits = isinstance(refusal, TooSoon)
        return await _page(request, blank, refusal.status, sent=waits, refusal=refusal)
    return await _page(request, blank, sent=True)


@post("/confirmation", guards=[guards.citizen])
async def confirm(request: Request) -> Response:
    """A right code is a new sign-in: a new session takes the place of this one."""
    form = await forms.read(request, Code)
    if form.errors:
        return await _page(request, form, 422, sent=True)
    try:
        own = request.user.account
        token = await sign_in(await people.phone_of(own), form.code, device=device(request), within=own)
    except Refusal as refusal:
        return await _page(request, form, refusal.status, sent=True, refusal=refusal)
    await sessions.sign_out(request.user.session)
    return signed_in(token, onward(form.typed["next"], "/me"))


routes = [ask, send, confirm]
