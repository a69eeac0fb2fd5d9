"""Moving: the old place is kept until the new one is ours."""

import asyncio

import pytest

from backend import appointments
from backend.appointments.places import SlotFull
from backend.appointments.tables import Appointment, AppointmentEvent
from backend.notify.tables import Notice
from tests import factories as make
from tests.races.people import miscounted


async def test_moving_takes_the_new_place_lets_the_old_one_rest_and_renews_the_reminders():
    found, owner, first, second = await make.booked()
    await appointments.move(found.id, second.id, by=owner.id)
    assert (await make.taken(first), await make.taken(second)) == (1, 1)
    await make.rested(first)
    assert (await make.taken(first), await make.taken(second)) == (0, 1)
    waiting = {row["kind"] for row in await Notice.select(Notice.kind).where(Notice.withdrawn_at.is_null())}
    assert waiting == {"appointment-moved", "appointment-tomorrow", "appointment-soon"}
    kinds = [row["kind"] for row in await appointments.history(found.id, by=owner.id)]
    assert kinds == ["booked", "moved"]


async def test_when_the_new_place_is_gone_the_old_one_is_kept():
    found, owner, first, second = await make.booked(capacity=1)
    other, person = await make.citizen()
    await appointments.book(second.id, found.item, person.id, by=other.id)
    with pytest.raises(SlotFull):
        await appointments.move(found.id, second.id, by=owner.id)
    assert (await make.taken(first), await make.taken(second)) == (1, 1)
    row = await Appointment.select(Appointment.slot).where(Appointment.id == found.id).first()
    assert row == {"slot": first.id}


async def test_moving_to_where_one_already_is_changes_nothing():
    found, owner, first, _ = await make.booked(capacity=1)
    await appointments.move(found.id, first.id, by=owner.id)
    assert await make.taken(first) == 1
    assert await AppointmentEvent.count() == 1


async def test_people_who_swap_never_block_each_other():
    at = await make.line(await make.hall())
    item = await make.item(at)
    slots = [await make.slot(at, time=time, capacity=6) for time in ("10:00", "10:30")]
    pairs = []
    for n in range(10):
        owner, person = await make.citizen()
        pairs.append(
            (await appointments.book(slots[n % 2].id, item.id, person.id, by=owner.id), owner, n % 2)
        )
    moves = [appointments.move(found.id, slots[1 - at].id, by=owner.id) for found, owner, at in pairs]
    outcomes = await asyncio.gather(*moves, return_exceptions=True)
    assert all(outcome is None or isinstance(outcome, SlotFull) for outcome in outcomes), outcomes
    held = [await Appointment.count().where(Appointment.slot == slot.id) for slot in slots]
    assert sum(held) == 10
    assert await miscounted() == []
