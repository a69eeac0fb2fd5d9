"""Cancelling: the place is given back once, and only by who booked it."""

import asyncio
import datetime as dt
from uuid import UUID

import httpx
import pytest

from backend import appointments, clock, notify
from backend.identity.sessions import open_session
from backend.notify.tables import Notice
from backend.refusal import NotFound, Refusal
from tests import factories as make
from tests import world


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


async def test_nobody_is_told_that_the_place_is_free_while_it_rests(client: httpx.AsyncClient):
    found, owner, _, _ = await make.booked()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=owner.id))
    await appointments.cancel(found.id, by=owner.id)
    await notify.sweep()
    for page in (f"/appointments/{found.id}", "/notices"):
        shown = (await client.get(page)).text
        assert "已取消" in shown
        assert "放出来" not in shown


async def test_whose_booking_the_hall_ended_reads_that_and_why_first(client: httpx.AsyncClient):
    found = await world.build()
    moved, owner = UUID(found.own["moved_out"]), found.accounts[world.OWNER]
    kept = (await appointments.show(moved, by=owner))["kept_until"]
    await clock.move_to(kept + dt.timedelta(minutes=1))
    await appointments.lapse_due()
    assert (await appointments.show(moved, by=owner))["state"] == "cancelled"
    await world.be(client, found, world.AN_OWNER)
    page = (await client.get(f"/appointments/{moved}")).text
    said = page.partition('role="alert"')[2].partition("</div>")[0]
    assert "大厅 11 月 27 日（周五）停办（供电检修）" in said
    assert "由大厅取消了，不算爽约" in said


async def test_what_the_hall_cancelled_for_a_caller_says_so(client: httpx.AsyncClient):
    found = await world.build()
    clerk = await world.staff(world.Who(role="clerk"))
    await appointments.cancel_for_caller(UUID(found.own["call"]), by=clerk, why="来电要求")
    await world.be(client, found, world.AN_OWNER)
    page = (await client.get(f"/appointments/{found.own['appointment']}")).text
    assert "大厅取消了这个预约：来电要求" in page
