"""A PostgreSQL and a Redis of a test's own, to be ended and started again, with a hall that works on them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from backend import clock, db
from backend.local import postgres, redis
from backend.local.server import Server
from backend.supervise import Child
from tests import factories
from tests.races.processes import until
from tests.races.web import Web


@asynccontextmanager
async def own_postgres(folder: Path) -> AsyncIterator[Server]:
    """From here on this process and those it starts use a fresh PostgreSQL, and it is Monday, 10:00, there as well;
    afterwards the one from before.
    """
    server, url = postgres.start(folder)
    before = db.engine().config["dsn"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        await _migrated()
        await _turn_to(url)
        await clock.move_to(factories.MONDAY)
        try:
            yield server
        finally:
            await _turn_to(before)
            server.stop()


async def _migrated() -> None:
    made = await asyncio.create_subprocess_exec(sys.executable, "-m", "backend", "migrate")
    assert await made.wait() == 0


async def _turn_to(url: str) -> None:
    await db.close_pool()
    db.engine().config["dsn"] = url
    await db.open_pool()


@asynccontextmanager
async def own_redis(folder: Path) -> AsyncIterator[tuple[Server, str]]:
    """From here on the processes that are started use a fresh Redis."""
    server, url = redis.start(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REDIS_URL", url)
        try:
            yield server, url
        finally:
            server.stop()


async def down(server: Server, how: signal.Signals) -> None:
    """End it in this way."""
    assert server.process
    server.process.send_signal(how)
    await asyncio.to_thread(server.process.wait)


async def up(server: Server) -> None:
    """Start it, and again while what its killed predecessor left behind keeps it from starting."""

    async def answers() -> bool:
        server.revive()
        assert server.process
        return server.ready(server.process.pid)

    await until(answers)


@asynccontextmanager
async def at_work(folder: Path, webs: int, workers: int, **given: str) -> AsyncIterator[list[Web]]:
    """So many webs, of one process each, and so many workers, kept as `python -m backend up` keeps them."""
    async with AsyncExitStack() as held:
        for n in range(workers):
            await held.enter_async_context(kept(f"worker-{n}"))
        found = [Web(folder / f"web-{n}", os.environ["REDIS_URL"], **given) for n in range(webs)]
        for web in found:
            held.callback(web.stop)
        await asyncio.gather(*(web.start() for web in found))
        yield found


@asynccontextmanager
async def kept(name: str) -> AsyncIterator[Child]:
    """A worker that is started again whenever it dies."""
    child = Child(name, [sys.executable, "-m", "backend", "worker"])
    keeping = asyncio.create_task(child.keep())
    try:
        yield child
    finally:
        await child.stop()
        await keeping
