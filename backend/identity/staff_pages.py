"""The staff side's door: sign in, change the password, sign out here or everywhere."""

from litestar import Request, Response, get, post
from litestar.response import Redirect

from backend.identity import checks, sessions
from backend.identity.browser import device, onward, signed_in, signed_out
from backend.identity.second_step import CodeNeeded, StepOver, second_step
from backend.identity.staff_sign_in import change_password, staff_sign_in
from backend.identity.visitors import visitor_for
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.pages import page
from backend.web.visitor import Visitor

HOME, PASSWORD, TOTP = "/console", "/console/password", "/console/totp"


class SignIn(forms.Form):
    """用户名 and 密码."""

    username = forms.Field("用户名", longest=40)
    password = forms.Field("密码", longest=128)
    next = forms.Field("去处", required=False, longest=2000)


class SecondStep(forms.Form):
    """The code that is asked for after the password; `step` says whose."""

    step = forms.Field("登录", longest=100)
    code = forms.Field("动态验证码或恢复码", longest=40, check=checks.second_step)
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
        return Redirect(_first(request.user) or to, status_code=303)
    return await page(request, "identity/staff_sign_in.html", form=SignIn.blank(next=to))


@post("/console/session", guards=[guards.public])
async def create(request: Request) -> Response:
    """Open the session; a browser's earlier one ends."""
    form = await forms.read(request, SignIn)
    if form.errors:
        return await page(request, "identity/staff_sign_in.html", status=422, form=form)
    try:
        token = await staff_sign_in(form.username.lower(), form.password, device(request))
    except CodeNeeded as needed:
        return await _second(request, 200, SecondStep.blank(step=needed.step, next=form.next))
    except Refusal as refusal:
        return await page(request, "identity/staff_sign_in.html", status=409, form=form, refusal=refusal)
    return await _inside(request, token, onward(form.next, HOME))


async def _second(
    request: Request, status: int, form: forms.Form, refusal: Refusal | None = None
) -> Response:
    return await page(
        request, "identity/staff_code.html", status, form=form, refusal=refusal, path="/console/session/new"
    )


@post("/console/session/code", guards=[guards.public])
async def second(request: Request) -> Response:
    """The second step. Who used a recovery code sees how many are left."""
    form = await forms.read(request, SecondStep)
    if form.errors:
        return await _second(request, 422, form)
    try:
        token = await second_step(form.step, form.code, device(request))
    except StepOver as over:
        blank = SignIn.blank(next=form.next)
        return await page(request, "identity/staff_sign_in.html", status=409, form=blank, refusal=over)
    except Refusal as refusal:
        return await _second(request, refusal.status, form, refusal)
    return await _inside(request, token, onward(form.next, HOME) if form.code.isdigit() else TOTP)


@get(["/console/session", "/console/session/code"], guards=[guards.public])
async def again(request: Request) -> Redirect:
    """These addresses stand in the address bar while a code is typed; opened anew, they start over."""
    return Redirect("/console/session/new", status_code=303)


async def _inside(request: Request, token: str, to: str) -> Redirect:
    if request.user.session:
        await sessions.sign_out(request.user.session)
    visitor = await visitor_for(token)
    assert visitor is not None
    return signed_in(token, _first(visitor) or to, staff=True)


def _first(visitor: Visitor) -> str:
    """What must be done before anything else: a password of one's own, then an authenticator."""
    return PASSWORD if visitor.must_change else TOTP if visitor.must_enrol else ""


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
    return Redirect(TOTP if request.user.must_enrol else HOME, status_code=303)


routes = [new, create, second, again, close, close_all, password, change]
