"""值守手机: real workers ring a phone in seconds, woken by hints; and what a lost hint costs is one sweep."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import pytest
import redis.asyncio as aioredis

from backend import clock, db, hints
from backend.handoff import ask
from backend.health import HEARTBEAT
from backend.identity.tables import Staff
from backend.settings import settings
from tests import factories as make
from tests.handoff.sides import rung, sides
from tests.kept import qidong
from tests.notify.push_service import PushService, phone, push_service
from tests.races.processes import until
from tests.races.worker import Worker
from tests.told import tell

SWEEP = 5  # seconds between two, for what a hint would have woken
BUSY = 6  # seconds that a machine with much to do may need


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    """The push service and the proxy before it."""
    async with push_service() as found:
        yield found


async def at_work(redis_url: str) -> Worker:
    """A worker that has begun."""
    async with aioredis.Redis.from_url(redis_url) as cache:
        await cache.delete(HEARTBEAT)
        worker = await Worker.start(redis_url)
        await until(lambda: cache.get(HEARTBEAT))
    return worker


async def ring(service: PushService, *, there: bool) -> None:
    """A handoff begins to ring for an officer with a phone that says nothing."""
    at = await sides()
    officer = await at.officer()
    owner = await make.account("10000004401")
    await phone(service, owner)
    await Staff.update({Staff.account: owner.id}).where(Staff.id == officer)
    if not there:
        since = await clock.now() - dt.timedelta(minutes=5)
        await db.rows("UPDATE handoff_duty SET seen_at = $2 WHERE staff = $1", officer, since)
    one = await ask.ask(at.case, at.desk)
    assert await rung(one) == {officer}


async def heard(service: PushService) -> tuple[float, float]:
    """After how many seconds the phone was pushed to, and an SMS was handed over."""
    loop = asyncio.get_running_loop()
    began, pushed = loop.time(), 0.0

    async def both() -> bool:
        nonlocal pushed
        if not pushed and service.seen:
            pushed = loop.time() - began
        return bool(await db.rows("SELECT 1 FROM sms WHERE kind = 'handoff-ring'"))

    await until(both)
    return pushed, loop.time() - began


@pytest.mark.parametrize(("there", "first"), [(False, 0), (True, 5)])
async def test_a_phone_hears_a_ring_in_seconds(
    service: PushService, redis_url: str, monkeypatch: pytest.MonkeyPatch, there: bool, first: int
) -> None:
    await qidong()
    worker = await at_work(redis_url)
    await hints.close()
    monkeypatch.setenv("REDIS_URL", redis_url)  # the hints of this process go to the worker's Redis
    settings.cache_clear()
    await ring(service, there=there)
    pushed, written = await heard(service)
    await worker.kill()
    await hints.close()
    tell(
        f"page {'there' if there else 'gone'}: pushed after {pushed:.1f} s, written to after {written:.1f} s"
    )
    assert first <= pushed + 0.1
    assert pushed < first + BUSY
    assert first + 7 <= written + 0.1
    assert written < first + 7 + BUSY


async def test_without_any_hint_a_sweep_rings_the_phone(service: PushService, redis_url: str) -> None:
    await qidong()
    worker = await at_work(redis_url)  # this process speaks to another Redis
    await ring(service, there=False)
    pushed, written = await heard(service)
    await worker.kill()
    assert pushed < 2 * SWEEP + BUSY  # one finds the notice, one its push
    assert written < pushed + 7 + SWEEP + BUSY
