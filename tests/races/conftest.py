"""A Redis of our own to empty and to hold up, a web of two processes, and a crowd of four."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from backend.local import redis as local_redis
from tests.races import crowd
from tests.races.web import Web

Act = Callable[..., Any]
AtOnce = Callable[..., Awaitable[list[Any]]]


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Nobody else's: it is emptied and paused here."""
    server, url = local_redis.start(tmp_path_factory.mktemp("redis"))
    yield url
    server.stop()


@pytest.fixture(scope="session")
async def web(database: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Web]:
    """A running web that no test kills."""
    found = Web(tmp_path_factory.mktemp("web") / "log", redis_url, WEB_PROCESSES="2")
    yield await found.start()
    found.stop()


@pytest.fixture(scope="session")
def processes(database: str) -> Iterator[ProcessPoolExecutor]:
    """Four processes that know each other."""
    spawn = multiprocessing.get_context("spawn")
    barriers = {count: spawn.Barrier(count) for count in (2, 4)}
    with ProcessPoolExecutor(4, spawn, crowd.enter, (barriers,)) as found:
        yield found


@pytest.fixture
def at_once(processes: ProcessPoolExecutor) -> AtOnce:
    """Run an act in one process for each list of arguments; it must meet the others before it begins."""

    async def run(act: Act, *each: tuple[Any, ...]) -> list[Any]:
        loop = asyncio.get_running_loop()
        return await asyncio.gather(*(loop.run_in_executor(processes, act, *words) for words in each))

    return run
