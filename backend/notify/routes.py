"""`/notices`: the inbox, and the small fragment that keeps its count fresh."""

from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import notify
from backend.notify.leads import leads
from backend.web import guards
from backend.web.pages import page


@get("/notices", guards=[guards.citizen])
async def inbox(request: Request) -> Template:
    """消息."""
    return await page(request, "notify/inbox.html", notices=await notify.inbox(request.user.account))


@get("/notices/list", guards=[guards.citizen])
async def fresh(request: Request) -> Template:
    """The list alone, a fragment: fetched again when something arrives."""
    return await page(request, "notify/_list.html", notices=await notify.inbox(request.user.account))


@get("/notices/unread", guards=[guards.public])
async def unread(request: Request) -> Template:
    """The badge of the bottom bar, a fragment."""
    return Template("notify/_unread.html", context={"unread": await notify.unread(request.user.account)})


@post("/notices/{notice:uuid}/reading", guards=[guards.citizen])
async def read(request: Request, notice: FromPath[UUID]) -> Redirect:
    """Open what the notice is about; it counts as read."""
    found = await notify.read(notice, by=request.user.account)
    return Redirect(leads(found.kind, found.about), status_code=303)


@post("/notices/reading", guards=[guards.citizen])
async def read_all(request: Request) -> Redirect:
    """全部标为已读."""
    await notify.read_all(by=request.user.account)
    return Redirect("/notices", status_code=303)


routes = [inbox, fresh, unread, read, read_all]
