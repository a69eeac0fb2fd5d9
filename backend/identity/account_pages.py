"""`/console/account`: my own work account: how I sign in, where I did, my authenticator and recovery codes.

A secret and recovery codes are shown by the answer to the form that made them, once: they are in no address.
"""

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from backend.identity import authenticator, checks, history, people, recovery, sessions, staff_list
from backend.identity.authenticator import Pending
from backend.identity.carried_phone import carried
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.pages import page

PASSWORD = "/console/password"
GUARD = guards.staff()


class Own(forms.Form):
    """The password once more, before what guards the account is changed."""

    password = forms.Field("登录密码", longest=128)


class FirstCode(forms.Form):
    """The first code of a new authenticator."""

    code = forms.Field("动态验证码", check=checks.code)


@get("/console/account", guards=[GUARD])
async def show(request: Request) -> Response:
    """我的账号."""
    found, phone = await staff_list.oneself(request.user.staff), await carried(request.user.staff)
    return await page(
        request, "identity/account.html", member=found, left=await recovery.left(request.user.staff),
        phone=await people.phone_of(phone) if phone else "",
        sessions=await sessions.sessions_of(staff=request.user.staff),
        sign_ins=await history.sign_ins_of(staff=request.user.staff),
    )  # fmt: skip


@get("/console/totp", guards=[GUARD])
async def totp(request: Request) -> Response:
    """验证器: set up, set up anew, or fresh recovery codes. A temporary password is changed first."""
    if request.user.must_change:
        return Redirect(PASSWORD, status_code=303)
    return await _totp(request)


async def _totp(
    request: Request, status: int = 200, form: forms.Form | None = None, refusal: Refusal | None = None
) -> Response:
    found = await staff_list.oneself(request.user.staff)
    values: dict[str, Any] = {"member": found, "left": await recovery.left(request.user.staff)}
    return await page(
        request, "identity/totp.html", status, form=form or Own.blank(), refusal=refusal, path="/console/account",
        **values,
    )  # fmt: skip


@post("/console/totp", guards=[GUARD], status_code=200)
async def start(request: Request) -> Response:
    """Show a fresh secret, to be confirmed by its first code."""
    form = await forms.read(request, Own)
    if form.errors:
        return await _totp(request, 422, form)
    try:
        pending = await authenticator.start_totp(request.user.staff, form.password)
    except Refusal as refusal:
        return await _totp(request, refusal.status, form, refusal)
    return await _confirm(request, pending)


async def _confirm(
    request: Request,
    pending: Pending,
    status: int = 200,
    form: forms.Form | None = None,
    refusal: Refusal | None = None,
) -> Response:
    return await page(
        request, "identity/totp_confirm.html", status, form=form or FirstCode.blank(), refusal=refusal,
        pending=pending, path="/console/account",
    )  # fmt: skip


@post("/console/totp/confirmation", guards=[GUARD], status_code=200)
async def confirm(request: Request) -> Response:
    """The authenticator counts; show the recovery codes."""
    form = await forms.read(request, FirstCode)
    try:
        pending = await authenticator.pending_totp(request.user.staff)
    except Refusal as refusal:
        return await _totp(request, refusal.status, None, refusal)
    if form.errors:
        return await _confirm(request, pending, 422, form)
    try:
        codes = await authenticator.confirm_totp(request.user.staff, form.code, keep=request.user.session)
    except Refusal as refusal:
        return await _confirm(request, pending, refusal.status, form, refusal)
    return await _codes(request, codes)


@post("/console/totp/recovery-codes", guards=[GUARD], status_code=200)
async def renew(request: Request) -> Response:
    """换一批恢复码."""
    form = await forms.read(request, Own)
    if form.errors:
        return await _totp(request, 422, form)
    try:
        codes = await authenticator.renew_recovery(request.user.staff, form.password)
    except Refusal as refusal:
        return await _totp(request, refusal.status, form, refusal)
    return await _codes(request, codes)


async def _codes(request: Request, codes: list[str]) -> Response:
    found = await staff_list.oneself(request.user.staff)
    return await page(
        request, "identity/recovery_codes.html", codes=codes, member=found, path="/console/account"
    )


@get(["/console/totp/confirmation", "/console/totp/recovery-codes"], guards=[GUARD])
async def again(request: Request) -> Redirect:
    """These addresses stand in the address bar while something is shown once; opened anew, they lead back."""
    return Redirect("/console/totp", status_code=303)


routes = [show, totp, start, confirm, renew, again]
