"""Whole pages: the Jinja environment, and what every page may take for granted."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request
from litestar.response import Template

from backend import clock
from backend.settings import settings
from backend.web import assets, words
from backend.web.session import cookies

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
Provider = Callable[[Request], Awaitable[Any]]
SCREENS = ("/kiosk", "/board")  # of a hall; each begins at this address
_providers: dict[str, Provider] = {}


def provide(name: str, value: Provider) -> None:
    """Let every page have a value that only a domain knows; `app.py` decides which."""
    _providers[name] = value


def environment() -> Environment:
    """Jinja as the house uses it: strict, escaping, with our words and icons."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings().mode == "demo",
    )
    found.globals.update(asset=assets.asset, icons=assets.icons())
    found.filters.update(words.FILTERS)
    return found


def _here(request: Request) -> str:
    """Where a switch leads back to: this address with its question, if it can be opened again."""
    query = request.scope["query_string"].decode("latin-1")
    return request.url.path + (f"?{query}" if query and request.method == "GET" else "")


def _looks(request: Request) -> dict[str, Any]:
    """What the request itself tells, without a database."""
    crumbs = cookies(request.scope)
    return {
        "demo": settings().mode == "demo",
        "elder": crumbs.get("elder") == "1",
        "keys": crumbs.get("keys") != "0",  # of one letter: WCAG 2.1.4 wants a way to turn them off
        "theme": crumbs.get("theme") if crumbs.get("theme") in ("light", "dark") else "",
        "path": request.url.path,
        "site": settings().public_url or str(request.base_url).rstrip("/"),  # what is printed must say where
        "here": _here(request),
        "refusal": None,
        "posted": request.method == "POST",
    }


async def context(request: Request) -> dict[str, Any]:
    """What a page knows before its own values."""
    return {
        **_looks(request),
        "visitor": request.scope["user"],
        "now": clock.local(await clock.now()),
        **{name: await value(request) for name, value in _providers.items()},
    }


def looks(request: Request) -> tuple[bool, str]:
    """What makes two strangers' copies of a page differ: reading size and theme."""
    seen = _looks(request)
    return seen["elder"], seen["theme"]


async def html(request: Request, template: str, **values: Any) -> str:
    """A finished page as text, for those that are worth keeping."""
    engine = request.app.template_engine
    return engine.get_template(template).render(**await context(request), **values)  # type: ignore[union-attr]


async def page(request: Request, template: str, status: int = 200, **values: Any) -> Template:
    """A page with its status; `values` join the context and win over it."""
    return Template(template, context={**await context(request), **values}, status_code=status)


def bare(request: Request, template: str, status: int, **values: Any) -> Template:
    """A page that needs nothing but the request: for errors, when even the database may be away."""
    staff = request.url.path.startswith("/console")
    screen = next((path for path in SCREENS if request.url.path.startswith(path)), "")
    known = {
        "home": ("/console", "回工作台") if staff else (screen or "/", "回首页"),
        "visitor": request.scope.get("user"),
    }
    if staff and status < 500 and known["visitor"] and known["visitor"].staff:
        template, known["path"] = "layouts/console_refused.html", "/console"  # their rail stays at hand
    shown = Template(
        template, context={**_looks(request), **known, "status": status, **values}, status_code=status
    )
    if screen:  # nobody stands before it who would press a button
        shown.headers["refresh"] = f"15; url={screen}"
    return shown
