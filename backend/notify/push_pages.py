"""`/pushes`: the browsers that may be rung; `/dispatches`: what a phone says of what it showed."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import notify
from backend.notify import vapid
from backend.notify.devices import Keys, endpoint, point, secret
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.pages import page


class Subscription(forms.Form):
    """What a browser's `pushManager.subscribe` gave; sent by our script."""

    endpoint = forms.Field("推送地址", check=endpoint, longest=1000)
    p256dh = forms.Field("浏览器的公钥", check=point, longest=200)
    auth = forms.Field("浏览器的密钥", check=secret, longest=100)
    key = forms.Field("签名密钥", type=int, least=0, most=32767)


@get("/pushes/current", guards=[guards.citizen])
async def current(request: Request) -> Response[dict[str, Any]]:
    """Whether this very browser may be rung, and the key that a new subscription is made with (0: push is off)."""
    newest, mine = vapid.newest(), await notify.devices(request.user.account)
    here = any(one["session"] == request.user.session for one in mine)
    known = {"on": here, "key": newest, "public": vapid.public(newest) if newest else ""}
    return Response(known, headers={"cache-control": "no-store"})


@get("/pushes", guards=[guards.citizen])
async def index(request: Request) -> Template:
    """The devices of 通知设置 alone, a fragment: fetched again when one was added."""
    return await page(request, "notify/_devices.html", devices=await notify.devices(request.user.account))


@post("/pushes", guards=[guards.citizen])
async def create(request: Request) -> Response[dict[str, Any]]:
    """Ring this browser from now on."""
    form = await forms.read(request, Subscription)
    if form.errors:
        return Response({"errors": form.errors}, status_code=422)
    try:
        await notify.subscribe(
            Keys(form.endpoint, form.p256dh, form.auth),
            form.key,
            by=request.user.account,
            session=request.user.session,
        )
    except Refusal as refusal:
        return Response({"sentence": refusal.sentence}, status_code=refusal.status)
    return Response({"on": True}, status_code=201)


@post("/pushes/{device:uuid}/closure", guards=[guards.citizen])
async def revoke(request: Request, device: FromPath[UUID]) -> Redirect:
    """撤销: never ring it again."""
    await notify.revoke(device, by=request.user.account)
    return Redirect("/notices/preferences", status_code=303)


@post("/dispatches/{dispatch:uuid}/showing", guards=[guards.public], status_code=204)
async def showing(dispatch: FromPath[UUID]) -> None:
    """A phone showed it. It may be signed out: the dispatch's id is its word, and says nothing about anybody."""
    await notify.acknowledge(dispatch)


@post("/dispatches/{dispatch:uuid}/opening", guards=[guards.public], status_code=204)
async def opening(dispatch: FromPath[UUID]) -> None:
    """Somebody tapped it."""
    await notify.opened(dispatch)


routes = [current, index, create, revoke, showing, opening]
