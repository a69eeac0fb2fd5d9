"""回电的安排: who supervises the desk sees what nobody came for, arranges it otherwise; who calls says so."""

import datetime as dt
import re
from uuid import UUID

import httpx
import pytest

from backend import clock, db
from backend.handoff import answer, ask, call_backs, duty
from backend.refusal import NotFound, Refusal
from tests.handoff.recorded import to_state
from tests.handoff.sides import Sides, later, rung, sides, state
from tests.handoff.test_sitting_pages import PATH, plain, sit
from tests.visits.town import staff


async def given_up() -> tuple[Sides, UUID, UUID, UUID]:
    """Nobody came: the desk, the handoff, who is to call back, who supervises the desk."""
    at = await sides()
    officer = await staff("officer", "department", at.department, "施审批")
    one = await ask.ask(at.case, at.desk)
    await later(361)
    found = await state(one)
    assert (found["state"], found["call_back_by"]) == ("callback_booked", officer)
    return at, one, officer, await staff("supervisor", "hall", "shanghai", "督导员")


async def test_who_supervises_the_desk_sees_what_nobody_came_for_and_others_do_not() -> None:
    _, one, _, supervisor = await given_up()
    assert [row["id"] for row in await call_backs.given_up(supervisor)] == [one]
    assert await call_backs.given_up(await staff("supervisor", "hall", "city")) == []


async def overdue() -> tuple[Sides, UUID, UUID, UUID]:
    """Nobody came in the whole wait; it rings on: the desk, the handoff, an officer whom it rings, who supervises."""
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    supervisor = await staff("supervisor", "hall", "shanghai", "督导员")
    for _ in range(29):
        await later(10, officer)
        await duty.come_on(officer)
        assert await call_backs.given_up(supervisor) == []
    await later(15, officer)
    assert (await state(one))["state"] in ("queued", "ringing")
    return at, one, officer, supervisor


async def test_before_a_call_back_is_booked_who_supervises_hears_it_once_and_may_arrange_it() -> None:
    at, one, _, supervisor = await overdue()
    [waits] = await call_backs.given_up(supervisor)
    assert (waits["id"], waits["how"]) == (one, "waits")
    await later(10)
    assert len(await db.rows("SELECT 1 FROM handoff_event WHERE handoff = $1 AND kind = 'overdue'", one)) == 1
    other = await staff("officer", "department", at.department, "别人")
    soon = await clock.now() + dt.timedelta(minutes=20)
    await call_backs.arrange(one, other, soon, supervisor)
    found = await state(one)
    assert (found["state"], found["call_back_by"], found["call_back_at"]) == ("callback_booked", other, soon)
    assert await rung(one) == set()
    await later(120)
    assert (await state(one))["call_back_by"] == other


async def test_what_the_form_proposes_may_be_pressed_at_once(client: httpx.AsyncClient) -> None:
    at, one, officer, supervisor = await overdue()
    await sit(client, supervisor)
    text = (await client.get(f"{PATH}/call-backs")).text
    assert "办事点还等着" in text
    day, time = (re.search(f'name="{name}" value="([^"]+)"', text) for name in ("day", "time"))
    assert day
    assert time
    given = {"officer": str(officer), "day": day[1], "time": time[1]}
    assert (await client.post(f"{PATH}/{one}/call-back", data=given)).status_code == 303
    assert (await state(one))["state"] == "callback_booked"
    await sit(client, at.desk)
    text = (await client.get(f"{PATH}/{one}/state")).text
    assert "施审批回电" in text
    assert "data-live" in text  # it may be arranged otherwise meanwhile
    case = (await state(one))["case"]
    again = (await client.get(f"/console/crossregion/cases/{case}/handoffs/new")).text
    assert f'href="{PATH}/{one}">约了' in again


async def test_the_desk_reads_that_who_supervises_it_knows(client: httpx.AsyncClient) -> None:
    at, one, _, _ = await overdue()
    await sit(client, at.desk)
    assert "督查已经知道了" in (await client.get(f"{PATH}/{one}/state")).text


async def test_before_the_whole_wait_is_over_nothing_is_arranged() -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await later(250, officer)
    supervisor = await staff("supervisor", "hall", "shanghai", "督导员")
    with pytest.raises(Refusal, match="没有约回电"):
        await call_backs.arrange(one, officer, await clock.now() + dt.timedelta(hours=1), supervisor)


async def test_who_waits_too_long_is_answered_yet_by_whom_it_rings() -> None:
    _, one, officer, supervisor = await overdue()
    for _ in range(4):
        if officer in await rung(one):
            break
        await duty.come_on(officer)
        await later(5, officer)
    await answer.accept(one, officer)
    assert (await state(one))["state"] == "connecting"
    assert await call_backs.given_up(supervisor) == []


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
    await later(361)
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


async def test_of_each_it_is_said_how_it_came_to_a_call_back(client: httpx.AsyncClient) -> None:
    at, silent, _, supervisor = await given_up()
    late, broken = await sides(8), await sides(9)
    by = await at.officer(name="钱审批")
    promised = await ask.ask(late.case, late.desk)
    await answer.put_off(promised, 10, by)
    await later(361, by)
    lost = await ask.ask(broken.case, broken.desk)
    await answer.accept(lost, by)
    await to_state(lost, "interrupted")
    await later(3601)
    await sit(client, supervisor)
    page = plain((await client.get(f"{PATH}/call-backs")).text)
    said = ("没有人接。", "审批人员说晚点打回来。", "断了，没有再连上。")
    assert [page.count(one) for one in said] == [1, 1, 1]
    told = plain((await client.get(f"{PATH}/given-up")).text)
    assert [told.count(said) for said in ("没有人接", "要晚点打回", "接通后断了")] == [1, 1, 1]
    assert {(await state(one))["state"] for one in (silent, promised, lost)} == {"callback_booked"}


async def test_how_long_the_desk_waits_goes_on_counting_on_its_page(client: httpx.AsyncClient) -> None:
    at = await sides()
    one = await ask.ask(at.case, at.desk)
    await later(65)
    await sit(client, at.desk)
    assert re.search(r'data-since="6[5-9]">01:0[5-9]<', (await client.get(f"{PATH}/{one}/state")).text)
