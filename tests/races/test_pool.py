"""No transaction keeps its connection, however it ends."""

import asyncio

import asyncpg
import pytest

from backend import appointments, db
from tests import factories as make
from tests.races.people import citizen, lock, waiting_for
from tests.races.processes import until


async def held() -> int:
    """How many connections of this process's pool are out."""
    pool = db.engine().pool
    assert pool
    return int(pool.get_size() - pool.get_idle_size())


async def begin(began: list[bool]) -> None:
    async with db.transaction():
        began.append(True)


async def test_a_transaction_given_up_while_it_begins_gives_its_connection_back() -> None:
    began: list[bool] = []
    for _ in range(25):  # more than the pool has
        task = asyncio.create_task(begin(began))
        await asyncio.sleep(0)  # one step: BEGIN is on its way
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert began == []
    async with asyncio.timeout(5):
        await begin(began)
    assert began == [True]
    assert await held() == 0


async def test_a_booking_given_up_while_it_waits_leaves_no_lock_and_no_place(database: str) -> None:
    item, slot = await make.bookable(capacity=1)
    who = await citizen()
    other = await asyncpg.connect(database)
    for _ in range(3):
        async with other.transaction():
            await lock(other, slot.id)
            task = asyncio.ensure_future(appointments.book(slot.id, item.id, who.person, by=who.account))
            await until(lambda: waiting_for(other))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    await other.close()
    assert await held() == 0
    assert await make.taken(slot) == 0
    async with asyncio.timeout(5):
        await appointments.book(slot.id, item.id, who.person, by=who.account)
    assert await make.taken(slot) == 1
