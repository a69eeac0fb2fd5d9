"""A provider of text messages on loopback: real HTTP, with faults as one asks for them.

It checks signatures by its own reading of `backend/signing.py`, and sends one message per idempotency key.
"""

import asyncio
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

SECRET = "a secret of sixteen or more"
Headers = dict[str, str]


class Asked(msgspec.Struct):
    """One request as it came."""

    key: str
    message: dict[str, Any]
    genuine: bool


class Provider:
    """`script` says how the next requests are answered, one word each; when it is used up, all is well.

    A status, perhaps with Retry-After (`429 7`); `slow` (well, after `slowness`); `hang` (no answer, nothing sent);
    `lost` (sent, and the connection breaks); `late` (sent, no answer); `reset` (breaks, nothing sent);
    `nonsense` (no HTTP). `held` (sent, answered when `go_on` is set).
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.port = 0
        self.script: list[str] = []
        self.always = "200"
        self.slowness = 1.2
        self.asked: list[Asked] = []
        self.sent: dict[str, dict[str, Any]] = {}  # what phones would show, by idempotency key
        self.copies: Counter[str] = Counter()
        self.go_on, self.reached = asyncio.Event(), asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def setting(self) -> str:
        """As SMS_PROVIDERS names it."""
        return f"{self.name}|http://127.0.0.1:{self.port}/v1/messages|{SECRET}"

    @property
    def keys(self) -> list[str]:
        """The idempotency keys of all requests, in their order."""
        return [one.key for one in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, with its requests one after the other."""
        self._open.add(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, headers = _head(head)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                if not await self._answer(line, headers, body, writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the client has closed it
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _answer(self, line: str, headers: Headers, body: bytes, writer: asyncio.StreamWriter) -> bool:
        key, word = headers.get("idempotency-key", ""), self.script.pop(0) if self.script else self.always
        self.asked.append(Asked(key, json.loads(body), _genuine(self.name, line, headers, body)))
        self.reached.set()
        status, _, after = word.partition(" ")
        if word in ("slow", "200", "lost", "late", "held"):
            self._send(key, json.loads(body))
        if word in ("lost", "reset"):
            return False
        if word == "held":
            await self.go_on.wait()
        if word in ("hang", "late"):
            await asyncio.Event().wait()
        if word == "slow":
            await asyncio.sleep(self.slowness)
        writer.write(b"well well\r\n\r\n" if word == "nonsense" else _said(status, after))
        await writer.drain()
        return word != "nonsense"

    def _send(self, key: str, message: dict[str, Any]) -> None:
        if key not in self.sent:
            self.copies[key] += 1
        self.sent.setdefault(key, message)

    def hang_up(self) -> None:
        """Close what is open."""
        for writer in set(self._open):
            writer.transport.abort()


def _head(head: bytes) -> tuple[str, Headers]:
    line, *rest = head.decode("latin-1").strip().split("\r\n")
    pairs = (one.partition(":") for one in rest)
    return line, {name.lower(): value.strip() for name, _, value in pairs}


def _said(status: str, after: str) -> bytes:
    number = status if status.isdigit() else "200"
    wait = f"Retry-After: {after}\r\n" if after else ""
    return f"HTTP/1.1 {number} So\r\n{wait}Content-Length: 2\r\n\r\n{{}}".encode()


def _genuine(name: str, line: str, headers: Headers, body: bytes) -> bool:
    method, path, _ = line.split(" ")
    parts = [headers.get(f"x-sms-{one}", "") for one in ("key", "timestamp", "nonce")]
    lines = [method, path, *parts, headers.get("idempotency-key", ""), hashlib.sha256(body).hexdigest()]
    wanted = hmac.new(SECRET.encode(), "\n".join(lines).encode(), "sha256").hexdigest()
    return parts[0] == name and len(parts[2]) >= 16 and headers.get("x-sms-signature") == wanted


@asynccontextmanager
async def providing(*names: str) -> AsyncIterator[list[Provider]]:
    """Providers that listen, each at a port of its own."""
    found, servers = [Provider(name) for name in names], []
    for one in found:
        servers.append(await asyncio.start_server(one.serve, "127.0.0.1", 0))
        one.port = servers[-1].sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        for one, server in zip(found, servers, strict=True):
            server.close()
            one.hang_up()


def report(name: str, path: str, body: bytes, timestamp: int, secret: str = SECRET) -> Headers:
    """The headers of a delivery report as this provider signs it."""
    parts = [name, str(timestamp), "n" * 16]
    lines = ["POST", path, *parts, "", hashlib.sha256(body).hexdigest()]
    signed = hmac.new(secret.encode(), "\n".join(lines).encode(), "sha256").hexdigest()
    heads = dict(zip(("x-sms-key", "x-sms-timestamp", "x-sms-nonce"), parts, strict=True))
    return {**heads, "x-sms-signature": signed, "content-type": "application/json"}
