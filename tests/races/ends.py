"""The pages of a session as the server sees them: they answer when they are asked whether they are there, and come back
when their line breaks, until they are killed.
"""

import asyncio
import contextlib
from typing import Any

import aiohttp
import msgspec

from tests.races.processes import OURS
from tests.races.web import Web

AGAIN = 0.2  # seconds
FINAL = 4000  # close codes from here on are ours


class End:
    """A page with one WebSocket."""

    def __init__(self, web: Web, token: str, path: str) -> None:
        self.web, self.headers, self.path = web, {**OURS, "cookie": f"session={token}"}, path
        self.socket: aiohttp.ClientWebSocketResponse | None = None
        self.greeted = 0
        self.task = asyncio.create_task(self._live())

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

    async def kill(self) -> None:
        """kill -9: the line is gone without a word."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
