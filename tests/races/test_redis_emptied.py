"""Redis emptied between booking and delivery."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest
import redis.asyncio as aioredis
from arq.constants import default_queue_name

from backend import notify
from backend.notify.tables import Notice
from backend.supervise import Child
from tests import factories as make
from tests.races.ear import listening
from tests.races.people import Citizen, citizen, form
from tests.races.processes import until
from tests.races.web import Web

PEOPLE = 10


@pytest.fixture
async def child(web: Web, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Child]:
    """A worker under the same supervision as in `python -m backend up`."""
    monkeypatch.setenv("REDIS_URL", redis_url)
    found = Child("worker", [sys.executable, "-m", "backend", "worker"])
    keeping = asyncio.create_task(found.keep())
    await delivered(await book(web))
    yield found
    await found.stop()
    await keeping


async def book(web: Web) -> list[Citizen]:
    """Ten people book over HTTP."""
    item, slot = await make.bookable(capacity=PEOPLE)
    people = [await citizen() for _ in range(PEOPLE)]
    for who in people:
        async with web.browser(who.token) as browser:
            assert (await browser.post("/appointments", data=form(who, slot, item))).status_code == 303
    return people


async def delivered(people: list[Citizen]) -> None:
    """Return when each has one notice in the inbox."""
    ids = [who.account for who in people]
    told = Notice.count().where(Notice.account.is_in(ids), Notice.delivered_at.is_not_null())
    await until(lambda: _is(told, len(people)))


async def _is(count: object, wanted: int) -> bool:
    return bool(await count == wanted)  # type: ignore[misc]


async def test_every_notice_still_comes_once(child: Child, web: Web, redis_url: str) -> None:
    assert child.process
    first = child.process.pid
    async with listening(redis_url) as heard, aioredis.Redis.from_url(redis_url) as cache:
        os.kill(first, signal.SIGSTOP)  # so that nothing is delivered before the loss
        people = await book(web)
        await until(lambda: cache.zcard(default_queue_name))  # the hints are there, and then are not
        await cache.flushall()
        os.kill(first, signal.SIGCONT)
        await delivered(people)
        mine = {f"{who.account}" for who in people}  # of those before, one may be told only now
        await until(lambda: _heard(heard, mine))
        assert await notify.sweep() == 0
        assert {who: heard[who] for who in mine} == dict.fromkeys(mine, 1)
    after = await book(web)  # and life goes on, with this worker or the next
    await delivered(after)


async def _heard(heard: dict[str, int], mine: set[str]) -> bool:
    return mine <= heard.keys()
