"""The privacy notice: told once after the first sign-in (个人信息保护法 17), and always there to read."""

from litestar import Request, Response, get, post
from litestar.response import Redirect

from backend import catalog, retention
from backend.identity.browser import onward
from backend.identity.sign_in import acknowledge_notice, was_told
from backend.web import forms, guards
from backend.web.pages import page


class Onward(forms.Form):
    """Where to go on to."""

    next = forms.Field("去处", required=False, longest=2000)


@get("/privacy", guards=[guards.public])
async def privacy(request: Request) -> Response:
    """What is done with personal data; shown once after the first sign-in, and always there to read."""
    asked = request.user.account is not None and not await was_told(request.user.account)
    to = onward(request.query_params.get("next", ""))
    told = retention.told((await catalog.texts()).get("privacy-notice", ""))
    parts = [part for part in told.split("\n\n") if part.strip()]
    return await page(request, "identity/privacy.html", parts=parts, asked=asked, to=to)


@post("/privacy/acknowledgement", guards=[guards.citizen])
async def acknowledge(request: Request) -> Redirect:
    """知道了."""
    form = await forms.sound(request, Onward)
    await acknowledge_notice(by=request.user.account)
    return Redirect(onward(form.typed["next"]), status_code=303)


routes = [privacy, acknowledge]
