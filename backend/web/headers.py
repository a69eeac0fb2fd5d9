"""What every answer says about itself: no third party, no framing, no guessing, nothing kept by strangers."""

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from backend.settings import settings

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}


class HeadersMiddleware(ASGIMiddleware):
    """Adds the headers; a page of somebody who is signed in is never kept by a cache."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Wrap `send`."""

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._seal(MutableScopeHeaders.from_message(message), scope)
            await send(message)

        await next_app(scope, receive, sealed)

    def _seal(self, headers: MutableScopeHeaders, scope: Scope) -> None:
        for name, value in ALWAYS.items():
            headers.setdefault(name, value)
        if settings().secure:
            headers.setdefault("strict-transport-security", "max-age=31536000; includeSubDomains")
        visitor = scope.get("user")
        headers.setdefault("cache-control", "no-store" if visitor and visitor.known else "no-cache")
