"""What every answer says about itself: no third party, no framing, no guessing, nothing kept by strangers."""

from collections.abc import Iterable, Iterator

from litestar.types import Message, Scope

from backend.settings import settings

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
ALWAYS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
]
# A counter photographs papers and is seen by an office at home. Of all its pages, for a boosted link keeps the
# document, and with it the policy.
AT_A_COUNTER = (
    b"permissions-policy",
    b"geolocation=(), camera=(self), microphone=(self), display-capture=(self)",
)
SEEN = ("/console", "/screens/")  # an applicant's own phone joins a session there
HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


async def seal(message: Message, scope: Scope) -> None:
    """Add the headers to an answer, whoever gave it (`before_send`: answers to unknown addresses pass no
    middleware). A page of somebody who is signed in is never kept by a cache; the service worker learns from
    `X-Owner` when what it keeps is somebody else's.
    """
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], *_missing(message["headers"], scope)]


def _missing(said: Iterable[tuple[bytes, bytes]], scope: Scope) -> Iterator[tuple[bytes, bytes]]:
    """What the answer has not said itself."""
    own = {name.lower(): value for name, value in said}
    visitor = scope.get("user")
    always = dict([*ALWAYS, AT_A_COUNTER] if scope["path"].startswith(SEEN) else ALWAYS)
    yield from (header for header in always.items() if header[0] not in own)
    if settings().secure and not settings().tls:  # a trial must not bind `localhost` to https for a year
        yield HTTPS_ONLY
    if visitor and own.get(b"content-type", b"").startswith(b"text/html"):
        yield b"x-owner", visitor.owner.encode()
    if b"cache-control" not in own:
        yield b"cache-control", b"no-store" if visitor and visitor.known else b"no-cache"
