"""Delivering in batches while somebody takes promises back."""

import asyncio
import importlib
import itertools
from uuid import UUID

import asyncpg

from backend import appointments, clock
from backend.notify.tables import Notice
from tests import factories as make
from tests.races.people import citizen, waiting_for
from tests.races.processes import until

deliver = importlib.import_module("backend.notify.deliver")


async def test_a_delivery_that_meets_a_deadlock_is_made_after_all(database: str) -> None:
    # A batch takes its rows in an order of its own: in one of the two orders we and it must collide.
    other = await asyncpg.connect(database)
    for first, second in itertools.permutations(range(2)):
        notices = [await promised() for _ in range(2)]
        now = await clock.now()
        claimed = await deliver.claim(notices, now)
        async with other.transaction():
            await lock(other, notices[first])
            delivering = asyncio.ensure_future(deliver.arrive(claimed, now))
            await until(lambda: waiting_for(other))
            await lock(other, notices[second])
        assert await delivering == 2
    await other.close()


async def promised() -> UUID:
    """A notice that is due."""
    item, slot = await make.bookable()
    who = await citizen()
    await appointments.book(slot.id, item.id, who.person, by=who.account)
    row = await Notice.select(Notice.id).where(
        Notice.account == who.account, Notice.kind == "appointment-booked"
    )
    return UUID(f"{row[0]['id']}")


async def lock(connection: asyncpg.Connection, notice: UUID) -> None:
    await connection.execute("SELECT 1 FROM notice WHERE id = $1 FOR UPDATE", notice)
