"""Requests per second of a guide page, against an empty Litestar handler served in the same way."""

import functools
import sys
from typing import Any

from litestar import Litestar, get

from backend import catalog, reference
from tests.bench import clients
from tests.bench.ground import PORT, ground, web

SECONDS = 5.0
EMPTY = """
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server
Server("tests.bench.guide:empty", address="127.0.0.1", port={port}, interface=Interfaces.ASGI, factory=True,
       workers=1, loop=Loops.uvloop, log_level=LogLevels.warning).serve()
"""


@get("/healthz", media_type="text/html")
async def nothing() -> str:
    """The least a handler can do."""
    return "ok"


def empty() -> Litestar:
    """An application of one empty handler."""
    return Litestar([nothing], openapi_config=None)


def requests(path: str) -> list[bytes]:
    """The same page again and again."""
    return [f"GET {path} HTTP/1.1\r\nHost: bench.invalid\r\nAccept-Encoding: gzip\r\n\r\n".encode()] * 200_000


async def guide() -> dict[str, Any]:
    """The guide page of the item that most people ask for, without a session."""
    async with ground():
        await reference.load()
        item = (await catalog.most_asked(1))[0]
        async with web():
            value = await _rate(f"/items/{item.id}")
        async with web(sys.executable, "-c", EMPTY.format(port=PORT)):
            limit = await _rate("/healthz")
    return {
        "value": round(value, 1), "unit": "requests/s", "limit": round(limit, 1),
        "limit_by": "an empty Litestar handler",
    }  # fmt: skip


async def _rate(path: str) -> float:
    said, seconds = await clients.load(functools.partial(requests, path), PORT, SECONDS)
    if set(said) != {200}:
        raise RuntimeError(f"answers {dict(said)}")
    return said[200] / seconds
