"""A change of capacity never leaves people standing in hours that the hall gave up: a closing must come first."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from backend import appointments, clock
from backend.appointments import (
    capacity,
    capacity_copy,
    capacity_undo,
    capacity_week,
    policy_edit,
    policy_effect,
)
from backend.appointments.fill import reach
from backend.appointments.follow import LeavesStanding
from backend.appointments.policy_rules import values_of
from backend.appointments.tables import Appointment, CapacityEvent, CapacityException, Policy, Slot, Template
from backend.refusal import Refusal
from tests import factories as make
from tests import world

WEDNESDAY, NEXT_WEDNESDAY = dt.date(2026, 11, 25), dt.date(2026, 12, 2)
HOURS: dict[str, Any] = {
    "ends": dt.time(10),
    "slot_minutes": 30,
    "minutes_per_matter": 10,
    "online_percent": 100,
}


class Here:
    """A line that works every weekday from nine to ten, its manager, and somebody who booked a Wednesday."""

    hall: UUID
    line: UUID
    item: UUID
    by: UUID
    held: Appointment


@pytest.fixture
async def here(fresh: None) -> Here:
    """Booked for Wednesday."""
    found, place = Here(), await make.hall(code=world.HERE)
    at = await make.line(place)
    found.hall, found.line = UUID(str(place.id)), UUID(str(at.id))
    found.item = UUID(str((await make.item(at)).id))
    for weekday in range(1, 6):
        await make.template(
            at, weekday, "09:00", "10:00", counters=2, minutes_per_matter=10, online_percent=100
        )
    await appointments.fill()
    found.by = await world.staff(world.MANAGER)
    found.held = await book(found, WEDNESDAY)
    return found


async def book(here: Here, day: dt.date) -> Appointment:
    slot = (
        await Slot.objects().where(Slot.line == here.line, Slot.day == day).order_by(Slot.starts_at).first()
    )
    assert slot
    owner, person = await make.citizen()
    return await appointments.book(slot.id, here.item, person.id, by=owner.id)


async def standing(day: dt.date = WEDNESDAY) -> list[tuple[int, int]]:
    """Offered and taken of a day's slots."""
    rows = await Slot.select().where(Slot.day == day).order_by(Slot.starts_at)
    return [(row["offered"], row["taken"]) for row in rows]


async def test_an_exception_that_pushes_people_out_is_refused_and_changes_nothing(here: Here) -> None:
    before = await standing()
    with pytest.raises(LeavesStanding, match="11 月 25 日有 1 人已经约了"):
        await capacity.add_exception(here.hall, here.by, day=WEDNESDAY, reason="检修")
    assert await standing() == before
    assert await CapacityException.count() == 0
    assert await CapacityEvent.count() == 0


async def test_a_whole_span_is_refused_for_one_booked_day_of_it(here: Here) -> None:
    with pytest.raises(LeavesStanding):
        await capacity.add_exception(
            here.hall, here.by, day=dt.date(2026, 11, 24), until=dt.date(2026, 11, 27), reason="检修"
        )
    assert await CapacityException.count() == 0


async def test_fewer_counters_that_still_serve_everybody_are_taken(here: Here) -> None:
    await capacity.add_exception(here.hall, here.by, day=WEDNESDAY, counters=1, reason="检修")
    assert await standing() == [(3, 1), (3, 0)]


async def test_a_copied_week_does_not_close_over_people(here: Here) -> None:
    await capacity.add_exception(here.hall, here.by, day=NEXT_WEDNESDAY, line=here.line, reason="检修")
    with pytest.raises(LeavesStanding):
        await capacity_week.copy_week(here.line, NEXT_WEDNESDAY, WEDNESDAY, by=here.by)
    assert await CapacityException.count() == 1


async def test_a_withdrawn_exception_does_not_come_back_over_people(here: Here) -> None:
    [made] = await capacity.add_exception(
        here.hall, here.by, day=NEXT_WEDNESDAY, line=here.line, reason="检修"
    )
    await capacity.withdraw_exception(made, here.by)
    await book(here, NEXT_WEDNESDAY)
    withdrawal = await CapacityEvent.objects().where(CapacityEvent.kind == "withdrawn").first()
    assert withdrawal
    with pytest.raises(LeavesStanding):
        await capacity_undo.undo(withdrawal.deed, here.by)
    assert (await standing(NEXT_WEDNESDAY))[0] == (6, 1)


async def test_a_weekly_line_does_not_close_over_people_but_may_have_fewer_counters(here: Here) -> None:
    template = await Template.objects().where(Template.weekday == 3).first()
    assert template
    with pytest.raises(LeavesStanding):
        await capacity.change_template(template.id, here.by, counters=0, **HOURS)
    await capacity.change_template(template.id, here.by, counters=1, **HOURS)
    assert (await standing())[0] == (3, 1)
    wish = capacity_copy.Wish(here.line, (here.line,), weekday=1, days=(3,))
    await Template.update({Template.starts: dt.time(14), Template.ends: dt.time(15)}).where(
        Template.weekday == 1
    )
    with pytest.raises(LeavesStanding):
        await capacity_copy.copy(wish, here.by)


async def test_after_a_closing_the_hours_may_go(here: Here) -> None:
    from backend.appointments.affected import Stretch

    await appointments.close(Stretch(here.hall, None, WEDNESDAY, None, None), "检修", by=here.by)
    template = await Template.objects().where(Template.weekday == 3).first()
    assert template
    await capacity.change_template(template.id, here.by, counters=0, **HOURS)


async def test_bookings_and_an_exception_at_once_never_end_with_somebody_standing(here: Here) -> None:
    day = dt.date(2026, 11, 26)
    deeds: list[Any] = [book(here, day) for _ in range(4)]
    deeds.insert(2, capacity.add_exception(here.hall, here.by, day=day, reason="检修"))
    done = await asyncio.gather(*deeds, return_exceptions=True)
    assert all(not isinstance(one, Exception) or isinstance(one, Refusal) for one in done)
    assert all(offered or not taken for offered, taken in await standing(day))


async def test_of_two_who_change_one_template_the_second_is_told(here: Here) -> None:
    from backend.appointments import day as hall_day

    week = await hall_day.week(here.line, dt.date(2026, 11, 23), here.by)
    [group] = week["templates"]
    changes = [
        capacity.change_template(
            group["id"], here.by, seen=group["seen"], weekdays=group["weekdays"], counters=counters, **HOURS
        )
        for counters in (3, 4, 5)
    ]
    done = await asyncio.gather(*changes, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["NoneType", "Refusal", "Refusal"]
    counters = {row["counters"] for row in await Template.select(Template.counters)}
    assert len(counters) == 1


async def test_a_day_far_ahead_makes_no_slots_and_stops_no_change_of_rules(here: Here) -> None:
    far = dt.date(2099, 12, 31)
    await capacity.add_exception(here.hall, here.by, day=far, counters=1, reason="检修")
    assert not await Slot.exists().where(Slot.day > await reach())
    citywide = await world.staff(world.CITYWIDE)
    row = (await Policy.select().where(Policy.group == "default"))[0]
    wider = {**values_of(row), "window_working_days": 20}
    foretold = await policy_effect.effect("default", values_of(row), wider, by=citywide)
    seen = (await policy_edit.show(row["id"], citywide))["seen"]
    before = await Slot.count()
    await policy_edit.change(row["id"], citywide, seen, **wider)
    assert await Slot.count() > before
    assert (await Slot.select(Slot.day).order_by(Slot.day, ascending=False).first() or {})[
        "day"
    ] == await reach()
    assert foretold[0].kind == "more"


async def test_an_exception_beyond_what_is_filled_holds_when_its_day_is_reached(here: Here) -> None:
    day = dt.date(2026, 12, 23)
    await capacity.add_exception(here.hall, here.by, day=day, reason="检修")
    await clock.move_to(clock.at(dt.date(2026, 12, 16), dt.time(10)))
    await appointments.fill()
    assert await standing(day) == [(0, 0), (0, 0)]
