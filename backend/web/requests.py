"""One line in the log for each request, and an id that ties together all its lines."""

import time
from uuid import uuid4

import structlog
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from backend.db import AWAY

log = structlog.get_logger()
QUIET = {"/healthz", "/readyz"}


class RequestMiddleware(ASGIMiddleware):
    """Give each request an id, say it in `X-Request-Id` and in every line, and log one line at its end."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Bind the id, pass the request on, log what became of it."""
        request_id, started, status = uuid4().hex, time.perf_counter(), 500
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await next_app(scope, receive, named)
        except AWAY:
            status = 503  # as the page will say that becomes of it
            raise
        except Exception as error:
            log.error("broken", exc_info=error)
            raise
        finally:
            _say(scope, status, time.perf_counter() - started)


def _say(scope: Scope, status: int, seconds: float) -> None:
    path = scope.get("path_template") or "?"
    if (path in QUIET and status == 200) or path.startswith("/assets"):
        return
    say = log.error if status >= 500 else log.info
    say("request", method=scope.get("method"), path=path, status=status, ms=round(seconds * 1000, 1))
