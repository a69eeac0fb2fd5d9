"""Real workers and text messages: killed between the provider's yes and our note, two at once, without Redis."""

import asyncio
import datetime as dt
import importlib
import os
from collections.abc import AsyncIterator

import pytest

from backend import clock, db, hints, sms
from backend.settings import settings
from tests.races.processes import until
from tests.races.worker import Worker
from tests.sms.conftest import events, outcome, promise, use
from tests.sms.provider import Provider, providing

CLAIM = importlib.import_module("backend.sms.deliver").CLAIM
JUST_AFTER = CLAIM + dt.timedelta(seconds=1)


@pytest.fixture
async def two(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Provider]]:
    """Two providers, for this process and those it starts."""
    async with providing("east", "west") as found:
        use(monkeypatch, *found)
        yield found
    monkeypatch.undo()
    settings.cache_clear()


async def is_sent() -> bool:
    return (await outcome()).state == "sent"


async def test_a_worker_killed_before_its_note_costs_no_second_copy(
    two: list[Provider], redis_url: str
) -> None:
    east, west = two
    held = await Worker.start(redis_url, "tests.sms.held_worker")
    await promise()
    await held.says("offered")
    await held.kill()
    assert (await outcome()).state == "waiting"
    assert await sms.sweep() == 0  # the claim stands: a slow worker must not be overtaken
    await clock.move_to(await clock.now() + JUST_AFTER)
    other = await Worker.start(redis_url)
    await until(is_sent)
    await other.kill()
    assert len(east.keys) == 2
    assert len(set(east.keys)) == 1
    assert east.copies.total() == 1  # the same provider was asked again, with the same key
    assert west.keys == []


async def test_a_worker_that_notes_too_late_changes_nothing(two: list[Provider], redis_url: str) -> None:
    held = await Worker.start(redis_url, "tests.sms.held_worker")
    await promise()
    await held.says("offered")
    await clock.move_to(await clock.now() + JUST_AFTER)
    assert await sms.sweep() == 1
    before = await db.rows("SELECT * FROM sms")
    await held.go_on()
    await held.says("noted")
    await held.kill()
    assert await db.rows("SELECT * FROM sms") == before
    assert two[0].copies.total() == 1


async def test_a_message_that_kills_every_worker_has_failed_in_the_end(
    two: list[Provider], redis_url: str
) -> None:
    await promise()
    await db.rows("UPDATE sms SET attempts = 7, claimed_until = NULL")
    held = await Worker.start(redis_url, "tests.sms.held_worker")
    await held.says("offered")
    await held.kill()
    await clock.move_to(await clock.now() + JUST_AFTER)
    assert await sms.sweep() == 0
    died = await outcome()
    assert (died.state, died.reason) == ("failed", "试了多次都没有发出：发送的程序中途停了")


async def test_two_workers_at_once_hand_over_each_message_once(two: list[Provider], redis_url: str) -> None:
    keys = [f"{n}" for n in range(60)]
    for key in keys:
        await promise(key)
    workers = await asyncio.gather(*(Worker.start(redis_url) for _ in range(2)))

    async def all_sent() -> bool:
        return {each.state for each in (await sms.outcomes(keys)).values()} == {"sent"}

    await until(all_sent)
    for worker in workers:
        await worker.kill()
    given = two[0].keys + two[1].keys
    assert len(set(given)) == len(await events("accepted")) == len(keys)
    # On a machine so busy that an answer comes after its five seconds, and only then, the other is asked.
    assert len(given) - len(keys) == len(await events("temporary"))


async def test_a_hint_wakes_a_worker_and_fails_over_at_once(
    two: list[Provider], redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The hints of this process go to the worker's Redis, so that no sweep is needed.
    two[0].always = "503"
    worker = await Worker.start(redis_url)
    await hints.close()
    monkeypatch.setenv("REDIS_URL", redis_url)
    settings.cache_clear()
    began = asyncio.get_running_loop().time()
    await promise()
    await until(is_sent)
    assert asyncio.get_running_loop().time() - began < 30
    await worker.kill()
    await hints.close()
    assert [len(each.keys) for each in two] == [1, 1]
    assert os.environ["REDIS_URL"] == redis_url


async def test_an_emptied_redis_loses_no_message(two: list[Provider]) -> None:
    await promise()
    await (await hints.redis()).flushall()
    await sms.sweep()
    assert await is_sent()
