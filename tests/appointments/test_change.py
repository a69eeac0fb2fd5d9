"""Cancelling and moving: the old place is kept until the new one is ours."""

import asyncio
import datetime as dt

import pytest

from backend import appointments, clock
from backend.appointments.places import SlotFull
from backend.appointments.tables import Appointment, AppointmentEvent
from backend.notify.tables import Notice
from backend.refusal import NotFound, Refusal
from tests import factories as make


async def booked(capacity: int = 5):
    """A booking, its owner, its slot and another slot of the same line."""
    at = await make.line(await make.hall())
    item = await make.item(at)
    first, second = (
        await make.slot(at, capacity=capacity),
        await make.slot(at, time="11:00", capacity=capacity),
    )
    owner, person = await make.citizen()
    found = await appointments.book(first.id, item.id, person.id, by=owner.id)
    return found, owner, first, second


async def test_cancelling_gives_the_place_back_and_tells():
    found, owner, slot, _ = await booked()
    await appointments.cancel(found.id, by=owner.id)
    assert await make.taken(slot) == 0
    waiting = await Notice.select(Notice.kind).where(Notice.withdrawn_at.is_null())
    assert [row["kind"] for row in waiting] == ["appointment-cancelled"]


async def test_cancelling_twice_at_once_gives_one_place_back():
    found, owner, slot, _ = await booked()
    outcomes = await asyncio.gather(
        *(appointments.cancel(found.id, by=owner.id) for _ in range(5)), return_exceptions=True
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert all(isinstance(outcome, Refusal) for outcome in outcomes if outcome is not None)
    assert await make.taken(slot) == 0


async def test_a_stranger_can_neither_cancel_nor_move_nor_see_it():
    found, _, _, second = await booked()
    stranger, _ = await make.citizen()
    for attempt in (
        appointments.cancel(found.id, by=stranger.id),
        appointments.move(found.id, second.id, by=stranger.id),
        appointments.show(found.id, by=stranger.id),
        appointments.history(found.id, by=stranger.id),
        appointments.confirm(found.id, by=stranger.id),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_half_an_hour_before_the_start_nothing_can_be_changed_online():
    found, owner, slot, second = await booked()
    await clock.move_to(slot.starts_at - dt.timedelta(minutes=29))
    with pytest.raises(Refusal, match="不到 30 分钟"):
        await appointments.cancel(found.id, by=owner.id)
    with pytest.raises(Refusal, match="不到 30 分钟"):
        await appointments.move(found.id, second.id, by=owner.id)


async def test_moving_exchanges_the_places_and_renews_the_reminders():
    found, owner, first, second = await booked()
    await appointments.move(found.id, second.id, by=owner.id)
    assert (await make.taken(first), await make.taken(second)) == (0, 1)
    waiting = {row["kind"] for row in await Notice.select(Notice.kind).where(Notice.withdrawn_at.is_null())}
    assert waiting == {"appointment-moved", "appointment-tomorrow", "appointment-soon"}
    kinds = [row["kind"] for row in await appointments.history(found.id, by=owner.id)]
    assert kinds == ["booked", "moved"]


async def test_when_the_new_place_is_gone_the_old_one_is_kept():
    found, owner, first, second = await booked(capacity=1)
    other, person = await make.citizen()
    await appointments.book(second.id, found.item, person.id, by=other.id)
    with pytest.raises(SlotFull):
        await appointments.move(found.id, second.id, by=owner.id)
    assert (await make.taken(first), await make.taken(second)) == (1, 1)
    row = await Appointment.select(Appointment.slot).where(Appointment.id == found.id).first()
    assert row == {"slot": first.id}


async def test_moving_to_where_one_already_is_changes_nothing():
    found, owner, first, _ = await booked(capacity=1)
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
    assert [await make.taken(slot) for slot in slots] == held
    assert sum(held) == 10
