"""The pages of a session as the server sees them: they hear, ask where it stands, answer when they are asked whether
they are there, and come back when their line breaks, until they are killed.
"""

import asyncio
import contextlib
import re
from abc import ABC, abstractmethod
from typing import Any
from uuid import UUID

import aiohttp
import msgspec

from tests.races.processes import OURS
from tests.races.web import Web

AGAIN = 0.2  # seconds
EVERY = 2.0  # seconds between two looks of a page that nothing is told, as `live.ts` has it
FINAL = 4000  # close codes from here on are ours


class Line(ABC):
    """What a page holds open."""

    def __init__(self, web: Web, token: str, path: str) -> None:
        self.web, self.headers, self.path = web, {**OURS, "cookie": f"session={token}"}, path
        self.task = asyncio.create_task(self._live())

    @abstractmethod
    async def _live(self) -> None:
        """Until it is killed."""

    async def kill(self) -> None:
        """kill -9: the line is gone without a word."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


class Room(Line):
    """A room's event stream: at each signal it asks where its handoff stands, and by itself while none can come."""

    def __init__(self, web: Web, token: str, handoff: UUID, case: UUID) -> None:
        self.asks, self.reads = f"/console/handoffs/{handoff}/state", ""
        super().__init__(web, token, f"/live?also=handoff:{handoff}&also=case:{case}")

    async def _live(self) -> None:
        async with aiohttp.ClientSession(headers=self.headers, raise_for_status=True) as browser:
            while True:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    await self._listen(browser)
                await self._ask(browser)
                await asyncio.sleep(EVERY)

    async def _listen(self, browser: aiohttp.ClientSession) -> None:
        async with browser.get(self.web.url + self.path) as stream:
            async for line in stream.content:
                if line.startswith(b"event:"):
                    await self._ask(browser)

    async def _ask(self, browser: aiohttp.ClientSession) -> None:
        with contextlib.suppress(aiohttp.ClientError, OSError):
            async with browser.get(self.web.url + self.asks) as answer:
                found = re.search(r'id="state" data-state="(\w+)"', await answer.text())
                self.reads = found[1] if found else self.reads


class End(Line):
    """A page with one WebSocket."""

    def __init__(self, web: Web, token: str, path: str) -> None:
        self.socket: aiohttp.ClientWebSocketResponse | None = None
        self.greeted = 0
        super().__init__(web, token, path)

    async def _live(self) -> None:
        async with aiohttp.ClientSession(headers=self.headers) as browser:
            while True:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    if await self._connected(browser) >= FINAL:
                        return
                await asyncio.sleep(AGAIN)

    async def _connected(self, browser: aiohttp.ClientSession) -> int:
        async with browser.ws_connect(self.web.url.replace("http", "ws") + self.path) as self.socket:
            async for message in self.socket:
                await self._answer(message.data)
            return self.socket.close_code or 0

    async def _answer(self, text: str) -> None:
        assert self.socket
        if text == "there?":
            await self.socket.send_str("here")
            return
        said: dict[str, Any] = msgspec.json.decode(text)
        self.greeted += said["kind"] == "hello"
        if said["kind"] == "there":
            await self.say(kind="here")

    async def say(self, **said: object) -> None:
        """To the others."""
        if self.socket and not self.socket.closed:
            await self.socket.send_str(msgspec.json.encode(said).decode())
