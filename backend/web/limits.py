"""Where a request comes from. Counting is done in the domains' own rows, so that processes agree."""

from litestar import Request

from backend.settings import settings


def address(request: Request) -> str:
    """The client's address; `X-Forwarded-For` counts only when a trusted proxy wrote it."""
    client = request.client.host if request.client else ""
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    while client in settings().trusted_proxies and hops:
        client = hops.pop()
    return client
