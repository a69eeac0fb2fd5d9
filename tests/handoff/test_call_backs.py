"""回电的安排: who supervises the desk sees what nobody came for, arranges it otherwise; who calls says so."""

import asyncio
import datetime as dt
import itertools
import re
from collections.abc import Awaitable
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from backend import cases, clock, db, handoff
from backend.appointments import open_spans
from backend.appointments.tables import CapacityException
from backend.handoff import answer, ask, call_back_pages, call_backs, duty
from backend.handoff.call_back import alone
from backend.handoff.offers import end_ringing
from backend.handoff.route import give_up
from backend.handoff.rules import handoff_rules
from backend.refusal import NotFound, Refusal
from tests.handoff.invariants import broken
from tests.handoff.recorded import live, to_state
from tests.handoff.sides import Sides, later, rung, sides, state
from tests.handoff.test_redirect import elsewhere
from tests.handoff.test_sitting_pages import PATH, plain, sit
from tests.races.processes import somebody_waits, until
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


async def test_the_desk_reads_to_whom_it_was_told_where_there_is_somebody(client: httpx.AsyncClient) -> None:
    at, one, _, supervisor = await overdue()
    await sit(client, at.desk)
    assert "已经报给办事点的督查。" in (await client.get(f"{PATH}/{one}/state")).text
    manager = await staff("manager", "hall", "shanghai")
    assert "已经报给办事点的负责人和督查。" in (await client.get(f"{PATH}/{one}/state")).text
    gone = [supervisor, manager]
    await db.rows("UPDATE staff SET disabled_at = now() WHERE id = ANY($1)", gone)
    assert "已经报给" not in (await client.get(f"{PATH}/{one}/state")).text
    await db.rows("UPDATE staff SET disabled_at = NULL WHERE id = ANY($1)", gone)
    await db.rows("DELETE FROM handoff_event WHERE handoff = $1 AND kind = 'overdue'", one)
    assert "已经报给" not in (await client.get(f"{PATH}/{one}/state")).text


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


@pytest.mark.parametrize(
    "how", ["UPDATE staff SET disabled_at = now() WHERE id = $1", "DELETE FROM staff_role WHERE staff = $1"]
)
async def test_a_call_back_of_who_was_disabled_or_moved_is_said_to_need_another_and_stands_first(
    client: httpx.AsyncClient, how: str
) -> None:
    at, one, officer, supervisor = await given_up()
    earlier = await sides(8)
    other = await staff("officer", "department", at.department, "别人")
    before = await ask.ask(earlier.case, earlier.desk)
    await ask.settle(before, earlier.desk)
    soon = await clock.now() + dt.timedelta(minutes=1)
    await db.rows(
        "UPDATE handoff SET call_back_by = $2, call_back_at = $3 WHERE id = $1", before, other, soon
    )
    assert [row["id"] for row in await call_backs.given_up(supervisor)] == [before, one]
    await sit(client, supervisor)
    assert "停用" not in (await client.get(f"{PATH}/call-backs")).text
    await db.rows(how, officer)
    assert [row["id"] for row in await call_backs.given_up(supervisor)] == [one, before]
    page = (await client.get(f"{PATH}/call-backs")).text
    assert page.count("原定人员已停用或调走，请改派") == 1
    assert f'value="{officer}"' not in page
    told = (await client.get(f"{PATH}/given-up")).text
    assert (told.count("回电的施审批已停用或调走，请改派"), told.count('data-rings="gone"')) == (1, 1)
    await sit(client, at.desk)
    waits = plain((await client.get(f"{PATH}/{one}/state")).text)
    assert ("原定人员已停用或调走" in waits, "会打" in waits) == (True, False)
    await call_backs.arrange(one, other, soon + dt.timedelta(hours=1), supervisor)
    assert "别人会打" in plain((await client.get(f"{PATH}/{one}/state")).text).replace(" ", "")
    await sit(client, supervisor)
    assert "停用" not in (await client.get(f"{PATH}/call-backs")).text


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
    await call_backs.arrange(two, officer, now + 24 * hour, supervisor)
    with pytest.raises(Refusal, match="别的回电"):
        await call_backs.arrange(one, officer, now + 24 * hour, supervisor)


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
    late, broken, brief = await sides(8), await sides(9), await sides(10)
    by = await at.officer(name="钱审批")
    promised = await ask.ask(late.case, late.desk)
    await answer.put_off(promised, 10, by)
    await later(361, by)
    lost = await ask.ask(broken.case, broken.desk)
    await answer.accept(lost, by)
    await to_state(lost, "interrupted")
    await later(3601)
    short = await ask.ask(brief.case, brief.desk)
    await ask.settle(short, brief.desk)
    await sit(client, supervisor)
    page = plain((await client.get(f"{PATH}/call-backs")).text)
    said = ("没有人接。", "审批人员说晚点打回来。", "断了，没有再连上。", "办事点没有等到有人接。")
    assert [page.count(one) for one in said] == [1, 1, 1, 1]
    told = plain((await client.get(f"{PATH}/given-up")).text)
    told_of = ("没有人接，", "说晚点打给", "接通后断了", "不等了")
    assert [told.count(said) for said in told_of] == [2, 1, 1, 1]
    ones = (silent, promised, lost, short)
    assert {(await state(one))["state"] for one in ones} == {"callback_booked"}


async def test_how_long_the_desk_waits_goes_on_counting_on_its_page(client: httpx.AsyncClient) -> None:
    at = await sides()
    one = await ask.ask(at.case, at.desk)
    await later(65)
    await sit(client, at.desk)
    assert re.search(r'data-since="6[5-9]">01:0[5-9]<', (await client.get(f"{PATH}/{one}/state")).text)


async def test_however_many_are_booked_at_once_no_officer_is_promised_for_two_at_one_time() -> None:
    desks = [await sides(n) for n in range(7, 10)]
    for name in ("施审批", "钱审批"):
        await staff("officer", "department", desks[0].department, name)
    supervisor = await staff("supervisor", "hall", "shanghai", "督导员")
    each = dt.timedelta(minutes=handoff_rules().call_back_each)
    for _ in range(4):
        ones = [await ask.ask(at.case, at.desk) for at in desks]
        await clock.move_to(await clock.now() + dt.timedelta(seconds=361))
        await asyncio.gather(*(handoff.step(one) for one in ones))
        found = [await state(one) for one in ones]
        assert {one["state"] for one in found} == {"callback_booked"}
        for one, other in itertools.combinations(found, 2):
            same = one["call_back_by"] == other["call_back_by"]
            assert not same or abs(one["call_back_at"] - other["call_back_at"]) >= each
        whole = await clock.now() + dt.timedelta(days=1)
        said = await asyncio.gather(
            *(call_backs.arrange(one["id"], one["call_back_by"], whole, supervisor) for one in found),
            return_exceptions=True,
        )
        assert sum(isinstance(one, Refusal) for one in said) == 1
        assert await broken() == []
        for row in found:
            await call_backs.called(row["id"], row["call_back_by"])


async def test_who_said_no_to_it_is_the_last_to_be_chosen_for_its_call_back() -> None:
    at = await sides()
    officers = [await at.officer(name=name) for name in ("施审批", "孙审批")]
    one = await ask.ask(at.case, at.desk)
    [no] = await rung(one)
    await answer.decline(one, no)
    [other] = [officer for officer in officers if officer != no]
    await later(361)
    assert (await state(one))["call_back_by"] == other


async def test_who_promises_one_minute_for_three_calls_them_one_after_the_other() -> None:
    desks = [await sides(n) for n in range(7, 10)]
    officer = await desks[0].officer()
    ones = []
    for at in desks:
        ones.append(await ask.ask(at.case, at.desk))
        await answer.put_off(ones[-1], 10, officer)
    promised = await clock.now() + dt.timedelta(minutes=10)
    await clock.move_to(await clock.now() + dt.timedelta(seconds=361))
    await asyncio.gather(*(handoff.step(one) for one in ones))
    found = [await state(one) for one in ones]
    assert {one["call_back_by"] for one in found} == {officer}
    first, second, third = sorted(one["call_back_at"] for one in found)
    assert abs(first - promised) < dt.timedelta(seconds=5)
    five = dt.timedelta(minutes=handoff_rules().call_back_apart)
    assert five <= second - first < 2 * five > third - second >= five
    assert await broken() == []


async def test_what_is_promised_for_after_the_desk_closes_is_for_when_it_opens_again() -> None:
    at = await sides()
    officer = await at.officer()
    [hall] = await db.rows("SELECT id FROM hall WHERE code = 'shanghai'")
    today = clock.local(await clock.now()).date()
    [*_, (_, closes, _)] = await open_spans(hall["id"], today)
    await clock.move_to(clock.at(today, closes) - dt.timedelta(minutes=8))
    await duty.seen(officer)
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 10, officer)
    await later(361, officer)
    found = await state(one)
    tomorrow = today + dt.timedelta(days=1)
    opens = (await open_spans(hall["id"], tomorrow))[0][0]
    assert (found["call_back_by"], found["call_back_at"]) == (officer, clock.at(tomorrow, opens))


async def test_a_call_back_that_nobody_made_stays_with_its_officer_and_is_said_to_be_late(
    client: httpx.AsyncClient,
) -> None:
    at, one, officer, _ = await given_up()
    await sit(client, at.desk)
    assert "会打" in (await client.get(f"{PATH}/{one}/state")).text
    await clock.move_to(await clock.now() + dt.timedelta(days=3))
    await sit(client, at.desk)
    late = plain((await client.get(f"{PATH}/{one}/state")).text)
    assert ("会打" in late, "过了时间还没回" in late) == (False, True)
    await sit(client, officer)
    page = plain((await client.get(f"{PATH}/calls")).text)
    assert ("你要回的电话" in page, "过了时间还没回" in page) == (True, True)
    await call_backs.called(one, officer)
    assert "你要回的电话" not in (await client.get(f"{PATH}/calls")).text
    assert "施审批回过电了" in (await client.get(f"{PATH}/{one}/state")).text


async def test_before_it_asks_again_the_desk_reads_that_the_call_back_was_missed_or_is_of_nobody_any_more(
    client: httpx.AsyncClient,
) -> None:
    at, _, officer, _ = await given_up()
    new = f"/console/crossregion/cases/{at.case}/handoffs/new"
    await sit(client, at.desk)
    text = plain((await client.get(new)).text)
    assert ("约了 今天" in text, "过了时间" in text) == (True, False)
    await clock.move_to(await clock.now() + dt.timedelta(days=1))
    await sit(client, at.desk)
    text = plain((await client.get(new)).text)
    assert ("约了 昨天" in text, "施审批回电，过了时间还没回" in text) == (True, True)
    await db.rows("UPDATE staff SET disabled_at = now() WHERE id = $1", officer)
    assert "回电的施审批已停用或调走" in (await client.get(new)).text


@pytest.mark.parametrize(("minutes", "word"), [(3, "接"), (10, "打给")])
async def test_what_an_officer_promised_stands_on_their_page_until_it_is_nobody_s_to_wait_for(
    client: httpx.AsyncClient, minutes: int, word: str
) -> None:
    at, second = await sides(), await sides(8)
    officer, other = await at.officer(idle=9), await at.officer()
    ones = []
    for desk in (at, second):
        ones.append(await ask.ask(desk.case, desk.desk))
        await db.rows("UPDATE handoff_offer SET officer = $2 WHERE handoff = $1", ones[-1], officer)
        await answer.put_off(ones[-1], minutes, officer)
        [hall] = await db.rows("SELECT name FROM hall WHERE code = 'shanghai'")
    then = clock.local(await clock.now() + dt.timedelta(minutes=minutes))
    await sit(client, officer)
    text = (await client.get(f"{PATH}/calls")).text
    assert f"今天 {then:%H:%M} {word}{hall['name']}" in text
    assert (text.count("补领结婚证"), "李四喜" in text, "没有人在等你" in text) == (2, False, False)
    await ask.cancel(ones[0], at.desk)
    await later(31, officer, other)
    await answer.accept(ones[1], other)
    await sit(client, officer)
    text = (await client.get(f"{PATH}/calls")).text
    assert ("你说了晚点的" in text, "没有人在等你" in text) == (False, True)


async def test_a_promise_whose_minute_came_stays_and_is_said_to_be_due_as_long_as_the_desk_waits(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 3, officer)
    await sit(client, officer)
    assert "还在等" not in (await client.get(f"{PATH}/calls")).text
    await duty.go_away(officer)
    await later(181, officer)
    text = (await client.get(f"{PATH}/calls")).text
    assert ("到时候了" in text, "办事点还在等，你上线了就响你" in text) == (True, True)
    assert f'action="{PATH}/duty"' in text
    await client.post(f"{PATH}/duty")
    await later(6, officer)
    assert await rung(one) == {officer}
    text = (await client.get(f"{PATH}/calls")).text
    assert ("正在响你" in text, f'action="{PATH}/{one}/acceptance"' in text) == (True, True)
    assert f'action="{PATH}/duty"' not in text
    await later(31, officer)  # they let it ring, and it rings again
    assert "到时候了" in (await client.get(f"{PATH}/calls")).text
    await answer.decline(one, officer)
    assert "到时候了" not in (await client.get(f"{PATH}/calls")).text
    assert (await state(one))["ended_at"] is None


async def test_nothing_is_arranged_for_when_nobody_is_at_the_desk(client: httpx.AsyncClient) -> None:
    _, one, officer, supervisor = await given_up()
    before = await state(one)
    await sit(client, supervisor)
    today = clock.local(await clock.now()).date()
    sunday = today + dt.timedelta(days=6 - today.weekday())
    for day, time, said in (
        (sunday, "10:10", "“哪天”请另选：办事点那天不开门"),
        (today, "19:17", "“几点”请选办事点开门的时候：那天是 09:00–12:00、13:00–17:00"),
        (today, "12:00", "“几点”请选办事点开门的时候"),
    ):
        given = {"officer": str(officer), "day": day.isoformat(), "time": time}
        answer = await client.post(f"{PATH}/{one}/call-back", data=given)
        assert answer.status_code == 409
        assert said in answer.text
        assert f'name="day" value="{day}"' in answer.text
        assert f'name="time" value="{time}"' in answer.text
    assert await state(one) == before
    await db.rows("DELETE FROM opening")
    given = {"officer": str(officer), "day": sunday.isoformat(), "time": "10:10"}  # a desk that says no hours
    assert (await client.post(f"{PATH}/{one}/call-back", data=given)).status_code == 303


async def closed(day: dt.date, starts: dt.time | None = None, ends: dt.time | None = None) -> None:
    """The desk is shut on a day, or for a part of it."""
    [hall] = await db.rows("SELECT id FROM hall WHERE code = 'shanghai'")
    by, now = await staff("manager", "hall", "shanghai"), await clock.now()
    row = CapacityException(
        hall=hall["id"], day=day, starts=starts, ends=ends, counters=0, reason="停电检修", by=by, created_at=now
    )  # fmt: skip
    await CapacityException.insert(row)


async def test_nothing_is_arranged_for_when_the_desk_is_closed_against_its_hours_or_on_a_holiday() -> None:
    _, one, officer, supervisor = await given_up()
    today = clock.local(await clock.now()).date()
    tuesday, wednesday, thursday = (today + dt.timedelta(days=n) for n in (1, 2, 3))
    await closed(tuesday)
    await closed(wednesday, ends=dt.time(14))
    holiday = "UPDATE calendar_day SET working = false, name = '元旦' WHERE day = $1"
    await db.rows(holiday, thursday)
    for day, time, said in (
        (tuesday, dt.time(10), "“哪天”请另选：办事点那天不开门（停电检修）"),
        (wednesday, dt.time(10), "“几点”请选办事点开门的时候：那天是 14:00–17:00（停电检修）"),
        (thursday, dt.time(10), "“哪天”请另选：办事点那天不开门"),
    ):
        with pytest.raises(Refusal, match=re.escape(said)):
            await call_backs.arrange(one, officer, clock.at(day, time), supervisor)
    await call_backs.arrange(one, officer, clock.at(wednesday, dt.time(14)), supervisor)


async def test_what_is_booked_by_itself_or_promised_is_for_when_the_desk_is_open_again() -> None:
    at, second = await sides(), await sides(8)
    officer = await at.officer()
    today = clock.local(await clock.now()).date()
    await closed(today, starts=(clock.local(await clock.now()) + dt.timedelta(minutes=7)).time())
    await closed(today + dt.timedelta(days=1))
    opens = clock.at(today + dt.timedelta(days=2), dt.time(9))
    one, two = await ask.ask(at.case, at.desk), await ask.ask(second.case, second.desk)
    await answer.put_off(one, 10, officer)
    await later(361)
    first, then = sorted([(await state(id))["call_back_at"] for id in (one, two)])
    assert (first, then - first <= dt.timedelta(hours=1)) == (opens, True)


async def test_a_desk_closed_after_it_was_booked_asks_for_another_time(client: httpx.AsyncClient) -> None:
    at, one, officer, supervisor = await given_up()
    booked = (await state(one))["call_back_at"]
    assert [row["shut"] for row in await call_backs.given_up(supervisor)] == [""]
    await sit(client, supervisor)
    assert "那时候办事点没有人" not in (await client.get(f"{PATH}/call-backs")).text
    day = clock.local(booked).date()
    await closed(day)
    text = (await client.get(f"{PATH}/call-backs")).text
    for page in (text, (await client.get(f"{PATH}/given-up")).text):
        assert ("请改约" in page, "那时候办事点没有人（停电检修）" in plain(page)) == (True, True)
    await clock.move_to(booked + dt.timedelta(minutes=1))
    late = plain((await client.get(f"{PATH}/call-backs")).text)
    assert ("那时候办事点没有人" in late, "过了时间还没回" in late) == (True, False), "nobody could be called"
    await sit(client, officer)
    assert "那时候办事点没有人，等改约" in plain((await client.get(f"{PATH}/calls")).text)
    await sit(client, at.desk)
    for path in (f"{PATH}/{one}/state", f"/console/crossregion/cases/{at.case}/handoffs/last"):
        assert "那时候办事点没有人（停电检修）" in plain((await client.get(path)).text)
    assert "那时候办事点没有人" in plain(
        (await client.get(f"/console/crossregion/cases/{at.case}/handoffs/new")).text
    )
    await sit(client, supervisor)
    found = re.search(
        r'<option value="([^"]+)" selected.*?name="day" value="([^"]+)".*?name="time" value="([^"]+)"',
        text,
        re.S,
    )
    assert found
    given = dict(zip(("officer", "day", "time"), found.groups(), strict=True))
    assert given["day"] == (day + dt.timedelta(days=1)).isoformat()
    assert (await client.post(f"{PATH}/{one}/call-back", data=given)).status_code == 303
    assert [row["shut"] for row in await call_backs.given_up(supervisor)] == [""]


async def asked_of(officer: UUID, supervisor: UUID, client: httpx.AsyncClient) -> tuple[bool, bool]:
    """Whether their page asks the officer to call back, and the supervisor's lists one to be made."""
    await sit(client, officer)
    asks = "你要回的电话" in (await client.get(f"{PATH}/calls")).text
    return asks, bool(await call_backs.given_up(supervisor))


async def test_nobody_calls_back_about_a_case_that_is_over(client: httpx.AsyncClient) -> None:
    at, one, officer, supervisor = await given_up()
    assert await asked_of(officer, supervisor, client) == (True, True)
    await clock.move_to((await state(one))["call_back_at"])
    assert await call_backs.due_count(officer, frozenset({"officer"})) == 1
    await db.rows("UPDATE service_case SET state = 'withdrawn' WHERE id = $1", at.case)
    assert await asked_of(officer, supervisor, client) == (False, False)
    assert await call_backs.due_count(officer, frozenset({"officer"})) == 0
    await sit(client, at.desk)
    assert "不用回电了" in (await client.get(f"{PATH}/{one}/state")).text
    with pytest.raises(Refusal, match="不用回电了"):
        await call_backs.arrange(one, officer, await clock.now() + dt.timedelta(hours=1), supervisor)


async def test_no_call_back_is_booked_about_a_case_that_was_withdrawn_during_its_session() -> None:
    at = await live()
    await cases.withdraw(at.at.case, at.desk, "不办了")
    await to_state(at.handoff, "interrupted")
    await later(3601)
    found = await state(at.handoff)
    assert (found["state"], found["call_back_by"]) == ("cancelled", None)


async def test_a_call_back_follows_its_case_to_another_department(client: httpx.AsyncClient) -> None:
    at, one, officer, supervisor = await given_up()
    to, right = await elsewhere(at)
    await db.rows("UPDATE service_case SET handed_at = $2 WHERE id = $1", at.case, await clock.now())
    await cases.transfer(at.case, to, "不归我们", officer)
    assert await asked_of(officer, supervisor, client) == (False, True)
    [row] = await call_backs.given_up(supervisor)
    assert (row["caller_gone"], [able["id"] for able in await call_backs.who_could(row)]) == (True, [right])
    await clock.move_to((await state(one))["call_back_at"] + dt.timedelta(minutes=1))
    assert await call_backs.due_count(officer, frozenset({"officer"})) == 0
    await sit(client, officer)
    assert "不用你打了" in (await client.get(f"{PATH}/{one}/state")).text
    led = [await staff("supervisor", "department", code) for code in (at.department, to)]
    assert [bool(await call_backs.given_up(lead)) for lead in led] == [False, True]
    tomorrow = clock.local(await clock.now()).date() + dt.timedelta(days=1)
    await call_backs.arrange(one, right, clock.at(tomorrow, dt.time(10)), supervisor)
    assert await asked_of(right, supervisor, client) == (True, True)
    [row] = await call_backs.given_up(supervisor)
    assert (row["caller_gone"], row["department_code"]) == (False, to)


async def test_where_nobody_decides_in_the_department_that_has_it_now_that_one_is_named(
    client: httpx.AsyncClient,
) -> None:
    at, one, officer, supervisor = await given_up()
    to, right = await elsewhere(at)
    await db.rows("UPDATE service_case SET handed_at = $2 WHERE id = $1", at.case, await clock.now())
    await cases.transfer(at.case, to, "不归我们", officer)
    await db.rows("UPDATE staff SET disabled_at = now() WHERE id = $1", right)
    [(was, _), (now, phone)] = [
        tuple(row.values())
        for row in await db.rows(
            "SELECT name, phone FROM department WHERE code = ANY($1) ORDER BY code <> $2",
            [at.department, to],
            at.department,
        )
    ]
    await sit(client, supervisor)
    text = plain((await client.get(f"{PATH}/call-backs")).text)
    assert (f"{now}还没有审批人员" in text, f"请{was}接通" in text) == (True, True)
    await sit(client, at.desk)
    assert phone in (await client.get(f"{PATH}/{one}/state")).text


async def test_what_nobody_can_call_back_stays_until_somebody_does_or_its_case_is_over(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    one = await ask.ask(at.case, at.desk)
    await later(361)
    await sit(client, at.desk)
    path = f"{PATH}/{one}/state"
    assert "看得到这一条" not in (await client.get(path)).text, "there is nobody who could"
    supervisor = await staff("supervisor", "hall", "shanghai", "督导员")
    await later(3 * 24 * 3600)
    assert [row["id"] for row in await call_backs.given_up(supervisor)] == [one]
    await sit(client, at.desk)
    assert "督查看得到这一条" in (await client.get(path)).text
    await db.rows("UPDATE service_case SET state = 'withdrawn' WHERE id = $1", at.case)
    assert await call_backs.given_up(supervisor) == []
    assert ("不用再接" in (text := (await client.get(path)).text), "data-live" in text) == (True, False)


async def test_who_arranges_while_another_is_booked_for_the_case_does_not_have_the_last_word() -> None:
    at, one, officer, supervisor = await given_up()
    second = await ask.ask(at.case, at.desk)
    before, held, go = (await state(one))["call_back_at"], asyncio.Event(), asyncio.Event()

    async def book() -> None:
        async with db.transaction():
            row = await ask.at_desk(second, at.desk)
            await alone()
            held.set()
            await go.wait()
            await end_ringing(row, "rescinded")
            await give_up(row)

    async with asyncio.timeout(30), asyncio.TaskGroup() as both:
        both.create_task(book())
        await held.wait()
        at_three = await clock.now() + dt.timedelta(hours=3)
        arranging = both.create_task(refused(call_backs.arrange(one, officer, at_three, supervisor)))
        await until(somebody_waits)
        go.set()
    assert "不用回电了" in arranging.result()
    assert ((await state(one))["call_back_at"], (await state(second))["state"]) == (before, "callback_booked")


async def refused(deed: Awaitable[None]) -> str:
    """Why it was."""
    with pytest.raises(Refusal) as why:
        await deed
    return str(why.value)


async def test_what_is_proposed_in_place_of_a_closed_time_is_not_past(client: httpx.AsyncClient) -> None:
    _, one, _, supervisor = await given_up()
    booked = clock.local((await state(one))["call_back_at"])
    await closed(booked.date(), ends=dt.time(16))
    await clock.move_to(clock.at(booked.date() + dt.timedelta(days=1), dt.time(11)))
    await sit(client, supervisor)
    text = (await client.get(f"{PATH}/call-backs")).text
    assert f'name="day" value="{booked.date() + dt.timedelta(days=1)}"' in text
    assert 'name="time" value="11:30"' in text


async def test_a_session_that_took_place_since_leaves_nothing_to_call_back_about(
    client: httpx.AsyncClient,
) -> None:
    at, _, officer, supervisor = await given_up()
    await duty.come_on(officer)
    again = await ask.ask(at.case, at.desk)
    assert await asked_of(officer, supervisor, client) == (True, True), "it may yet come to nothing"
    await to_state(again, "done")
    assert await asked_of(officer, supervisor, client) == (False, False)


async def test_a_call_back_booked_anew_takes_the_place_of_the_one_before(client: httpx.AsyncClient) -> None:
    at, first, _, supervisor = await given_up()
    await db.rows("UPDATE staff SET disabled_at = now() WHERE name = '施审批'")
    other = await staff("officer", "department", at.department, "别人")
    second = await ask.ask(at.case, at.desk)
    await later(361)
    assert (await state(second))["call_back_by"] == other
    assert [row["id"] for row in await call_backs.given_up(supervisor)] == [second]
    kinds = await db.rows(
        "SELECT kind, withdrawn_at IS NOT NULL AS back FROM notice WHERE about = $1 AND kind LIKE 'case-%call%'"
        " ORDER BY created_at",
        at.case,
    )
    assert [(row["kind"], row["back"]) for row in kinds] == [
        ("case-callback", True),
        ("case-recalled", False),
    ]
    assert (await state(first))["state"] == "callback_booked", "what was said stays said"


async def test_of_a_case_that_nobody_could_call_back_about_twice_one_call_is_made(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    supervisor = await staff("supervisor", "hall", "shanghai", "督导员")
    for _ in range(2):
        one = await ask.ask(at.case, at.desk)
        await later(361)
        assert (await state(one))["state"] == "failed"
    assert [row["id"] for row in await call_backs.given_up(supervisor)] == [one]
    officer = await staff("officer", "department", at.department, "施审批")
    await call_backs.arrange(one, officer, await clock.now() + dt.timedelta(hours=1), supervisor)
    await call_backs.called(one, officer)
    assert await call_backs.given_up(supervisor) == []
    await sit(client, at.desk)
    path = f"/console/crossregion/cases/{at.case}/handoffs/last"
    assert "还没约上" not in (await client.get(path)).text


async def test_what_nobody_will_keep_is_not_the_last_word_to_who_applies() -> None:
    at, first, officer, supervisor = await given_up()
    await db.rows("UPDATE staff SET disabled_at = now() WHERE id = $1", officer)
    second = await ask.ask(at.case, at.desk)
    await later(361)
    assert (await state(second))["state"] == "failed"
    assert [row["id"] for row in await call_backs.given_up(supervisor)] == [second]
    notices = (
        "SELECT kind, withdrawn_at IS NOT NULL AS back FROM notice WHERE about = ANY($1) ORDER BY created_at"
    )
    told = [(row["kind"], row["back"]) for row in await db.rows(notices, [at.case, first])]
    assert ("case-callback", True) in told
    assert told[-1] == ("case-uncalled", False)
    assert all(back for kind, back in told if kind == "handoff-callback")


async def test_a_line_that_breaks_about_a_decided_case_promises_no_call(client: httpx.AsyncClient) -> None:
    at = await live()
    await db.rows("UPDATE service_case SET state = 'withdrawn' WHERE id = $1", at.at.case)
    await to_state(at.handoff, "interrupted")
    for who in (at.at.desk, at.officer):
        await sit(client, who)
        text = plain((await client.get(f"{PATH}/{at.handoff}/state")).text)
        assert ("回电" in text, "就到这里" in text) == (False, True)


async def test_who_asks_anew_reads_of_no_call_back_that_nobody_makes(client: httpx.AsyncClient) -> None:
    at, *_ = await given_up()
    await sit(client, at.desk)
    path = f"/console/crossregion/cases/{at.case}/handoffs"
    assert "约了" in (await client.get(f"{path}/new")).text
    await db.rows("UPDATE service_case SET state = 'withdrawn' WHERE id = $1", at.case)
    refused = await client.post(path)
    assert (refused.status_code, "约了" in refused.text) == (409, False)


async def test_who_closes_the_desk_reads_how_many_call_backs_are_booked_for_then(
    client: httpx.AsyncClient,
) -> None:
    _, one, officer, supervisor = await given_up()
    booked = (await state(one))["call_back_at"]
    day = clock.local(booked).date()
    await sit(client, await staff("manager", "hall", "shanghai"))
    wanted = {
        "hall": "shanghai",
        "day": day.isoformat(),
        "part": "all",
        "counters": "0",
        "reason": "停电检修",
    }
    other = {**wanted, "day": (day + dt.timedelta(days=1)).isoformat()}
    says = "1 个约好的屏对屏回电也在这段时间"
    told = (await client.get("/console/closings/new", params=wanted)).text
    assert (says in told, "没有人受影响" in told) == (True, False)
    told = (await client.get("/console/closings/new", params=other)).text
    assert (says in told, "没有人受影响" in told) == (False, True)
    given = {**wanted, "closing": str(uuid4())}
    closed = await client.post("/console/closings", data=given, follow_redirects=True)
    assert (closed.status_code, says in closed.text) == (200, True)
    later_on = clock.at(day + dt.timedelta(days=1), dt.time(10))
    await call_backs.arrange(one, officer, later_on, supervisor)
    assert says not in (await client.get(closed.url)).text


async def test_in_the_evening_the_form_proposes_the_next_morning(client: httpx.AsyncClient) -> None:
    _, _, _, supervisor = await given_up()
    today = clock.local(await clock.now()).date()
    await clock.move_to(clock.at(today, dt.time(19, 5)))
    await sit(client, supervisor)
    text = (await client.get(f"{PATH}/call-backs")).text
    assert f'name="day" value="{today + dt.timedelta(days=1)}"' in text
    assert 'name="time" value="09:00"' in text


async def test_who_leads_the_department_reads_its_call_backs_and_arranges_none(
    client: httpx.AsyncClient,
) -> None:
    at, one, officer, _ = await given_up()
    lead = await staff("supervisor", "department", at.department)
    [row] = await call_backs.given_up(lead)
    assert (row["id"], row["arranges"]) == (one, False)
    assert await call_backs.given_up(await staff("supervisor", "department", "no-such")) == []
    await sit(client, lead)
    text = (await client.get(f"{PATH}/call-backs")).text
    assert ("约了" in text, "找办事点的负责人或督查" in text, f"{one}/call-back" in text) == (
        True,
        True,
        False,
    )
    given = {"officer": str(officer), "day": "2026-11-24", "time": "10:00"}
    answer = await client.post(f"{PATH}/{one}/call-back", data=given)
    assert answer.status_code in (403, 404)


async def test_that_it_may_be_arranged_otherwise_is_said_to_who_may_and_to_others_whom_to_ask(
    client: httpx.AsyncClient,
) -> None:
    at, one, _, supervisor = await given_up()
    await clock.move_to(await clock.now() + dt.timedelta(days=1))
    await sit(client, at.desk)
    late = plain((await client.get(f"{PATH}/{one}/state")).text)
    assert ("要改约，请找办事点的督查。" in late, "你可以" in late) == (True, False)
    await sit(client, supervisor)
    text = (await client.get(f"{PATH}/{one}/state")).text
    assert f'你可以<a href="{PATH}/call-backs#of-{one}">改约</a>' in text
    await db.rows("UPDATE staff SET disabled_at = now() WHERE id = $1", supervisor)
    await sit(client, at.desk)
    assert "改约" not in (await client.get(f"{PATH}/{one}/state")).text


async def test_who_leads_the_department_reads_nothing_of_moving_what_is_not_booked(
    client: httpx.AsyncClient,
) -> None:
    at, one, _, _ = await overdue()
    await sit(client, await staff("supervisor", "department", at.department))
    text = (await client.get(f"{PATH}/call-backs")).text
    assert ("要约回电，请找" in text, "要改约" in text) == (True, False)
    await later(120)
    await sit(client, await staff("manager", "department", at.department))
    text = (await client.get(f"{PATH}/call-backs")).text
    assert ((await state(one))["state"], "要改约，请找" in text) == ("callback_booked", True)


async def test_the_empty_page_says_how_long_a_desk_waits(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    longer = msgspec.structs.replace(handoff_rules(), wait=420)
    monkeypatch.setattr(call_back_pages, "handoff_rules", lambda: longer)
    await sit(client, await staff("supervisor", "hall", "shanghai"))
    assert "7 分钟没有人接的" in (await client.get(f"{PATH}/call-backs")).text


async def test_on_any_page_an_officer_reads_how_many_desks_they_are_to_call_within_the_hour(
    client: httpx.AsyncClient,
) -> None:
    _, one, officer, _ = await given_up()
    await sit(client, officer)
    assert "1 个电话要回" in plain((await client.get("/console/cases")).text)
    at = (await state(one))["call_back_at"]
    await db.rows("UPDATE handoff SET call_back_at = $2 WHERE id = $1", one, at + dt.timedelta(hours=2))
    assert "个电话要回" not in (await client.get("/console/cases")).text
    await clock.move_to(at + dt.timedelta(hours=3))
    assert "1 个电话要回" in plain((await client.get("/console/cases")).text)
    await call_backs.called(one, officer)
    assert "个电话要回" not in (await client.get("/console/cases")).text
