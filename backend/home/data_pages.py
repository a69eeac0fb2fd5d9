"""`/data`: what we hold on me, a copy of it, and closing the account. Both come only soon after a sign-in."""

import io
import zipfile
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.response import Redirect

from backend import appointments, handoff, identity, retention
from backend.home import own_data
from backend.refusal import NotFound, Refusal
from backend.settings import settings
from backend.web import forms, guards
from backend.web.pages import html, page
from backend.web.session import COOKIE

CONFIRM = "/confirmation?next="
FILE = "我的信息"


class Erasure(forms.Form):
    """What must be typed and ticked before an account is closed."""

    tail = forms.Field("手机号末四位", longest=4)
    sure = forms.Field("我知道注销后不能恢复", type=bool)


@get("/data", guards=[guards.citizen])
async def show(request: Request) -> Response:
    """我的信息."""
    by = request.user.account
    return await page(
        request, "home/data.html", phone=await identity.phone_of(by), recordings=await handoff.own_recordings(by),
        path="/me",
    )  # fmt: skip


@post("/data/copies", guards=[guards.citizen])
async def take(request: Request) -> Response:
    """带走一份: a zip with a page to read and the same as JSON."""
    try:
        copy = await own_data.copy(by=request.user.account, session=request.user.session)
    except identity.ConfirmFirst:
        return Redirect(CONFIRM + "/data", status_code=303)
    words = await html(request, "home/copy.html", copy=copy, said=own_data.said)
    name = f"attachment; filename=\"qiban.zip\"; filename*=UTF-8''{quote(FILE)}.zip"
    return Response(
        _packed(words, copy),
        media_type="application/zip",
        status_code=200,
        headers={"content-disposition": name},
    )


def _packed(words: str, copy: own_data.Copy) -> bytes:
    told = {"生成时间": copy.made_at} | dict(copy.sections)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"{FILE}.html", words)
        packed.writestr(
            f"{FILE}.json", msgspec.json.format(msgspec.json.encode(own_data.plain(told)), indent=2)
        )
    return file.getvalue()


@get("/data/erasure", guards=[guards.citizen])
async def ask(request: Request) -> Response:
    """注销账号, the first step: what goes, what stays, what is still ahead."""
    by = request.user.account
    values: dict[str, Any] = {
        "coming": await appointments.upcoming(by=by),
        "waits": await appointments.waits(by),
        "kept": retention.kept(),
    }
    return await page(request, "home/erasure.html", period=retention.said, path="/me", **values)


@get("/data/erasure/last", guards=[guards.citizen])
async def last(request: Request) -> Response:
    """The second step: the number once more, and the tick. After a while a code comes first."""
    try:
        await identity.require_lately(request.user.session, request.user.account)
    except identity.ConfirmFirst:
        return Redirect(CONFIRM + "/data/erasure/last", status_code=303)
    return await _last(request, Erasure.blank())


async def _last(
    request: Request, form: forms.Form, status: int = 200, refusal: Refusal | None = None
) -> Response:
    phone = await identity.phone_of(request.user.account)
    return await page(
        request, "home/erasure_last.html", status, form=form, phone=phone, refusal=refusal, path="/me"
    )


@post("/data/erasure", guards=[guards.citizen])
async def erase(request: Request) -> Response:
    """注销. There is no way back from here."""
    form = await forms.read(request, Erasure)
    if not form.sure and "sure" not in form.errors:
        form.refuse("sure", "请先勾选“我知道注销后不能恢复”")
    if form.errors:
        return await _last(request, form, 422)
    try:
        await own_data.erase(by=request.user.account, session=request.user.session, tail=form.tail)
    except identity.ConfirmFirst:
        return Redirect(CONFIRM + "/data/erasure/last", status_code=303)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _last(request, form, refusal.status, refusal)
    gone = Cookie(COOKIE, value="", max_age=0, secure=settings().secure, httponly=True, samesite="lax")
    return Redirect("/erased", status_code=303, cookies=[gone])


@get("/erased", guards=[guards.public])
async def erased(request: Request) -> Response:
    """已注销: where one stands after leaving."""
    return await page(request, "home/erased.html", period=retention.said, kept=retention.kept())


routes = [show, take, ask, last, erase, erased]
