"""派单: the village's agent first, then the neighbours', then the centre; one agent at one door at a time."""

import asyncio
from uuid import UUID

import pytest

from backend import db, visits
from backend.refusal import NotFound, Refusal
from tests.visits import town
from tests.visits.town import Town, agent, asked, at, kinds, shows, staff, visit


@pytest.fixture
async def here() -> Town:
    found = await town.town()
    await town.be_on("11-23", "09:30")
    return found


async def test_the_neighbour_takes_it_only_once_it_has_come_to_their_circle(here: Town) -> None:
    one = await asked(here)
    with pytest.raises(NotFound):
        await visits.take(one, here.middle)
    await town.be_on("11-23", "10:31")
    assert await visits.widen_all() == 1
    assert (await visit(one)).circle == 2
    await visits.take(one, here.middle)
    assert (await visit(one)).agent == here.middle


async def test_a_request_that_nobody_takes_goes_on_to_the_town_s_centre_and_is_late_after_two_hours(
    here: Town,
) -> None:
    one = await asked(here)
    for time in ("10:31", "11:01"):
        await town.be_on("11-23", time)
        await visits.widen_all()
        assert await visits.widen_all() == 0, "doubled"
    found = await visit(one)
    assert [found.circle, shows(found.take_by), found.circle_until] == [3, "11-23 11:30", None]
    assert await kinds(one) == ["requested", "widened", "widened"]


async def test_a_village_without_an_agent_begins_with_its_neighbours(here: Town) -> None:
    one = await visit(await asked(here, village="west"))
    assert (one.circle, shows(one.circle_until)) == (2, "11-23 11:00")


async def test_an_agent_of_another_village_finds_nothing_there(here: Town) -> None:
    one, stranger = await asked(here), await agent("elsewhere")
    with pytest.raises(NotFound):
        await visits.take(one, stranger)


async def test_two_agents_who_press_at_once_take_it_once(here: Town) -> None:
    other = await agent("east", "黄代办")
    for _ in range(5):
        one = await asked(here)
        answers = await asyncio.gather(
            *(visits.take(one, by) for by in (here.east, other, here.clerk) * 2), return_exceptions=True
        )
        assert [answer for answer in answers if answer is None] == [None]
        assert all(isinstance(answer, Refusal) for answer in answers if answer)
        assert await kinds(one) == ["requested", "taken"]


async def taken(here: Town, by: UUID | None = None) -> UUID:
    one = await asked(here)
    await visits.take(one, by or here.east)
    return one


async def test_a_time_is_agreed_within_a_working_day_and_the_visit_within_three(here: Town) -> None:
    one = await visit(await taken(here))
    assert (shows(one.agree_by), shows(one.visit_by)) == ("11-24 17:00", "11-26 17:00")
    with pytest.raises(Refusal, match="过了上门期限"):
        await visits.agree(one.id, at("11-27", "10:00"), 60, here.east)
    await visits.agree(one.id, at("11-27", "10:00"), 60, here.east, later=True)
    assert shows((await visit(one.id)).visit_by) == "11-27 11:00"


async def test_one_agent_is_at_one_door_at_a_time(here: Town) -> None:
    first, second, third = [await taken(here) for _ in range(3)]
    await visits.agree(first, at("11-24", "10:00"), 60, here.east)
    with pytest.raises(Refusal, match="约了另一家"):
        await visits.agree(second, at("11-24", "10:59"), 60, here.east)
    await visits.agree(second, at("11-24", "11:00"), 60, here.east)
    await visits.pause(first, here.east, "住院了")
    await visits.agree(third, at("11-24", "10:00"), 60, here.east)


async def test_two_times_agreed_at_once_do_not_overlap(here: Town) -> None:
    ones = [await taken(here) for _ in range(4)]
    await asyncio.gather(
        *(visits.agree(one, at("11-24", "10:00"), 60, here.east) for one in ones), return_exceptions=True
    )
    [row] = await db.rows("SELECT count(*) AS n FROM visit WHERE state = 'agreed'")
    assert row["n"] == 1


async def test_a_colleague_does_not_agree_for_who_took_it(here: Town) -> None:
    one = await taken(here)
    with pytest.raises(Refusal, match="陈代办负责"):
        await visits.agree(one, at("11-24", "10:00"), 60, here.clerk)


async def test_somebody_else_goes_with_the_same_time_unless_they_are_at_another_door(here: Town) -> None:
    one, theirs = await taken(here), await asked(here, village="middle")
    await visits.take(theirs, here.middle)
    for each, by in ((one, here.east), (theirs, here.middle)):
        await visits.agree(each, at("11-24", "10:00"), 60, by)
    with pytest.raises(Refusal, match="约了另一家"):
        await visits.reassign(one, here.middle, here.clerk, "请假")
    await visits.agree(one, at("11-24", "14:00"), 60, here.east)
    await visits.reassign(one, here.middle, here.east, "请假")
    found = await visit(one)
    assert (found.agent, found.state, shows(found.starts_at)) == (here.middle, "agreed", "11-24 14:00")
    with pytest.raises(NotFound):
        await visits.reassign(one, await agent("far"), here.clerk, "请假")
    with pytest.raises(NotFound):
        await visits.reassign(one, here.east, await staff("clerk", "hall", "elsewhere"), "请假")
