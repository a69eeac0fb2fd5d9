"""The weeks before the demo: who came to the city's hall, so that its pages can tell busy times from quiet ones.

No verb can book a time or take a number on a day that is over, so these rows are written directly. What the hall
then knows of itself it has learned from them as any hall does.
"""

import datetime as dt
from uuid import UUID

from backend import clock, db, queue
from backend.demo_past import bookings, numbers

WEEKS = 3


async def fill(people: list[UUID]) -> None:
    """Write the past weeks, shared out among these people."""
    today = clock.local(await clock.now()).date()
    first = today - dt.timedelta(weeks=WEEKS)
    async with db.transaction():
        await bookings.write(people, first, today)
        await numbers.write(first, today)
    for hall in await numbers.halls():
        await queue.learn(hall)
