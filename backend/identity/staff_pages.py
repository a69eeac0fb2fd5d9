"""The staff side's door: sign in, change the password, sign out here or everywhere."""

from litestar import Request, Response, get, post
from litestar.response import Redirect

from backend.identity import checks, sessions
from backend.identity.browser import device, onward, signed_in, signed_out
from backend.identity.staff_sign_in import change_password, staff_sign_in
from backend.identity.visitors import visitor_for
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.pages import page

HOME, PASSWORD = "/console", "/console/password"


class SignIn(forms.Form):
    """用户名 and 密码."""

    username = forms.Field("用户名", longest=40)
    password = forms.Field("密码", longest=128)
    next = forms.Field("去处", required=False, longest=2000)


class NewPassword(forms.Form):
    """A new password, typed twice."""

    old = forms.Field("原密码", longest=128)
    new = forms.Field("新密码", longest=128, check=checks.password)
    again = forms.Field("再输一遍新密码", longest=128)


@get("/console/session/new", guards=[guards.public])
async def new(request: Request) -> Response:
    """工作人员登录."""
    to = onward(request.query_params.get("next", ""), HOME)
    if request.user.staff:
        return Redirect(PASSWORD if request.user.must_change else to, status_code=303)
    return await page(request, "identity/staff_sign_in.html", form=SignIn.blank(next=to))


@post("/console/session", guards=[guards.public])
async def create(request: Request) -> Response:
    """Open the session; a browser's earlier one ends."""
    form = await forms.read(request, SignIn)
    if form.errors:
        return await page(request, "identity/staff_sign_in.html", status=422, form=form)
    try:
        token = await staff_sign_in(form.username.lower(), form.password, device(request))
    except Refusal as refusal:
        return await page(request, "identity/staff_sign_in.html", status=409, form=form, refusal=refusal)
    if request.user.session:
        await sessions.sign_out(request.user.session)
    visitor = await visitor_for(token)
    must_change = visitor is not None and visitor.must_change
    return signed_in(token, PASSWORD if must_change else onward(form.next, HOME), staff=True)


@post("/console/session/closure", guards=[guards.public])
async def close(request: Request) -> Redirect:
    """退出登录."""
    if request.user.session:
        await sessions.sign_out(request.user.session)
    return signed_out("/console/session/new")


@post("/console/sessions/closure", guards=[guards.staff()])
async def close_all(request: Request) -> Redirect:
    """退出所有设备."""
    await sessions.sign_out_everywhere(staff=request.user.staff)
    return signed_out("/console/session/new")


@get("/console/password", guards=[guards.staff()])
async def password(request: Request) -> Response:
    """修改密码."""
    return await page(request, "identity/password.html", form=NewPassword.blank())


@post("/console/password", guards=[guards.staff()])
async def change(request: Request) -> Response:
    """Set the new password; every other device is signed out."""
    form = await forms.read(request, NewPassword)
    if not form.errors and form.new != form.again:
        form.refuse("again", "两次输入的新密码不一样，请再输一遍")
    if form.errors:
        return await page(request, "identity/password.html", status=422, form=form)
    try:
        await change_password(by=request.user.staff, old=form.old, new=form.new, keep=request.user.session)
    except Refusal as refusal:
        return await page(
            request, "identity/password.html", status=refusal.status, form=form, refusal=refusal
        )
    return Redirect(HOME, status_code=303)


routes = [new, create, close, close_all, password, change]
