"""Errors become pages: a sentence and one way on. Never a trace, never half a change."""

from urllib.parse import quote

import structlog
from litestar import Request, Response, get
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect

from backend.db import AWAY
from backend.refusal import Denied, NotFound, Refusal, SignInFirst
from backend.web import guards
from backend.web.pages import bare

log = structlog.get_logger()
SENTENCES = {
    400: "地址或填写的内容有误，请回到上一页再试",
    404: "没有找到这一页，可能已经删除或地址有误",
    405: "这个地址不能这样打开",
    413: "提交的内容太大，请减少后再试",
    500: "我们这边出了点问题，已经记录下来，请稍后再试",
    503: "系统正在恢复，请稍等半分钟再试",
}
TEMPLATES = {403, 404, 409, 500, 503}
COME_AGAIN = "5"  # seconds, for machines; a database that was restarted is back within them


def _shown(request: Request, status: int, sentence: str) -> Response:
    # Litestar's handlers are plain functions, and these pages must appear when the database is away.
    template = f"errors/{status if status in TEMPLATES else 409 if status < 500 else 500}.html"
    shown = bare(request, template, status=status, sentence=sentence)
    if status == 503:
        shown.headers["Retry-After"] = COME_AGAIN
    return shown


def refused(request: Request, refusal: Refusal) -> Response:
    """A rule's no that no page of its own showed. Without a session: to the sign-in form and back."""
    if isinstance(refusal, Denied) and request.scope["user"].must_change:
        return Redirect("/console/password", status_code=303)  # a temporary password opens nothing else
    if isinstance(refusal, Denied) and request.scope["user"].must_enrol:
        return Redirect("/console/totp", status_code=303)
    if not isinstance(refusal, SignInFirst):
        return _shown(request, refusal.status, refusal.sentence)
    form = "/console/session/new" if refusal.staff else "/session/new"
    back = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""), safe="/")
    return Redirect(f"{form}?next={back}" if request.method == "GET" else form, status_code=303)


def http(request: Request, error: HTTPException) -> Response:
    """What Litestar itself refuses. Its English detail is for programmers, ours for the person."""
    sentence = (
        error.detail if not error.detail.isascii() else SENTENCES.get(error.status_code, SENTENCES[400])
    )
    return _shown(request, error.status_code, sentence)


def unexpected(request: Request, error: Exception) -> Response:
    """A fault of ours (500), or a database that is away (503)."""
    if isinstance(error, AWAY):
        # One line each: everybody asks while it is away, and a trace would tell nothing more.
        log.error("away", error=type(error).__name__)
        return _shown(request, 503, SENTENCES[503])
    log.error("fault", status=500, exc_info=error)
    return _shown(request, 500, SENTENCES[500])


@get("/{path:path}", guards=[guards.public])
async def unknown(path: FromPath[str]) -> None:
    """An address that nobody knows: answered, sealed and logged like the others. Refuses: NotFound."""
    raise NotFound()


routes = [unknown]
HANDLERS = {Refusal: refused, HTTPException: http, Exception: unexpected}
