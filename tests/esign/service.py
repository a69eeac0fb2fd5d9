"""A service for electronic signatures on loopback: real HTTP, real certificates, with faults as one asks for them.

It reads signatures of requests by the rules of `backend/signing.py`, not by its code. By itself
(`python -m tests.esign.service PORT ROOTS`) it is a process that writes its root into the file, and reports what
people do.
"""

import asyncio
import datetime as dt
import hashlib
import hmac
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
from aiohttp import web

from tests.esign.authority import Authority, key_of, over_hash

SECRET = "a secret of sixteen or more"
NAME = "jsca"
PAGE = """<!doctype html><html lang="zh-CN"><title>签名</title><h1>{title}</h1><p>{hash}</p>
<form method="post"><button name="do" value="sign">确认签名</button>
<button name="do" value="decline">不签</button></form>"""


class Service:
    """`script` says how the next requests are answered: a status, `hang`, or `nonsense`; then all is well."""

    def __init__(self) -> None:
        self.authority = Authority()
        self.script: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.told: dict[str, dict[str, Any]] = {}  # what it would answer, by the request's id
        self.reached = asyncio.Event()
        self.port, self.ahead = 0, 0.0  # how far the app's clock is before ours

    @property
    def setting(self) -> str:
        """As SIGNING names it."""
        return f"{NAME}|http://127.0.0.1:{self.port}/v1/requests|{SECRET}"

    @property
    def now(self) -> float:
        """The moment by the app's clock, in seconds since 1970."""
        return time.time() + self.ahead

    async def take(self, request: web.Request) -> web.Response:
        """One request, or the same again."""
        body, head = await request.read(), request.headers
        assert head["X-Signing-Signature"] == _signature(
            request.path, head["X-Signing-Timestamp"], head["X-Signing-Nonce"], head["Idempotency-Key"], body
        )
        self.ahead = int(head["X-Signing-Timestamp"]) - time.time()
        asking = msgspec.json.decode(body)
        assert asking["id"] == head["Idempotency-Key"]
        self.asked.append(asking)
        self.reached.set()
        word = self.script.pop(0) if self.script else "200"
        if word == "hang":
            await asyncio.Event().wait()
        if word == "nonsense":
            return web.Response(text="well well")
        if word != "200":
            return web.Response(status=int(word))
        url = f"http://127.0.0.1:{self.port}/sign/{asking['id']}"
        return web.json_response(self.told.setdefault(asking["id"], _told(asking["id"], url=url)))

    def asking(self, id: str) -> dict[str, Any]:
        """The request with this id."""
        return next(one for one in reversed(self.asked) if one["id"] == id)

    def sign(self, id: str, name: str = "", hash_: str = "", **more: Any) -> None:
        """The citizen signs, in this name, this hash; as they should unless told otherwise."""
        asking, key = self.asking(id), key_of("rsa")
        authority = more.pop("by", self.authority)
        signature = over_hash(bytes.fromhex(hash_ or asking["hash"]), key)
        at = more.pop("at", None) or dt.datetime.fromtimestamp(self.now, dt.UTC)
        chain = authority.certify(name or asking["name"], key, **more)
        self.told[id] = _told(id, "signed", signature=signature, certificates=chain, signed_at=at.isoformat())

    def decline(self, id: str) -> None:
        """The citizen does not sign."""
        self.told[id] = _told(id, "declined")

    def report(self, id: str, secret: str = SECRET, late: float = 0.0) -> tuple[str, bytes, dict[str, str]]:
        """The path, body and headers of a report about it."""
        body = msgspec.json.encode(self.told[id])
        return (path := f"/esign/reports/{NAME}"), body, _headers(path, body, self.now - late, secret)

    async def show(self, request: web.Request) -> web.Response:
        """Where the citizen signs."""
        asking = self.asking(request.match_info["id"])
        return web.Response(text=PAGE.format_map(asking), content_type="text/html")

    async def latest(self, request: web.Request) -> web.Response:
        """As one whose phone has just read the code on the screen."""
        raise web.HTTPFound(f"/sign/{self.asked[-1]['id']}")

    async def did(self, request: web.Request) -> web.Response:
        """What the citizen pressed; we are told at once."""
        id, pressed = request.match_info["id"], (await request.post())["do"]
        (self.sign if pressed == "sign" else self.decline)(id)
        if url := self.asking(id)["report_url"]:
            body = msgspec.json.encode(self.told[id])
            async with httpx.AsyncClient(trust_env=False) as client:
                answer = await client.post(
                    url, content=body, headers=_headers(urlsplit(url).path, body, self.now, SECRET)
                )
            assert answer.status_code == 204
        return web.Response(
            text='<!doctype html><html lang="zh-CN"><title>好了</title><p>完成了</p>',
            content_type="text/html",
        )

    async def serve(self, port: int = 0) -> web.AppRunner:
        """Listen."""
        app = web.Application()
        app.router.add_post("/v1/requests", self.take)
        app.router.add_get("/latest", self.latest)
        app.router.add_get("/sign/{id}", self.show)
        app.router.add_post("/sign/{id}", self.did)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.port = runner.addresses[0][1]
        return runner


def _told(id: str, state: str = "waiting", **more: Any) -> dict[str, Any]:
    return {"id": id, "state": state, **more}


def _signature(path: str, timestamp: str, nonce: str, key: str, body: bytes, secret: str = SECRET) -> str:  # noqa: PLR0917
    lines = ["POST", path, NAME, timestamp, nonce, key, hashlib.sha256(body).hexdigest()]
    return hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def _headers(path: str, body: bytes, now: float, secret: str) -> dict[str, str]:
    at, nonce = str(int(now)), "n" * 16
    return {
        "X-Signing-Key": NAME, "X-Signing-Timestamp": at, "X-Signing-Nonce": nonce,
        "X-Signing-Signature": _signature(path, at, nonce, "", body, secret), "Content-Type": "application/json",
    }  # fmt: skip


@asynccontextmanager
async def serving() -> AsyncIterator[Service]:
    """A service that listens."""
    service = Service()
    runner = await service.serve()
    try:
        yield service
    finally:
        await runner.cleanup()


async def _run(service: Service, port: int) -> None:
    await service.serve(port)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    running = Service()
    Path(sys.argv[2]).write_bytes(running.authority.roots)
    asyncio.run(_run(running, int(sys.argv[1])))
