"""Where I am signed in, and how pages look: sessions and preferences."""

from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from backend.identity import history, people, sessions
from backend.identity.browser import came_from, onward, preference, signed_out
from backend.identity.limits import limits
from backend.web import forms, guards
from backend.web.pages import page


@get("/sessions", guards=[guards.citizen])
async def index(request: Request) -> Response:
    """登录的设备."""
    found = await sessions.sessions_of(account=request.user.account)
    tried = await history.sign_ins_of(account=request.user.account)
    return await page(
        request, "identity/sessions.html", sessions=found, sign_ins=tried, days=limits().history.days
    )


@post("/sessions/{session:uuid}/closure", guards=[guards.citizen])
async def close_one(request: Request, session: FromPath[UUID]) -> Redirect:
    """Sign one device out; one's own leads to the first page."""
    await sessions.revoke_session(session, account=request.user.account)
    return signed_out("/") if session == request.user.session else Redirect("/sessions", status_code=303)


@post("/sessions/closure", guards=[guards.citizen])
async def close_all(request: Request) -> Redirect:
    """退出所有设备."""
    await sessions.sign_out_everywhere(account=request.user.account)
    return signed_out("/")


class Preferences(forms.Form):
    """How pages look; what is not sent stays as it is."""

    elder = forms.Field("长辈版", required=False)
    theme = forms.Field("颜色", required=False)
    keys = forms.Field("快捷键", required=False)
    back = forms.Field("去处", required=False, longest=2000)


@post("/preferences", guards=[guards.public])
async def prefer(request: Request) -> Redirect:
    """长辈版, 深色, 快捷键: kept in cookies, and the reading size with one's own person too."""
    form = await forms.sound(request, Preferences)
    cookies = []
    if form.typed["elder"] in ("0", "1"):
        cookies.append(preference("elder", form.typed["elder"]))
        if request.user.account:
            await people.prefer_elder(request.user.account, form.typed["elder"] == "1")
    if form.typed["theme"] in ("light", "dark", "auto"):
        cookies.append(preference("theme", form.typed["theme"]))
    if form.typed["keys"] in ("0", "1"):
        cookies.append(preference("keys", form.typed["keys"]))
    return Redirect(onward(form.typed["back"], came_from(request)), status_code=303, cookies=cookies)


routes = [index, close_one, close_all, prefer]
