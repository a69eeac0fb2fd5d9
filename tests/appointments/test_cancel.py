"""Cancelling: the place is given back once, and only by who booked it."""

import asyncio
import datetime as dt

import pytest

from backend import appointments, clock
from backend.notify.tables import Notice
from backend.refusal import NotFound, Refusal
from tests import factories as make


async def test_cancelling_frees_the_place_after_its_rest_and_tells():
    found, owner, slot, _ = await make.booked()
    await appointments.cancel(found.id, by=owner.id)
    assert await make.taken(slot) == 1
    await make.rested(slot)
    assert await make.taken(slot) == 0
    waiting = await Notice.select(Notice.kind).where(Notice.withdrawn_at.is_null())
    assert [row["kind"] for row in waiting] == ["appointment-cancelled"]


async def test_cancelling_twice_at_once_gives_one_place_back():
    found, owner, slot, _ = await make.booked()
    outcomes = await asyncio.gather(
        *(appointments.cancel(found.id, by=owner.id) for _ in range(5)), return_exceptions=True
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert all(isinstance(outcome, Refusal) for outcome in outcomes if outcome is not None)
    await make.rested(slot)
    assert await make.taken(slot) == 0


async def test_a_stranger_can_neither_cancel_nor_move_nor_see_it():
    found, _, _, second = await make.booked()
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
    found, owner, slot, second = await make.booked()
    await clock.move_to(slot.starts_at - dt.timedelta(minutes=29))
    with pytest.raises(Refusal, match="不到 30 分钟"):
        await appointments.cancel(found.id, by=owner.id)
    with pytest.raises(Refusal, match="不到 30 分钟"):
        await appointments.move(found.id, second.id, by=owner.id)
