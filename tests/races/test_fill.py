"""Four processes open the window while people book and move in it."""

import datetime as dt
from collections import Counter
from typing import Any

from backend import appointments, clock
from backend.appointments.fill import cut
from backend.appointments.tables import Policy, Slot, Template
from tests import factories as make
from tests.races import openers
from tests.races.conftest import AtOnce
from tests.races.people import booked, citizen, deadlocks, miscounted

WINDOW = 4  # working days: the fewer to fill, the more they collide
PLENTY: dict[str, Any] = {"counters": 20, "minutes_per_matter": 15, "online_percent": 60}


async def test_each_slot_comes_once_and_no_booking_is_lost(at_once: AtOnce) -> None:
    at = await make.line(await make.hall())
    item = await make.item(at)
    await Policy.update({Policy.window_working_days: WINDOW}, force=True)
    for weekday in range(1, 6):
        await make.template(at, weekday, **PLENTY)
    crowds = [[await citizen() for _ in range(5)] for _ in range(4)]
    before = await deadlocks()
    said: Counter[str] = sum(
        await at_once(
            openers.open_and_book,
            *(
                (20 + 2 * n, 2, at.id, item.id, [(who.account, who.person) for who in people])
                for n, people in enumerate(crowds)
            ),
        ),
        Counter(),
    )
    assert said["booked"] == len(await booked()) == 20
    assert await miscounted() == []
    assert await deadlocks() == before
    await Template.update({Template.counters: 1}, force=True)
    await appointments.fill()
    seen = await shown()
    assert seen == await expected(clock.local(max(seen)).date())


async def shown() -> dict[dt.datetime, int]:
    """Every slot there is, and its capacity."""
    return {row["starts_at"]: row["capacity"] for row in await Slot.select(Slot.starts_at, Slot.capacity)}


async def expected(last: dt.date) -> dict[dt.datetime, int]:
    """What the templates say, day by day; never less than was promised. The last day covers the window."""
    taken = {row["starts_at"]: row["taken"] for row in await Slot.select(Slot.starts_at, Slot.taken)}
    today = clock.local(await clock.now()).date()
    assert last >= await clock.working_day_after(today, WINDOW)
    days = [today + dt.timedelta(days=n) for n in range((last - today).days + 1)]
    templates = await Template.select()
    offered = [
        slot
        for day in days
        for t in templates
        if t["weekday"] == day.isoweekday()
        for slot in cut(day, t, [])
    ]
    return {starts: max(capacity, taken.get(starts, 0)) for starts, _, capacity in offered}
