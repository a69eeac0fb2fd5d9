"""A worker that dies, or merely dawdles, between claim and delivery."""

import datetime as dt
import importlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend import clock, notify
from backend.notify.tables import Notice
from tests import factories as make
from tests.races.ear import Heard, listening
from tests.races.people import citizen, form
from tests.races.processes import until
from tests.races.web import Web
from tests.races.worker import Worker

CLAIM = importlib.import_module("backend.notify.deliver").CLAIM
JUST_AFTER = CLAIM + dt.timedelta(seconds=1)


async def _heard(heard: Heard) -> bool:
    return heard.total() > 0


@pytest.fixture
async def held(web: Web, redis_url: str) -> AsyncIterator[Worker]:
    """A worker that has claimed the notice of a booking, made over HTTP, and not delivered it."""
    worker = await Worker.start(redis_url, "tests.races.held_worker")
    item, slot = await make.bookable()
    who = await citizen()
    async with web.browser(who.token) as browser:
        assert (await browser.post("/appointments", data=form(who, slot, item))).status_code == 303
    await worker.says("claimed")
    yield worker
    await worker.kill()


async def waiting() -> list[dict[str, Any]]:
    """The notices of what was done that are not delivered yet; reminders have their own time."""
    due = Notice.select(Notice.account, Notice.claimed_until).where(Notice.kind == "appointment-booked")
    return await due.where(Notice.delivered_at.is_null())


async def none_waiting() -> bool:
    return not await waiting()


async def test_a_killed_workers_notice_is_delivered_once_by_another(held: Worker, redis_url: str) -> None:
    await held.kill()
    [left] = await waiting()
    assert left["claimed_until"] is not None
    assert await notify.sweep() == 0  # the claim stands: a slow worker must not be overtaken
    async with listening(redis_url) as heard:
        await clock.move_to(await clock.now() + JUST_AFTER)
        other = await Worker.start(redis_url)
        await until(none_waiting)
        await until(lambda: _heard(heard))
        await other.kill()
        assert await notify.sweep() == 0
        assert heard == {f"{left['account']}": 1}
    assert len(await notify.inbox(by=left["account"])) == 1


async def test_a_worker_that_wakes_too_late_finds_nothing_left_to_do(held: Worker, redis_url: str) -> None:
    [left] = await waiting()
    await clock.move_to(await clock.now() + JUST_AFTER)
    assert await notify.sweep() == 1
    async with listening(redis_url) as heard:
        await held.go_on()
        await held.says("arrived 0")
        assert heard == {}
    assert len(await notify.inbox(by=left["account"])) == 1
