"""屏对屏: no screen rings longer than it should, whatever became of the hints: a worker looks every second."""

import datetime as dt
import itertools
from collections.abc import AsyncIterator
from functools import partial
from signal import SIGKILL
from typing import NamedTuple
from uuid import UUID

import pytest
import redis.asyncio as aioredis

from backend import clock, db, hints
from backend.handoff import ask, duty
from backend.local.server import Server
from tests.handoff.sides import sides
from tests.kept import qidong
from tests.races.ground import down, kept, own_postgres, own_redis, up
from tests.races.processes import until
from tests.told import tell

LATE = 1.5  # seconds
ENDED = "SELECT answered_at FROM handoff_offer WHERE handoff = $1 AND until = $2 AND state = 'timeout'"
RINGS = "SELECT until FROM handoff_offer WHERE handoff = $1 AND state = 'ringing' LIMIT 1"


class Ground(NamedTuple):
    """What may be ended."""

    postgres: Server
    redis_url: str


@pytest.fixture(scope="module")
async def ground(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """A worker, kept alive, on a PostgreSQL and a Redis of its own."""
    folder = tmp_path_factory.mktemp("rings")
    async with (
        own_postgres(folder) as postgres,
        own_redis(folder) as (_, url),
        kept("worker"),
    ):
        yield Ground(postgres, url)


class Ringing:
    """One handoff that rings round by round, with its officers there, who say nothing."""

    def __init__(self, one: UUID, officers: list[UUID]) -> None:
        self.one, self.officers, self.n = one, officers, itertools.count()

    async def out(self) -> float:
        """Let the round that rings now ring out; how many seconds too late it ended."""
        [ring] = await until(lambda: again(RINGS, self.one))
        for officer in self.officers:
            await duty.come_on(officer)
        ahead = 2 + next(self.n) % 5 * 0.3  # the worker's second and the timer do not keep step
        await clock.move_to(ring["until"] - dt.timedelta(seconds=ahead))
        for officer in self.officers:
            await duty.seen(officer)
        ended, *_ = await until(partial(again, ENDED, self.one, ring["until"]))
        return float((ended["answered_at"] - ring["until"]).total_seconds())


async def again(sql: str, *values: object) -> list[dict[str, dt.datetime]]:
    """A connection of the pool may still be the one from before."""
    try:
        return await db.rows(sql, *values)
    except db.AWAY:
        return []


@pytest.fixture
async def rings(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Ringing:
    """It rings, and every hint that this process sends is lost; so is, by FLUSHALL, what the worker sent."""

    async def lost(*words: object) -> None:
        """Nobody hears of it."""

    monkeypatch.setattr(hints, "later", lost)
    await qidong()
    at = await sides()
    officers = [await at.officer() for _ in range(3)]
    return Ringing(await ask.ask(at.case, at.desk), officers)


async def emptied(ground: Ground) -> None:
    """Redis."""
    async with aioredis.Redis.from_url(ground.redis_url) as cache:
        await cache.flushall()


async def test_a_ring_ends_in_time_without_any_hint(ground: Ground, rings: Ringing) -> None:
    await rings.out()  # the worker is there
    late = []
    for _ in range(6):
        await emptied(ground)
        late.append(await rings.out())
    tell(f"rings that ended without a hint: at most {max(late):.2f} s too late, of {len(late)}")
    assert max(late) < LATE
    assert min(late) >= 0


async def test_a_ring_ends_in_time_after_postgresql_was_restarted(ground: Ground, rings: Ringing) -> None:
    await rings.out()
    await down(ground.postgres, SIGKILL)
    await up(ground.postgres)
    await until(lambda: again("SELECT 1"))
    await emptied(ground)
    assert await rings.out() < LATE
