"""Finding an item, and its guide page."""

import datetime as dt
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Template

from backend import catalog
from backend.catalog.guide import guide
from backend.catalog.snapshot import snapshot
from backend.web import forms, guards, keeping
from backend.web.pages import html, looks, page

KEPT = dt.timedelta(days=14)  # a list that nobody touches is given up, as in pwa/src/ticks.ts


class Search(forms.Form):
    """What somebody wants to get done; empty shows what most people ask for."""

    q = forms.Field("要办的事", required=False, longest=60)


async def _found(request: Request, template: str) -> Template:
    form = forms.read_query(request, Search)
    asked = "" if form.errors else form.q
    found = [] if form.errors else await catalog.search(asked)
    values = {
        "form": form,
        "found": found,
        "often": await catalog.most_asked(5) if not found else [],
        "departments": await catalog.departments() if not asked else [],
    }
    return await page(request, template, status=422 if form.errors else 200, **values)


@get("/items", guards=[guards.public])
async def index(request: Request) -> Template:
    """办什么事: one search box."""
    return await _found(request, "catalog/index.html")


@get("/items/found", guards=[guards.public])
async def found(request: Request) -> Template:
    """The results alone, as somebody types."""
    return await _found(request, "catalog/_found.html")


@get("/items/{item:uuid}", guards=[guards.public])
async def show(request: Request, item: FromPath[UUID]) -> Response[str]:
    """办事指南: what to bring, where, when, how long, what it costs. Strangers share finished pages."""
    kept, key = (await snapshot()).pages, (item, *looks(request))
    body = None if request.user.known else kept.get(key)
    if body is None:
        found, part = await guide(item, request.app.template_engine.engine)  # type: ignore[union-attr]
        body = await html(request, "catalog/show.html", item=found, guide=part)
        if not request.user.known:
            kept[key] = body
    return Response(body, media_type="text/html")


@get("/items/{item:uuid}/offline", guards=[guards.public])
async def offline(request: Request, item: FromPath[UUID]) -> Template:
    """The guide as the phone of whoever ticks its list keeps it."""
    found, part = await guide(item, request.app.template_engine.engine)  # type: ignore[union-attr]
    return keeping.for_so_long(await page(request, "catalog/offline.html", item=found, guide=part), KEPT)


routes = [index, found, show, offline]
