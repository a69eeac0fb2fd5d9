"""回电的安排: who supervises the desk sees what nobody came for, arranges it otherwise; who calls says so."""

import datetime as dt
from uuid import UUID

import pytest

from backend import clock, db
from backend.handoff import ask, call_backs
from backend.refusal import NotFound, Refusal
from tests.handoff.sides import Sides, later, sides, state
from tests.visits.town import staff


async def given_up() -> tuple[Sides, UUID, UUID, UUID]:
    """Nobody came: the desk, the handoff, who is to call back, who supervises the desk."""
    at = await sides()
    officer = await staff("officer", "department", at.department, "施审批")
    one = await ask.ask(at.case, at.desk)
    await later(301)
    found = await state(one)
    assert (found["state"], found["call_back_by"]) == ("callback_booked", officer)
    return at, one, officer, await staff("supervisor", "hall", "shanghai", "督导员")


async def test_who_supervises_the_desk_sees_what_nobody_came_for_and_others_do_not() -> None:
    _, one, _, supervisor = await given_up()
    assert [row["id"] for row in await call_backs.given_up(supervisor)] == [one]
    assert await call_backs.given_up(await staff("supervisor", "hall", "city")) == []


async def test_another_officer_another_time_is_arranged_and_written_down() -> None:
    at, one, _, supervisor = await given_up()
    other = await staff("officer", "department", at.department, "别人")
    tomorrow = await clock.now() + dt.timedelta(days=1)
    await call_backs.arrange(one, other, tomorrow, supervisor)
    found = await state(one)
    assert (found["call_back_by"], found["call_back_at"]) == (other, tomorrow)
    [event] = await db.rows(
        "SELECT by_staff FROM handoff_event WHERE handoff = $1 AND kind = 'rearranged'", one
    )
    assert event["by_staff"] == supervisor


async def test_no_time_that_is_past_nobody_who_cannot_decide_it_nobody_twice_at_once() -> None:
    at, one, officer, supervisor = await given_up()
    now = await clock.now()
    hour = dt.timedelta(hours=1)
    with pytest.raises(Refusal, match="以内"):
        await call_backs.arrange(one, officer, now - hour, supervisor)
    with pytest.raises(Refusal, match="审批人员"):
        await call_backs.arrange(one, at.desk, now + hour, supervisor)
    with pytest.raises(NotFound):
        await call_backs.arrange(one, officer, now + hour, await staff("supervisor", "hall", "city"))
    second = await sides(8)
    two = await ask.ask(second.case, second.desk)
    await later(301)
    await call_backs.arrange(two, officer, now + 20 * hour, supervisor)
    with pytest.raises(Refusal, match="别的回电"):
        await call_backs.arrange(one, officer, now + 20 * hour, supervisor)


async def test_who_was_to_call_says_that_they_did_once() -> None:
    at, one, officer, supervisor = await given_up()
    with pytest.raises(NotFound):
        await call_backs.called(one, await staff("officer", "department", at.department, "别人"))
    await call_backs.called(one, officer)
    assert await call_backs.given_up(supervisor) == []
    with pytest.raises(Refusal, match="已经回过"):
        await call_backs.called(one, officer)
    with pytest.raises(Refusal, match="已经回过"):
        await call_backs.arrange(one, officer, await clock.now() + dt.timedelta(hours=1), supervisor)
