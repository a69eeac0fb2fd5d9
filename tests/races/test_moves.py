"""Moving in opposite directions between slots that are nearly full."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import appointments, db, notify
from backend.appointments import offers
from backend.appointments.tables import Appointment, AppointmentEvent, Policy
from backend.notify.tables import Notice
from tests import factories as make
from tests.races import movers
from tests.races.conftest import AtOnce
from tests.races.people import booked, citizen, deadlocks, lock, miscounted, waiting_for
from tests.races.processes import until

Lock = Callable[[UUID], Awaitable[None]]
ROUNDS = 6
FULL = "这个时段刚刚约满，请另选一个。现在有空的时段都列在下面"


async def test_moves_to_and_fro_lose_and_double_nothing(at_once: AtOnce) -> None:
    at = await make.line(await make.hall())
    item = await make.item(at)
    await Policy.update({Policy.frozen_minutes: 0}).where(Policy.group == "default")
    slots = [await make.slot(at, time=time, capacity=7) for time in ("10:00", "10:30", "11:00")]
    held = []
    for n in range(18):  # of 21 places
        who = await citizen()
        held.append(
            ((await appointments.book(slots[n % 3].id, item.id, who.person, by=who.account)).id, who.account)
        )
    before = await deadlocks()
    # Each booking is moved by two processes, as in two tabs.
    shares = [held[:9], held[9:], held[::2], held[1::2]]
    moving = asyncio.ensure_future(
        at_once(movers.wander, *((share, [s.id for s in slots], ROUNDS) for share in shares))
    )
    arrived = await working_until(moving, at.id)
    said: Counter[str] = sum(moving.result(), Counter())
    assert set(said) == {"done", FULL}
    assert said.total() == 36 * ROUNDS
    assert len(await booked()) == sum([await make.taken(slot) for slot in slots]) == 18
    assert await miscounted() == []
    assert await broken_chains() == []
    assert await deadlocks() == before  # locks are taken in one order: nobody had to be retried
    assert arrived == await Notice.count().where(Notice.delivered_at.is_not_null()) > 18
    # What was delivered was not taken back, and the news of every move was one or the other.
    assert not await Notice.exists().where(
        Notice.delivered_at.is_not_null(), Notice.withdrawn_at.is_not_null()
    )
    told, moved = Notice.kind == "appointment-moved", AppointmentEvent.kind == "moved"
    assert await Notice.count().where(told) == await AppointmentEvent.count().where(moved)


async def working_until(done: asyncio.Future[Any], line: UUID) -> int:
    """Sweep on and on, as many workers would, and once more at the end; how many notices arrived."""
    arrived = 0
    while not done.done():
        arrived += await notify.sweep()
        await appointments.pass_on(line)
        await asyncio.wait([done], timeout=0.02)
    await appointments.pass_on(line)
    return arrived + await notify.sweep()


async def broken_chains() -> list[UUID]:
    """Bookings whose events do not lead, each from where the one before ended, to where they stand."""
    events = await db.rows(
        "SELECT appointment, from_slot, to_slot FROM appointment_event ORDER BY appointment, at"
    )
    stands = {row["id"]: row["slot"] for row in await Appointment.select(Appointment.id, Appointment.slot)}
    broken = []
    for appointment, steps in itertools.groupby(events, key=lambda row: row["appointment"]):
        places = [None]
        for step in steps:
            broken += [appointment] * (step["from_slot"] != places[-1])
            places.append(step["to_slot"])
        broken += [appointment] * (places[-1] != stands[appointment])
    return broken


async def test_a_deadlock_is_retried_and_reaches_nobody(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await make.line(await make.hall())
    item, who, slot = await make.item(at), await citizen(), await make.slot(at)
    tries = []

    async def counted(line: UUID, lock: Lock = offers.lock) -> None:
        tries.append(line)
        await lock(line)

    monkeypatch.setattr(offers, "lock", counted)
    await Policy.update({Policy.frozen_minutes: 0}).where(Policy.group == "default")
    other = await asyncpg.connect(database)
    try:
        for _ in range(10):
            found = await appointments.book(slot.id, item.id, who.person, by=who.account)
            await appointments.cancel(found.id, by=who.account)
            tries.clear()
            if await _passed_on_against(other, line=at.id, slot=slot.id):
                break
    finally:
        await other.close()
    assert len(tries) > 1  # a busy machine may let them meet once more
    assert await make.taken(slot) == 0
    assert await miscounted() == []


async def _passed_on_against(other: asyncpg.Connection, *, line: UUID, slot: UUID) -> bool:
    """Give a place back while somebody takes slot and line against the order. The verb waits longer, so it
    must give way; on a busy machine PostgreSQL may notice the other first: False, and nothing is proved.
    """
    try:
        async with other.transaction():
            await lock(other, slot)
            passing = asyncio.ensure_future(appointments.pass_on(line))
            await until(lambda: waiting_for(other))
            await other.execute("SELECT 1 FROM line WHERE id = $1 FOR UPDATE", line)
    except asyncpg.DeadlockDetectedError:
        await passing
        return False
    await passing
    return True
