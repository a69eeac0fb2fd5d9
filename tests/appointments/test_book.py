"""Booking: one transaction, the last place to one person, limits counted once."""

import asyncio
import datetime as dt
from uuid import uuid4

import pytest

from backend import appointments, clock
from backend.appointments.book import check_digit
from backend.appointments.places import SlotFull
from backend.appointments.tables import Appointment, AppointmentEvent
from backend.notify.tables import Notice
from backend.refusal import NotFound, Refusal
from tests import factories as make


async def test_a_booking_takes_a_place_and_promises_notices():
    item, slot = await make.bookable()
    owner, person = await make.citizen()
    booked = await appointments.book(slot.id, item.id, person.id, by=owner.id)
    assert await make.taken(slot) == 1
    assert booked.number[-1] == check_digit(booked.number[:-1])
    kinds = {row["kind"] for row in await Notice.select(Notice.kind)}
    assert kinds == {"appointment-booked", "appointment-tomorrow", "appointment-soon"}
    events = await AppointmentEvent.select(AppointmentEvent.kind, AppointmentEvent.by_account)
    assert events == [{"kind": "booked", "by_account": owner.id}]


async def test_the_last_place_goes_to_one_person_only():
    item, slot = await make.bookable(capacity=1)
    people = [await make.citizen() for _ in range(8)]
    tries = [appointments.book(slot.id, item.id, person.id, by=owner.id) for owner, person in people]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(outcome, Appointment) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, SlotFull) for outcome in outcomes) == 7
    assert await make.taken(slot) == 1


async def test_one_person_in_two_tabs_gets_one_booking():
    item, slot = await make.bookable()
    owner, person = await make.citizen()
    tries = [appointments.book(slot.id, item.id, person.id, by=owner.id) for _ in range(6)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(outcome, Appointment) for outcome in outcomes) == 1
    assert await make.taken(slot) == 1


async def test_a_refused_booking_leaves_nothing_behind():
    item, slot = await make.bookable(capacity=0)
    owner, person = await make.citizen()
    with pytest.raises(SlotFull):
        await appointments.book(slot.id, item.id, person.id, by=owner.id)
    assert await Appointment.count() == await Notice.count() == await AppointmentEvent.count() == 0


async def test_a_stranger_cannot_book_for_somebody_elses_person():
    item, slot = await make.bookable()
    _, person = await make.citizen()
    stranger, _ = await make.citizen()
    with pytest.raises(NotFound):
        await appointments.book(slot.id, item.id, person.id, by=stranger.id)


async def test_an_item_that_the_line_does_not_do_is_refused():
    item, _ = await make.bookable()
    _, elsewhere = await make.bookable()
    owner, person = await make.citizen()
    with pytest.raises(Refusal, match="不办这件事"):
        await appointments.book(elsewhere.id, item.id, person.id, by=owner.id)


async def test_a_slot_less_than_two_hours_away_is_refused():
    at = await make.line(await make.hall())
    item, slot = await make.item(at), await make.slot(at, dt.date(2026, 11, 23), "11:30")
    owner, person = await make.citizen()
    with pytest.raises(Refusal, match="提前至少 2 小时"):
        await appointments.book(slot.id, item.id, person.id, by=owner.id)


async def test_a_slot_beyond_seven_working_days_is_refused():
    at = await make.line(await make.hall())
    item = await make.item(at)
    last, beyond = await make.slot(at, dt.date(2026, 12, 2)), await make.slot(at, dt.date(2026, 12, 3))
    owner, person = await make.citizen()
    with pytest.raises(Refusal, match="7 个工作日"):
        await appointments.book(beyond.id, item.id, person.id, by=owner.id)
    await appointments.book(last.id, item.id, person.id, by=owner.id)


async def test_the_same_item_twice_a_day_is_refused_across_accounts():
    item, slot = await make.bookable()
    number = make.id_number(77)
    daughter, father = await make.account(), await make.account()
    hers, his = await make.person(daughter, number, "family"), await make.person(father, number)
    await appointments.book(slot.id, item.id, hers.id, by=daughter.id)
    with pytest.raises(Refusal, match="已预约"):
        await appointments.book(slot.id, item.id, his.id, by=father.id)
    assert await make.taken(slot) == 1


async def test_three_active_bookings_a_person_and_a_family_fits():
    at = await make.line(await make.hall())
    slot, items = await make.slot(at), [await make.item(at, f"事项{n}") for n in range(4)]
    owner, person = await make.citizen()
    child = await make.person(owner, relation="family")
    for item in items[:3]:
        await appointments.book(slot.id, item.id, person.id, by=owner.id)
    with pytest.raises(Refusal, match="最多同时有 3 个"):
        await appointments.book(slot.id, items[3].id, person.id, by=owner.id)
    slot = await make.slot(at, time="11:00")
    await appointments.book(slot.id, items[3].id, child.id, by=owner.id)


async def test_six_bookings_a_calendar_month():
    at = await make.line(await make.hall())
    items = [await make.item(at, f"事项{n}") for n in range(3)]
    owner, person = await make.citizen()
    days = [dt.date(2026, 11, 24), dt.date(2026, 11, 26)]
    for day, hour in zip(days, (24, 26), strict=True):
        slot = await make.slot(at, day)
        for item in items:
            await appointments.book(slot.id, item.id, person.id, by=owner.id)
        await clock.move_to(dt.datetime(2026, 11, hour, 20, tzinfo=clock.SHANGHAI))
        await Appointment.update({Appointment.state: "arrived"}, force=True)
    slot = await make.slot(at, dt.date(2026, 11, 30))
    with pytest.raises(Refusal, match="一个自然月最多预约 6 次"):
        await appointments.book(slot.id, items[0].id, person.id, by=owner.id)
    december = await make.slot(at, dt.date(2026, 12, 1))
    await appointments.book(december.id, items[0].id, person.id, by=owner.id)


async def test_a_slot_that_does_not_exist_is_not_found():
    item, _ = await make.bookable()
    owner, person = await make.citizen()
    with pytest.raises(NotFound):
        await appointments.book(uuid4(), item.id, person.id, by=owner.id)
