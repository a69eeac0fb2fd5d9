"""Slots follow templates, the nation's calendar and the hall's exceptions."""

import asyncio
import datetime as dt

import pytest

from backend import appointments, clock
from backend.appointments.fill import cut, fill_day
from backend.appointments.places import SlotFull
from backend.appointments.tables import CapacityException, Slot
from backend.clock import CalendarDay
from backend.identity.tables import Staff
from tests import factories as make

TUESDAY = dt.date(2026, 11, 24)


async def slots(day: dt.date) -> list[tuple[str, int]]:
    """Local start and capacity of a day's slots."""
    rows = await Slot.select(Slot.starts_at, Slot.capacity).where(Slot.day == day).order_by(Slot.starts_at)
    return [(f"{clock.local(row['starts_at']):%H:%M}", row["capacity"]) for row in rows]


async def test_capacity_is_counters_times_pace_times_online_share():
    at = await make.line(await make.hall())
    await make.template(at, 2, "09:00", "10:30", counters=2, minutes_per_matter=10, online_percent=50)
    await fill_day(TUESDAY)
    assert await slots(TUESDAY) == [("09:00", 3), ("09:30", 3), ("10:00", 3)]


async def test_the_online_share_is_never_exceeded_over_the_template():
    day = {
        "starts": dt.time(9),
        "ends": dt.time(12),
        "slot_minutes": 30,
        "counters": 1,
        "minutes_per_matter": 20,
    }
    template = {**day, "online_percent": 60, "hall": None, "line": None}
    capacities = [capacity for _, _, capacity in cut(TUESDAY, template, [])]
    assert sum(capacities) == int(6 * 30 / 20 * 0.6)
    assert max(capacities) - min(capacities) <= 1


async def test_filling_twice_and_at_once_makes_each_slot_once():
    at = await make.line(await make.hall())
    for weekday in range(1, 6):
        await make.template(at, weekday)
    await asyncio.gather(*(appointments.fill() for _ in range(3)))
    first = await Slot.count()
    await appointments.fill()
    # Ten working days ahead is 7 December: eleven weekdays, today among them.
    assert first == await Slot.count() == 11 * 6


async def test_a_holiday_has_no_slots_and_an_adjusted_saturday_has_mondays():
    at = await make.line(await make.hall())
    await make.template(at, 1, "09:00", "10:00")
    await make.template(at, 4, "09:00", "10:00")
    holiday, saturday = dt.date(2026, 11, 26), dt.date(2026, 11, 28)
    await CalendarDay.insert(CalendarDay(day=holiday, working=False, name="假日"))
    await CalendarDay.insert(CalendarDay(day=saturday, working=True, name="调休"))
    await fill_day(holiday)
    await fill_day(saturday)
    assert await slots(holiday) == []
    assert [time for time, _ in await slots(saturday)] == ["09:00", "09:30"]


async def test_an_ordinary_saturday_follows_its_own_template_and_a_holiday_saturday_none():
    at = await make.line(await make.hall())
    await make.template(at, 6, "09:00", "10:00")
    ordinary, holiday = dt.date(2026, 11, 28), dt.date(2026, 12, 5)
    await CalendarDay.insert(CalendarDay(day=ordinary, working=False, name=""))
    await CalendarDay.insert(CalendarDay(day=holiday, working=False, name="国庆节"))
    await fill_day(ordinary)
    await fill_day(holiday)
    assert len(await slots(ordinary)) == 2
    assert await slots(holiday) == []


async def test_closing_a_day_keeps_what_is_booked_and_offers_nothing_more():
    place = await make.hall()
    at = await make.line(place)
    item = await make.item(at)
    await make.template(at, 2, "10:00", "11:00", counters=2)
    await fill_day(TUESDAY)
    slot = (await Slot.objects().where(Slot.day == TUESDAY).order_by(Slot.starts_at))[0]
    owner, person = await make.citizen()
    await appointments.book(slot.id, item.id, person.id, by=owner.id)
    clerk = Staff(username="m", name="经理", password_hash="-", created_at=await clock.now())
    await Staff.insert(clerk)
    await CapacityException.insert(
        CapacityException(
            hall=place.id, day=TUESDAY, counters=0, reason="检修", by=clerk.id, created_at=make.MONDAY
        )
    )
    await fill_day(TUESDAY)
    assert [capacity for _, capacity in await slots(TUESDAY)] == [1, 0]
    assert await make.taken(slot) == 1


async def test_a_closed_slot_stays_closed_when_somebody_leaves_it():
    at = await make.line(await make.hall())
    item, slot = await make.item(at), await make.slot(at, capacity=2)
    owner, person = await make.citizen()
    booked = await appointments.book(slot.id, item.id, person.id, by=owner.id)
    await fill_day(slot.day)  # no template names the slot any more
    await make.template(at, slot.day.isoweekday(), "14:00", "15:00")
    await fill_day(slot.day)
    await appointments.cancel(booked.id, by=owner.id)
    other, somebody = await make.citizen()
    with pytest.raises(SlotFull):
        await appointments.book(slot.id, item.id, somebody.id, by=other.id)


async def test_places_held_in_slots_of_another_length_come_off_the_new_ones():
    at = await make.line(await make.hall())
    item, slot = await make.item(at), await make.slot(at, TUESDAY, "10:30", capacity=9)
    owner, person = await make.citizen()
    await appointments.book(slot.id, item.id, person.id, by=owner.id)
    hourly = {"slot_minutes": 60, "counters": 2, "minutes_per_matter": 30, "online_percent": 100}
    await make.template(at, 2, "10:00", "11:00", **hourly)
    await fill_day(TUESDAY)
    offered = await Slot.select(Slot.offered).where(Slot.day == TUESDAY).order_by(Slot.starts_at)
    assert [row["offered"] for row in offered] == [3, 0]
