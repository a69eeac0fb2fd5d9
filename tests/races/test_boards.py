"""Boards are right again within five seconds: after the web was killed, Redis emptied or gone, PostgreSQL restarted.

The worst case: what this process signals goes to another Redis, so the web hears of no call and must look for itself.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import NamedTuple

import httpx
import pytest
import redis.asyncio as aioredis

from backend import db, queue
from backend.local.server import Server
from tests.queue import hall
from tests.queue.hall import Place
from tests.races.ground import at_work, down, own_postgres, own_redis, up
from tests.races.processes import until
from tests.races.web import Web
from tests.world import HERE

RIGHT_WITHIN = 5.0  # seconds
AGAIN, EVERY = 2.0, 3.0  # seconds: a browser comes back to a stream; `data-every` of the board


class Ground(NamedTuple):
    """What may be ended, and the web that stands on it."""

    postgres: Server
    redis: Server
    redis_url: str
    web: Web


@pytest.fixture(scope="module")
async def ground(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """A web on a PostgreSQL and a Redis of their own."""
    folder = tmp_path_factory.mktemp("boards")
    async with (
        own_postgres(folder) as postgres,
        own_redis(folder) as (redis, url),
        at_work(folder, webs=1, workers=0) as webs,
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("REDIS_URL", url)
            yield Ground(postgres, redis, url, webs[0])


class Screen:
    """As `board.ts` behaves: a stream that is opened again when it ends, and a question every three seconds."""

    def __init__(self, web: Web) -> None:
        self.web, self.shown = web, ""
        self.tasks = [asyncio.create_task(self._stream()), asyncio.create_task(self._poll())]

    async def _look(self, browser: httpx.AsyncClient) -> None:
        answer = await browser.get(f"/boards/{HERE}/now")
        if answer.status_code == 200:
            self.shown = answer.text

    async def _stream(self) -> None:
        while True:
            with suppress(httpx.HTTPError):
                async with (
                    self.web.browser() as browser,
                    browser.stream("GET", f"/halls/{HERE}/live") as stream,
                ):
                    async for line in stream.aiter_lines():
                        if line in ("event: ready", "event: hall"):
                            await self._look(browser)
            await asyncio.sleep(AGAIN)

    async def _poll(self) -> None:
        while True:
            with suppress(httpx.HTTPError):
                async with self.web.browser() as browser:
                    await self._look(browser)
            await asyncio.sleep(EVERY)

    async def shows(self, number: str) -> float:
        """Wait until it shows that number as called; returns the seconds that it took."""
        began = time.monotonic()

        async def there() -> bool:
            return f"<b>{number}</b>" in self.shown

        await until(there)
        return time.monotonic() - began

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


class Morning(NamedTuple):
    """A hall where two wait, and its board, which shows that nobody is called."""

    at: Place
    screen: Screen

    async def call(self) -> str:
        """Call the next; asked again while the database is away, as a clerk would."""
        for held in await db.rows("SELECT id FROM ticket WHERE state = 'called'"):
            await queue.complete(self.at.counters[1], self.at.clerk, held["id"])
        called = await queue.call_next(self.at.counters[1], self.at.clerk)
        assert called
        return called.number


@pytest.fixture
async def morning(ground: Ground) -> AsyncIterator[Morning]:
    """Counter 1 is open, three wait, and the board shows the first as called."""
    at = await hall.place()
    await queue.open_desk(at.counters[1], at.clerk)
    for _ in range(3):
        await hall.walk_in(at)
    found = Morning(at, Screen(ground.web))
    await found.screen.shows(await found.call())
    yield found
    await found.screen.end()


async def test_after_the_web_was_killed(ground: Ground, morning: Morning) -> None:
    ground.web.kill()
    number = await morning.call()
    await ground.web.start()
    assert await morning.screen.shows(number) < RIGHT_WITHIN
    assert await morning.screen.shows(await morning.call()) < RIGHT_WITHIN


async def test_after_redis_was_emptied(ground: Ground, morning: Morning) -> None:
    async with aioredis.Redis.from_url(ground.redis_url) as cache:
        await cache.flushall()
    assert await morning.screen.shows(await morning.call()) < RIGHT_WITHIN


async def test_while_redis_is_gone_and_after_it_came_back(ground: Ground, morning: Morning) -> None:
    await down(ground.redis, signal.SIGKILL)
    assert await morning.screen.shows(await morning.call()) < RIGHT_WITHIN
    await up(ground.redis)
    assert await morning.screen.shows(await morning.call()) < RIGHT_WITHIN


async def test_after_postgresql_was_restarted(ground: Ground, morning: Morning) -> None:
    await down(ground.postgres, signal.SIGKILL)
    async with ground.web.browser() as browser:
        assert (await browser.get(f"/boards/{HERE}")).status_code == 503
    await up(ground.postgres)
    number = await until(lambda: _called(morning))
    assert await morning.screen.shows(number) < RIGHT_WITHIN


async def _called(morning: Morning) -> str:
    """A connection of the pool may still be the one from before."""
    try:
        return await morning.call()
    except db.AWAY:
        return ""
