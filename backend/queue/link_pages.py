"""发给家人: the owner's links to a number, and the page that whoever holds one sees without an account. A paper's link
is its holder's: it may also step back, give back and come back.
"""

import re
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from backend import clock, queue
from backend.queue import follow
from backend.queue.record import Asker
from backend.queue.share import ended, shareable
from backend.queue.ticket_pages import Later, stream, values
from backend.refusal import NotFound, Refusal
from backend.secrecy import fresh_token
from backend.settings import settings
from backend.web import forms, guards
from backend.web.pages import page
from backend.web.qr import picture

# The address is the key: it is kept by no cache, told to no other site, found by no search engine.
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}


def _token(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{24}", text):
        raise ValueError("这一页放得太久，请重新打开再生成")
    return text


class Link(forms.Form):
    """The token that the page brought."""

    token = forms.Field("链接", check=_token)


@get("/tickets/{ticket:uuid}/links", guards=[guards.citizen])
async def index(request: Request, ticket: FromPath[UUID]) -> Template:
    """发给家人: what they will see, a new link, and those that are out."""
    return await _links(request, ticket)


@post("/tickets/{ticket:uuid}/links", guards=[guards.citizen], status_code=200)
async def share(request: Request, ticket: FromPath[UUID]) -> Template:
    """Make a link and show it, this once: an address that kept it could be read by others later. The page brings the
    token, so that sending it again shows the same link and makes no other.
    """
    form = await forms.read(request, Link)
    if form.errors:
        return await _links(request, ticket, status=422, form=form)
    try:
        made = await queue.share(ticket, by=request.user.account, token=form.token)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _links(request, ticket, status=409, refusal=refusal)
    address = f"{settings().public_url or str(request.base_url).rstrip('/')}/q/{made.token}"
    return await _links(request, ticket, address=address, picture=picture(address), made=made.link)


@post("/tickets/{ticket:uuid}/links/{ticket_link:uuid}/withdrawal", guards=[guards.citizen])
async def unshare(request: Request, ticket: FromPath[UUID], ticket_link: FromPath[UUID]) -> Redirect:
    """撤回."""
    await queue.unshare(ticket, ticket_link, by=request.user.account)
    return Redirect(f"/tickets/{ticket}/links", status_code=303)


async def _links(request: Request, ticket: UUID, status: int = 200, **more: Any) -> Template:
    by = request.user.account
    found = await follow.own(ticket, by)
    blank = {"address": "", "picture": "", "made": None, "form": Link.blank(), "token": fresh_token()}
    return await page(
        request, "queue/links.html", status=status, ticket=found, path=f"/tickets/{ticket}/links",
        shareable=shareable(found, clock.local(await clock.now()).date()),
        links=await queue.links(ticket, by=by), **{**blank, **more},
    )  # fmt: skip


@get("/q/{key:str}", guards=[guards.public])
async def followed(request: Request, key: FromPath[str]) -> Template:
    """The number as somebody without an account sees it; large, for it is often an elder."""
    return await _followed(request, key)


async def _followed(request: Request, key: str, status: int = 200, **more: Any) -> Template:
    try:
        found = await follow.followed(key)
    except NotFound as gone:
        return await _shown(request, "queue/followed.html", 404, ticket=None, gone=gone)
    shown = await values(found, f"/q/{key}", lambda: follow.followed(key), True)
    return await _shown(request, "queue/followed.html", status, **{**shown, **more})


async def _shown(request: Request, template: str, status: int, **more: Any) -> Template:
    found = await page(request, template, status=status, **{"elder": True, **more})
    found.headers.update(HEADERS)
    return found


@get("/q/{key:str}/state", guards=[guards.public])
async def state(request: Request, key: FromPath[str]) -> Template:
    """The part that changes."""
    shown = await values(await follow.followed(key), f"/q/{key}", lambda: follow.followed(key), False)
    return await _shown(request, "queue/_ticket.html", 200, **shown)


@get("/q/{key:str}/live", guards=[guards.public])
async def place(request: Request, key: FromPath[str]) -> Stream | Response[None]:
    """The number's place, as it changes."""
    found = await follow.followed(key)
    return await stream(found, ended(found["link"]))


@post("/q/{key:str}/postponement", guards=[guards.public])
async def step_back(request: Request, key: FromPath[str]) -> Redirect | Template:
    """晚点再叫我, by the holder of the paper."""
    form = await forms.read(request, Later)
    ticket = await _paper(key)
    if form.errors:
        return await _followed(request, key, 422, form=form)
    return await _done(request, key, queue.step_back(ticket, form.places, Asker()))


@post("/q/{key:str}/withdrawal", guards=[guards.public])
async def withdraw(request: Request, key: FromPath[str]) -> Redirect | Template:
    """不办了, by the holder of the paper."""
    return await _done(request, key, queue.withdraw(await _paper(key), Asker()))


@post("/q/{key:str}/return", guards=[guards.public])
async def come_back(request: Request, key: FromPath[str]) -> Redirect | Template:
    """过号回来, by the holder of the paper."""
    return await _done(request, key, queue.come_back(await _paper(key), Asker()))


async def _paper(key: str) -> UUID:
    """The number whose paper this is. Refuses: NotFound, also by the family's link."""
    found = await follow.followed(key)
    if found["kind"] != "paper":
        raise NotFound(follow.GONE)
    return UUID(str(found["id"]))


async def _done(request: Request, key: str, deed: Any) -> Redirect | Template:
    try:
        await deed
    except NotFound:
        raise
    except Refusal as refusal:
        return await _followed(request, key, 409, refusal=refusal)
    return Redirect(f"/q/{key}", status_code=303)


routes = [index, share, unshare, followed, state, place, step_back, withdraw, come_back]
