"""The outbox: claimed once, delivered once, taken over when a worker died."""

import asyncio
import datetime as dt

from backend import appointments, clock, hints, notify
from backend.appointments.reminders import reminders
from backend.notify.deliver import CLAIM, claim
from backend.notify.tables import Notice
from tests import factories as make


async def promised():
    """A booking for Wednesday 10:00 and its owner."""
    item, slot = await make.bookable()
    owner, person = await make.citizen()
    return await appointments.book(slot.id, item.id, person.id, by=owner.id), owner, slot


async def test_what_is_due_is_delivered_and_what_is_not_waits():
    _, owner, _ = await promised()
    assert await notify.sweep() == 1
    (notice,) = await notify.inbox(owner.id)
    assert notice["title"] == "约好了：身份证换领"
    assert "11 月 25 日（周三）10:00" in notice["body"]
    assert await notify.unread(owner.id) == 1
    assert await Notice.count().where(Notice.delivered_at.is_null()) == 2


async def test_ten_sweeps_at_once_deliver_once():
    _, owner, _ = await promised()
    arrived = await asyncio.gather(*(notify.sweep() for _ in range(10)))
    assert sum(arrived) == 1
    assert len(await notify.inbox(owner.id)) == 1


async def test_reminders_come_the_evening_before_and_two_hours_before():
    _, owner, slot = await promised()
    await clock.move_to(dt.datetime(2026, 11, 24, 18, 0, 1, tzinfo=clock.SHANGHAI))
    await notify.sweep()
    await clock.move_to(slot.starts_at - dt.timedelta(hours=2))
    await notify.sweep()
    kinds = [row["kind"] for row in await notify.inbox(owner.id)]
    assert kinds == ["appointment-soon", "appointment-tomorrow", "appointment-booked"]


async def test_a_claim_left_by_a_dead_worker_is_taken_over():
    _, owner, _ = await promised()
    now = await clock.now()
    assert len(await claim(None, now)) == 1
    assert await notify.sweep() == 0
    await clock.move_to(now + CLAIM + dt.timedelta(seconds=1))
    assert await notify.sweep() == 1
    assert len(await notify.inbox(owner.id)) == 1


async def test_a_cancelled_booking_reminds_nobody():
    booked, owner, slot = await promised()
    await appointments.cancel(booked.id, by=owner.id)
    await clock.move_to(slot.starts_at)
    await notify.sweep()
    assert [row["kind"] for row in await notify.inbox(owner.id)] == ["appointment-cancelled"]


async def test_an_emptied_redis_loses_no_notice():
    _, owner, _ = await promised()
    await (await hints.redis()).flushall()
    await notify.sweep()
    assert len(await notify.inbox(owner.id)) == 1


async def test_lag_is_the_wait_of_the_longest_overdue():
    assert await notify.lag() == 0
    await promised()
    await clock.move_to(await clock.now() + dt.timedelta(seconds=90))
    assert 89 < await notify.lag() < 100


async def test_a_reminder_that_comes_too_late_is_not_told():
    _, owner, slot = await promised()
    await clock.move_to(slot.starts_at + dt.timedelta(minutes=30))
    await notify.sweep()
    assert [row["kind"] for row in await notify.inbox(owner.id)] == ["appointment-booked"]
    assert await notify.lag() == 0


def test_a_reminder_in_the_quiet_hours_is_merged_into_the_evening():
    now = make.MONDAY
    nine = dt.datetime(2026, 11, 25, 9, tzinfo=clock.SHANGHAI)
    assert [kind for kind, *_ in reminders(nine, now)] == ["appointment-tomorrow"]
    ten = nine.replace(hour=10)
    assert [(kind, clock.local(at)) for kind, at, _ in reminders(ten, now)] == [
        ("appointment-tomorrow", dt.datetime(2026, 11, 24, 18, tzinfo=clock.SHANGHAI)),
        ("appointment-soon", dt.datetime(2026, 11, 25, 8, tzinfo=clock.SHANGHAI)),
    ]


def test_what_lies_behind_is_not_promised():
    now = dt.datetime(2026, 11, 24, 19, tzinfo=clock.SHANGHAI)
    assert reminders(dt.datetime(2026, 11, 25, 9, tzinfo=clock.SHANGHAI), now) == []
