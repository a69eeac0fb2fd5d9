"""Home visits in several processes at once: one agent goes, to one door at a time, and one case comes of it."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend import clock, db, visits
from tests import factories as make
from tests.races import agents
from tests.visits import town
from tests.visits.town import Town, asked, kinds, visit
from tests.world_visits import signed

AtOnce = Callable[..., Awaitable[list[Any]]]
ROUNDS = 5


@pytest.fixture
async def here(database: str) -> Town:
    return await town.town()


async def test_of_all_agents_who_take_it_at_once_one_goes(here: Town, at_once: AtOnce) -> None:
    who = [here.east, await town.agent("east", "周代办"), here.clerk, await town.agent("east", "吴代办")]
    for _ in range(ROUNDS):
        one = await asked(here)
        said = await at_once(agents.take, *((one, agent) for agent in who))
        assert sorted(said) == ["None"] + ["这次上门刚刚有人接了"] * 3
        assert await kinds(one) == ["requested", "taken"]
        assert (await visit(one)).agent == who[said.index("None")]


async def test_two_times_that_overlap_are_not_agreed_for_one_agent(here: Town, at_once: AtOnce) -> None:
    start = town.at("11-25", "09:00")
    for n in range(ROUNDS):
        pair = [await asked(here, reason="ill"), await asked(here, reason="ill")]
        for one in pair:
            await visits.take(one, here.east)
        times = [start + dt.timedelta(hours=2 * n, minutes=more) for more in (0, 59)]
        said = await at_once(
            agents.agree, *((one, at, here.east) for one, at in zip(pair, times, strict=True))
        )
        assert sorted(said) == ["None", "这段时间你已经约了另一家，请换个时间"], said
        assert sorted([(await visit(one)).state for one in pair]) == ["agreed", "taken"]


async def test_two_workers_that_sweep_at_once_widen_each_once(here: Town, at_once: AtOnce) -> None:
    waiting = [await asked(here) for _ in range(12)]
    await town.be_on("11-23", "11:15")
    said = await at_once(agents.sweep, (), ())
    assert sum(map(int, said)) == len(waiting)
    assert [(await visit(one)).circle for one in waiting] == [2] * len(waiting)
    assert [await kinds(one) for one in waiting] == [["requested", "widened"]] * len(waiting)


async def done(here: Town) -> UUID:
    one = await asked(here, await make.citizen())
    await visits.take(one, here.east)
    await signed(one, here.east)
    await visits.complete_from_record(one, here.east, visits.DoneFacts(uuid4(), "card", await clock.now()))
    return one


async def test_however_many_hand_it_in_at_once_it_is_one_case(here: Town, at_once: AtOnce) -> None:
    for n in range(ROUNDS):
        one = await done(here)
        said = await at_once(agents.submit, *[(one, here.clerk)] * 4)
        assert set(said) == {str((await visit(one)).case)}
        assert len(await db.rows("SELECT id FROM service_case")) == n + 1
        assert (await kinds(one)).count("submitted") == 1


async def test_a_result_that_two_bring_at_once_is_delivered_once(here: Town, at_once: AtOnce) -> None:
    one = await done(here)
    case = await visits.submit(one, here.clerk)
    await db.rows("UPDATE service_case SET state = 'finished', accepted_at = received_at")
    said = await at_once(agents.deliver, (one, here.east), (one, here.clerk))
    assert sorted(said) == ["None", "这次上门已经往下走了，请看最新的状态"]
    events = await db.rows('SELECT kind FROM case_event WHERE "case" = $1', case)
    assert [row["kind"] for row in events].count("delivered") == 1
