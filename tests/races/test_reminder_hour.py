"""The reminder hour: at 18:00 everybody of tomorrow is told, while Redis is emptied and then ended."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
import redis.asyncio as aioredis

from backend import appointments, clock, db
from backend.local.server import Server
from backend.supervise import Child
from tests import factories as make
from tests.races.deliveries import deliveries, waiting, watched
from tests.races.ground import down, kept, own_redis, up
from tests.races.processes import until

PEOPLE = 850  # more than two rounds of the 200 that each of the two workers claims
AT_ONCE = 10
EVENING = "18:00"


class Hour(NamedTuple):
    """A Redis of its own, and two workers that are kept running."""

    redis: Server
    url: str
    workers: list[Child]


@pytest.fixture
async def hour(database: str, tmp_path: Path) -> AsyncIterator[Hour]:
    """Two workers at work, with nothing to do yet."""
    async with AsyncExitStack() as held:
        server, url = await held.enter_async_context(own_redis(tmp_path))
        workers = [await held.enter_async_context(kept(f"worker-{n}")) for n in range(2)]
        await promised()
        yield Hour(server, url, workers)


async def promised() -> None:
    """Everybody has booked for the day after tomorrow, and has been told so; the reminders wait."""
    at = await make.line(await make.hall())
    item, slot = await make.item(at), await make.slot(at, capacity=PEOPLE)
    gate = asyncio.Semaphore(AT_ONCE)

    async def book(n: int) -> None:
        async with gate:
            owner = await make.account()
            person = await make.person(owner, make.id_number(n))
            await appointments.book(slot.id, item.id, person.id, by=owner.id)

    await asyncio.gather(*(book(n) for n in range(PEOPLE)))
    await until(nobody_waits)


async def nobody_waits() -> bool:
    return not await waiting()


async def strike() -> None:
    """It is 18:00 of the evening before."""
    [due] = await db.rows("SELECT DISTINCT due_at FROM notice WHERE kind = 'appointment-tomorrow'")
    assert f"{clock.local(due['due_at']):%H:%M}" == EVENING
    await clock.move_to(due["due_at"])


async def more_than(count: int) -> bool:
    return (await deliveries()).total() > count


async def reminders() -> set[str]:
    found = await db.rows("SELECT id FROM notice WHERE kind = 'appointment-tomorrow'")
    return {str(row["id"]) for row in found}


async def all_reminded_once() -> None:
    """Every reminder is delivered, once, and nothing else is: nobody is told twice or not at all."""
    await until(nobody_waits)
    wanted = await reminders()
    assert len(wanted) == PEOPLE
    assert await deliveries() == dict.fromkeys(wanted, 1)


async def test_redis_emptied_again_and_again_costs_no_reminder_and_doubles_none(hour: Hour) -> None:
    emptied = 0
    async with watched(), aioredis.Redis.from_url(hour.url) as cache:
        await strike()
        while await waiting():
            told = (await deliveries()).total()
            await cache.flushall()
            emptied += 1
            await until(partial(progress, told))
        await all_reminded_once()
    assert emptied >= 3


async def progress(told: int) -> bool:
    """More are told than before, or everybody."""
    return await more_than(told) or await nobody_waits()


async def test_redis_started_anew_costs_no_reminder_and_doubles_none(hour: Hour) -> None:
    before = pid_of(hour.redis)
    async with watched():
        await strike()
        await until(lambda: more_than(0))
        await down(hour.redis, signal.SIGKILL)
        await until(lambda: both_died(hour.workers))  # a worker gives up; whoever supervises it does not
        await up(hour.redis)
        assert pid_of(hour.redis) != before
        await all_reminded_once()


async def both_died(workers: list[Child]) -> bool:
    return all(worker.deaths for worker in workers)


def pid_of(server: Server) -> int:
    assert server.process
    return server.process.pid
