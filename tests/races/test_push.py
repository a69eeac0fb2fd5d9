"""Pushes with real workers: one that dies between sending and recording, two that share the work, an emptied Redis."""

import datetime as dt
import importlib
from collections import Counter
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import redis.asyncio as aioredis

from backend import clock, db, notify
from backend.db import transaction
from backend.identity.tables import Account
from backend.notify.devices import Keys
from tests import factories as make
from tests.notify.push_service import PushService, phone, push_service, signed_in
from tests.races.ground import kept
from tests.races.processes import until
from tests.races.worker import Worker

CLAIM = importlib.import_module("backend.notify.carry").CLAIM
MANY = 300


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    """The push service and the proxy before it."""
    async with push_service() as found:
        yield found


async def tell(owner: Account, count: int = 1) -> None:
    """So many notices, each about something else."""
    for _ in range(count):
        async with transaction():
            promise = notify.Promise("appointment-lifted", f"race:{uuid4()}")
            await notify.tell(owner.id, [promise], about=uuid4(), facts={"hall": "大厅", "why": "核对过"})


async def states() -> Counter[str]:
    """How many dispatches stand where."""
    return Counter(row["state"] for row in await db.rows("SELECT state FROM dispatch"))


async def sent(count: int) -> bool:
    return (await states())["sent"] == count


async def test_a_worker_killed_between_sending_and_recording_costs_no_push_and_shows_none_twice(
    service: PushService, redis_url: str
) -> None:
    owner = await make.account()
    client = await phone(service, owner)
    await tell(owner)
    held = await Worker.start(redis_url, "tests.races.held_pusher")
    await held.says("sent")
    await held.kill()
    assert await states() == {"waiting": 1}
    assert await notify.carry() == 0  # the claim stands: a slow worker must not be overtaken
    await clock.move_to(await clock.now() + CLAIM + dt.timedelta(seconds=1))
    other = await Worker.start(redis_url)
    await until(lambda: sent(1))
    await other.kill()
    shown = await service.shown(client)
    assert len(shown) == 2  # at least once
    assert (
        len({one["notification"]["tag"] for one in shown}) == 1
    )  # and the second takes the first one's place
    assert len({seen.topic for seen in service.seen}) == 1


async def many(service: PushService) -> Account:
    """An account with a phone that answers at once, and many notices that are due."""
    owner = await make.account()
    _, keys = await service.subscribe()
    service.faults["quick"] = [(201, {})] * (2 * MANY)
    endpoint = f"http://127.0.0.1:{service.port}/notify/quick"
    session = await signed_in(owner)
    await notify.subscribe(Keys(endpoint, keys.p256dh, keys.auth), 1, by=owner.id, session=session)
    await tell(owner, MANY)
    return owner


async def test_two_workers_share_the_work_and_send_each_push_once(
    service: PushService, redis_url: str
) -> None:
    await many(service)
    workers = [await Worker.start(redis_url) for _ in range(2)]
    await until(lambda: sent(MANY))
    for worker in workers:
        await worker.kill()
    assert Counter(seen.topic for seen in service.seen).most_common(1)[0][1] == 1
    assert len(service.seen) == MANY


async def test_a_redis_that_is_emptied_on_the_way_loses_no_push(
    service: PushService, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", redis_url)
    owner = await many(service)
    async with kept("worker"), aioredis.Redis.from_url(redis_url) as cache:
        await until(_any_sent)
        await tell(owner, 20)
        await cache.flushall()  # the worker exits, and is started again
        await until(lambda: sent(MANY + 20))
    topics = Counter(seen.topic for seen in service.seen)
    assert len(topics) == MANY + 20


async def _any_sent() -> bool:
    return (await states())["sent"] > 0
