"""`/matters`: 我的办件, and one matter with its timeline."""

from uuid import UUID

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Template

from backend.home import matters
from backend.web import guards
from backend.web.pages import page


@get("/matters", guards=[guards.citizen])
async def index(request: Request) -> Template:
    """What is under way, with what comes next; below it what is over."""
    found = await matters.matters(request.user.account)
    return await page(
        request, "home/matters.html", path="/me",
        running=[one for one in found if one.open], ended=[one for one in found if not one.open][:30],
    )  # fmt: skip


@get("/matters/{thing:uuid}", guards=[guards.citizen])
async def show(request: Request, thing: FromPath[UUID]) -> Template:
    """One matter, whichever of its things the address names."""
    one, told = await matters.matter(thing, request.user.account)
    return await page(request, "home/matter.html", path="/me", one=one, told=told)


routes = [index, show]
