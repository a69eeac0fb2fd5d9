"""A web that dies in the middle of a booking."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from backend import db, notify
from backend.appointments.tables import Appointment, AppointmentEvent
from backend.notify.tables import Notice
from tests import factories as make
from tests.races.people import booked, citizen, form, lock, miscounted, waiting_for
from tests.races.processes import until
from tests.races.web import Web


@pytest.fixture
def mortal(database: str, redis_url: str, tmp_path: Path) -> Iterator[Web]:
    """A web of this test's own, to be started by it."""
    found = Web(tmp_path / "log", redis_url)
    yield found
    found.stop()


async def test_a_serving_process_killed_inside_a_booking_leaves_nothing_half_done(
    mortal: Web, database: str
) -> None:
    item, slot = await make.bookable(capacity=1)
    who = await citizen()
    other = await asyncpg.connect(database)
    await mortal.start()
    async with mortal.browser(who.token) as browser:
        async with other.transaction():
            await lock(other, slot.id)
            asking = asyncio.create_task(browser.post("/appointments", data=form(who, slot, item)))
            [inside] = await until(lambda: waiting_for(other))  # the place all but taken
            [serving] = mortal.serving()
            os.kill(serving, signal.SIGKILL)
            with pytest.raises(httpx.TransportError):
                await asking
        await until(lambda: left(inside))
        assert await make.taken(slot) == await Appointment.count() == 0
        assert await AppointmentEvent.count() == await Notice.count() == 0
        await mortal.answers()  # Granian has started another
        assert (await browser.post("/appointments", data=form(who, slot, item))).status_code == 303
    await other.close()
    assert await make.taken(slot) == len(await booked(slot)) == 1


async def left(pid: int) -> bool:
    """PostgreSQL has noticed that nobody is there any more."""
    return not await db.rows("SELECT 1 FROM pg_stat_activity WHERE pid = $1", pid)


async def test_a_web_killed_before_it_could_answer_has_booked_once(mortal: Web, web: Web) -> None:
    item, slot = await make.bookable()
    who = await citizen()
    await mortal.start("tests.races.held_web")
    async with mortal.browser(who.token) as browser:
        asking = asyncio.create_task(browser.post("/appointments", data=form(who, slot, item)))
        await until(lambda: booked(slot))
        mortal.kill()
        with pytest.raises(httpx.TransportError):
            await asking
    async with web.browser(who.token) as browser:
        again = await browser.post("/appointments", data=form(who, slot, item))
    assert again.status_code == 409
    assert "这一天已预约过这件事" in again.text
    assert len(await booked()) == await make.taken(slot) == 1
    assert await miscounted() == []
    assert [row["kind"] for row in await notify.inbox(by=who.account)] == []
    assert await notify.sweep() == 1  # nobody has to have heard the hint
