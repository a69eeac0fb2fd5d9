"""屏对屏, before anybody is seen: who is rung in which order, what they say, and what becomes of what nobody takes."""

import datetime as dt
from uuid import UUID

import pytest

from backend import cases, clock, db, handoff
from backend.handoff import answer, ask, duty, route, session, views
from backend.handoff.redirect import redirect
from backend.refusal import Denied, NotFound, Refusal
from tests.handoff.invariants import broken
from tests.handoff.sides import later, rung, sides, state
from tests.visits.town import staff

EVENTS = "SELECT kind FROM handoff_event WHERE handoff = $1 ORDER BY at"


async def duty_state(officer: UUID) -> str:
    found = await duty.duty_of(officer)
    assert found
    return str(found["state"])


async def _free(officer: UUID) -> None:
    async with db.transaction():
        await duty.free(officer, "on")


async def test_the_most_skilled_is_rung_first_of_them_whoever_was_idle_longest() -> None:
    at = await sides()
    await at.officer(idle=90)
    await at.officer(skilled=True, idle=5)
    best = await at.officer(skilled=True, idle=30)
    assert await rung(await ask.ask(at.case, at.desk)) == {best}


async def test_the_circle_widens_with_each_round_that_nobody_answers() -> None:
    at = await sides()
    officers = [await at.officer(idle=n) for n in range(6)]
    one = await ask.ask(at.case, at.desk)
    first = await rung(one)
    assert first == {officers[-1]}
    await later(31, *officers)
    second = await rung(one)
    assert len(second) == 3
    await later(31, *officers)
    third = await rung(one)
    assert len(third) >= len(officers) - 2
    assert await duty_state(officers[0]) == "on"


async def test_who_answers_has_it_and_every_other_screen_stops() -> None:
    at = await sides()
    officers = [await at.officer() for _ in range(4)]
    one = await ask.ask(at.case, at.desk)
    await later(31, *officers)
    some = sorted(await rung(one))
    assert len(some) == 3
    await answer.accept(one, some[0])
    found = await state(one)
    assert (found["state"], found["officer"]) == ("connecting", some[0])
    assert await rung(one) == set()
    assert await duty_state(some[0]) == "busy"
    with pytest.raises(Refusal, match="已经有人接了"):
        await answer.accept(one, some[1])
    with pytest.raises(Refusal, match="正在屏对屏"):
        await duty.go_away(some[0])


async def test_who_was_never_rung_and_who_decides_nothing_answers_nothing() -> None:
    at = await sides()
    await at.officer(idle=9)
    other = await at.officer()
    one = await ask.ask(at.case, at.desk)
    with pytest.raises(NotFound):
        await answer.accept(one, other)
    with pytest.raises(Denied):
        await answer.accept(one, at.desk)


async def test_two_calls_let_ring_and_an_officer_counts_as_away() -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await later(31, officer)
    assert await rung(one) == {officer}
    await later(31, officer)
    assert await duty_state(officer) == "away"
    assert (await state(one))["state"] == "queued"
    await duty.come_on(officer)
    await later(6, officer)
    assert await rung(one) == {officer}


async def test_nobody_for_five_minutes_and_one_for_the_supervisor_is_a_call_back_with_a_name_and_a_time() -> (
    None
):
    at = await sides()
    officer = await staff("officer", "department", at.department)
    one = await ask.ask(at.case, at.desk)
    asked = await clock.now()
    for _ in range(84):
        await later(5)
    found = await state(one)
    assert (found["state"], found["call_back_by"]) == ("callback_booked", officer)
    assert found["call_back_at"] >= asked + dt.timedelta(minutes=30)
    assert clock.local(found["call_back_at"]).hour in range(9, 17)
    assert dt.timedelta(seconds=360) <= found["ended_at"] - asked < dt.timedelta(seconds=371)
    [told] = await db.rows("SELECT at FROM handoff_event WHERE handoff = $1 AND kind = 'overdue'", one)
    assert dt.timedelta(seconds=300) <= told["at"] - asked < dt.timedelta(seconds=311)


async def test_two_call_backs_of_one_officer_are_not_at_one_time() -> None:
    first, second = await sides(7), await sides(8)
    await staff("officer", "department", first.department)
    ones = [await ask.ask(at.case, at.desk) for at in (first, second)]
    await later(361)
    times = [(await state(one))["call_back_at"] for one in ones]
    assert abs(times[0] - times[1]) >= dt.timedelta(minutes=30)


async def test_a_department_with_nobody_at_all_fails_and_says_so() -> None:
    at = await sides()
    one = await ask.ask(at.case, at.desk)
    await later(361)
    assert (await state(one))["state"] == "failed"


async def test_who_says_in_three_minutes_is_rung_then_and_who_says_in_ten_calls_back_then() -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 3, officer)
    assert (await state(one))["state"] == "queued"
    await later(60, officer)
    assert await rung(one) == set()
    await later(121, officer)
    assert await rung(one) == {officer}
    await answer.put_off(one, 10, officer)
    promised = (await clock.now()) + dt.timedelta(minutes=10)
    found = await state(one)
    assert found["state"] == "queued"
    assert abs(found["after"] - promised) < dt.timedelta(seconds=1)
    await later(110, officer)
    assert (await state(one))["state"] == "queued"
    await later(70, officer)
    found = await state(one)
    assert (found["state"], found["call_back_by"]) == ("callback_booked", officer)
    assert abs(found["call_back_at"] - promised) < dt.timedelta(seconds=1)


async def test_while_somebody_puts_it_off_the_others_are_rung_at_once_circle_by_circle() -> None:
    at = await sides()
    first, *others = [await at.officer(idle=9 - n) for n in range(5)]
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 10, first)
    second = await rung(one)
    assert (len(second), first in second) == (3, False)
    await answer.put_off(one, 3, others[0])
    assert await rung(one) == second - {others[0]}
    await later(31, first, *others)
    assert await rung(one) == set(others[1:])
    await answer.accept(one, others[3])
    assert (await state(one))["state"] == "connecting"


async def test_who_promised_is_rung_alone_then_whatever_rings_beside_and_the_first_promise_comes_first() -> (
    None
):
    at = await sides()
    late, early, other = await at.officer(idle=9), await at.officer(idle=8), await at.officer(idle=7)
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 10, late)
    promised = (await clock.now()) + dt.timedelta(minutes=10)
    await answer.put_off(one, 3, early)
    await later(170, late, early, other)
    assert await rung(one) == {other}
    before = await state(one)
    await later(10.1, late, early, other)
    assert await rung(one) == {early, other}
    assert (await state(one))["round"] == before["round"]
    assert abs((await state(one))["after"] - promised) < dt.timedelta(seconds=1)
    assert await broken() == []


async def test_what_somebody_of_another_department_promised_is_no_call_back_of_theirs() -> None:
    at = await sides()
    first, second = await at.officer(idle=9), await at.officer()
    to = next(
        row["code"]
        for row in await db.rows("SELECT code FROM department ORDER BY code")
        if row["code"] != at.department
    )
    right = await staff("officer", "department", to)
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 10, first)
    await redirect(one, to, "不归我们管", second)
    await later(361)
    assert (await state(one))["call_back_by"] == right


async def test_who_declines_is_not_rung_again_and_the_next_is_at_once() -> None:
    at = await sides()
    first, second = await at.officer(idle=9), await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.decline(one, first)
    assert await rung(one) == {second}
    await answer.decline(one, second)
    assert (await state(one))["state"] == "queued"


async def test_who_leaves_while_it_rings_is_rung_no_more_and_the_next_is_at_once() -> None:
    at = await sides()
    first, second = await at.officer(idle=9), await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.leave(first)
    assert (await rung(one), await duty_state(first)) == ({second}, "away")
    await answer.leave(second)
    assert (await rung(one), (await state(one))["state"]) == (set(), "queued")
    await duty.come_on(first)
    await later(6, first)
    assert await rung(one) == {first}


async def test_it_is_passed_to_a_colleague_of_the_department_only() -> None:
    at = await sides()
    first, second = await at.officer(idle=9), await at.officer()
    one = await ask.ask(at.case, at.desk)
    for wrong in (first, at.desk, await staff("officer", "department", "no-such")):
        with pytest.raises(Refusal, match="审批人员"):
            await answer.pass_to(one, wrong, first)
    await answer.pass_to(one, second, first)
    assert await rung(one) == {second}
    [names] = await db.rows("SELECT name FROM staff WHERE id = $1", first)
    assert [row["passed_by"] for row in (await views.ringing(second))["ringing"]] == [names["name"]]


async def test_whoever_passed_it_on_is_not_rung_for_it_again_however_busy_the_colleague_is() -> None:
    at = await sides()
    first, second = await at.officer(idle=9), await at.officer()
    one = await ask.ask(at.case, at.desk)
    await duty.busy(second)
    await answer.pass_to(one, second, first)
    assert ((await state(one))["state"], await rung(one)) == ("queued", set())
    await later(6, first, second)
    assert await rung(one) == set()
    await _free(second)
    await later(6, first, second)
    assert await rung(one) == {second}
    with pytest.raises(Refusal, match="审批人员"):
        await answer.pass_to(one, first, second)


async def test_a_colleague_who_is_not_free_is_waited_for_while_it_rings_for_others() -> None:
    at = await sides()
    first, busy, other = await at.officer(idle=9), await at.officer(idle=8), await at.officer(idle=7)
    one = await ask.ask(at.case, at.desk)
    await duty.busy(busy)
    await answer.pass_to(one, busy, first)
    assert await rung(one) == {other}
    await _free(busy)
    await later(31, first, busy, other)
    assert await rung(one) == {busy}
    assert await broken() == []


async def test_the_colleagues_to_choose_from_are_who_is_on_duty_with_who_is_rung_at_once_first() -> None:
    at = await sides()
    first, no = await at.officer(idle=99), await at.officer(idle=98)
    for name, state_ in (("一忙", "busy"), ("二收尾", "wrapping"), ("三走开", "away"), ("四空", "on")):
        other = await at.officer(name=name)
        await db.rows("UPDATE handoff_duty SET state = $2 WHERE staff = $1", other, state_)
    second = await sides(8)
    one, two = await ask.ask(at.case, at.desk), await ask.ask(second.case, second.desk)
    assert (await rung(one), await rung(two)) == ({first}, {no})
    found = [(row["name"], row["free"]) for row in (await views.calls(first))["colleagues"]]
    assert found == [("四空", True), ("一忙", False), ("二收尾", False), ("施审批", False)]
    await answer.decline(two, no)
    await later(31, first, no)
    await answer.decline(one, no)
    assert "施审批" not in {row["name"] for row in (await views.calls(first))["colleagues"]}


async def test_looking_again_where_nothing_changed_is_not_written_down() -> None:
    at = await sides()
    one = await ask.ask(at.case, at.desk)
    before = await db.rows(EVENTS, one)
    for _ in range(5):
        await later(5)
    assert await db.rows(EVENTS, one) == before
    assert (await state(one))["state"] == "queued"


async def test_accepted_and_then_nothing_is_somebody_else_s() -> None:
    at = await sides()
    first, second = await at.officer(idle=9), await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.accept(one, first)
    await later(21, first, second)
    assert await rung(one) == {second}
    assert await duty_state(first) == "on"
    await answer.accept(one, second)
    [accepted] = await db.rows(
        "SELECT officer FROM handoff_offer WHERE handoff = $1 AND state = 'accepted'", one
    )
    assert accepted["officer"] == second


async def unconnected(one: UUID, officer: UUID, *came: str) -> None:
    """They take it, the pages of these ends answer once, and no connection comes."""
    await answer.accept(one, officer)
    await clock.move_to(await clock.now() + dt.timedelta(seconds=1))
    for end in came:
        await session.beat(one, end)
    await later(20, officer)


@pytest.mark.parametrize("came", [["officer"], ["officer", "desk"], ["desk"]])
async def test_who_took_it_without_a_connection_is_rung_for_it_again_but_not_at_once(came: list[str]) -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await unconnected(one, officer, *came)
    assert (await rung(one), (await state(one))["state"]) == (set(), "queued")
    assert await route.left(await state(one)) == "some"
    await later(5.1, officer)
    assert await rung(one) == set()
    await later(5.1, officer)
    assert await rung(one) == {officer}
    assert await broken() == []
    await answer.accept(one, officer)
    assert (await state(one))["state"] == "connecting"


async def test_whose_own_page_never_came_twice_counts_as_away_and_whose_desk_never_came_does_not() -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    for ends, then in ((["desk"], "on"), (["officer"], "on"), (["desk"], "on"), ([], "away")):
        assert await rung(one) == {officer}
        await unconnected(one, officer, *ends)
        assert (await duty_state(officer), await broken()) == (then, [])
        await later(11, officer)
    assert await rung(one) == set()


async def test_the_desk_takes_it_back_and_nothing_rings_any_more() -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    with pytest.raises(Refusal, match="已经在屏对屏"):
        await ask.ask(at.case, at.desk)
    await ask.cancel(one, at.desk)
    assert await rung(one) == set()
    with pytest.raises(Refusal, match="已经有人接了，或者不响了"):
        await answer.accept(one, officer)
    with pytest.raises(Refusal, match="已经结束"):
        await ask.cancel(one, at.desk)
    assert await ask.ask(at.case, at.desk) != one


async def test_an_officer_whose_page_is_gone_is_not_rung() -> None:
    at = await sides()
    officer = await at.officer()
    await later(31)
    one = await ask.ask(at.case, at.desk)
    assert await rung(one) == set()
    await duty.seen(officer)
    await later(6, officer)
    assert await rung(one) == {officer}


async def test_one_officer_rings_for_one_case_at_a_time() -> None:
    first, second = await sides(7), await sides(8)
    officer = await first.officer()
    one, other = [await ask.ask(at.case, at.desk) for at in (first, second)]
    assert (await rung(one), await rung(other)) == ({officer}, set())


async def test_before_it_rings_the_desk_sees_who_would_answer_and_how_soon() -> None:
    at = await sides()
    await at.officer(name="孙小", idle=3)
    await at.officer(name="钱大", skilled=True)
    [department] = await db.rows("SELECT id FROM department WHERE code = $1", at.department)
    found = await route.outlook(department["id"], at.item)
    assert found == {"officers": ["钱大", "孙小"], "phones": 0, "occupied": [], "usual": "", "most": 6}


async def test_a_lost_page_waits_for_the_same_officer_and_then_they_call_back() -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.accept(one, officer)
    await db.rows(
        "UPDATE handoff SET state = 'live', due_at = $2 WHERE id = $1",
        one,
        await clock.now() + dt.timedelta(seconds=30),
    )
    await later(31)
    assert (await state(one))["state"] == "interrupted"
    await later(121)
    found = await state(one)
    assert (found["state"], found["call_back_by"]) == ("callback_booked", officer)
    assert await duty_state(officer) == "wrapping"
    await later(121, officer)
    assert await duty_state(officer) == "on"


async def test_a_timer_that_is_not_over_does_nothing_however_often_it_is_looked_at() -> None:
    at = await sides()
    await at.officer()
    one = await ask.ask(at.case, at.desk)
    before = await state(one)
    for _ in range(3):
        await handoff.step(one)
    assert await state(one) == before


async def over(case: UUID, state: str = "withdrawn") -> None:
    """The case came to this end meanwhile; by the applicant, where it was they who withdrew it."""
    if state == "withdrawn":
        await cases.withdraw_own(case, (await cases.seen(case))["account"])
    else:
        await db.rows("UPDATE service_case SET state = $2 WHERE id = $1", case, state)


@pytest.mark.parametrize(("ends", "says"), [("withdrawn", "申请人撤回了"), ("terminated", "已经结束")])
async def test_what_rings_for_a_case_that_is_over_is_not_accepted_and_stops_at_the_next_look(
    ends: str, says: str
) -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await over(at.case, ends)
    for said in (answer.accept(one, officer), answer.by_papers(one, officer), answer.decline(one, officer)):
        with pytest.raises(Refusal, match=says):
            await said
    assert await rung(one) == {officer}
    await later(31, officer)
    found = await state(one)
    assert (found["state"], await rung(one), await broken()) == ("cancelled", set(), [])
    [event] = await db.rows("SELECT why FROM handoff_event WHERE handoff = $1 AND kind = 'case-over'", one)
    assert says in event["why"]
    known = await duty.duty_of(officer)
    assert known
    assert known["silent"] == 0  # it was not they who let it ring


async def test_for_a_case_that_is_over_nobody_is_looked_for_and_no_call_back_is_booked() -> None:
    at, other = await sides(), await sides(8)
    one, two = await ask.ask(at.case, at.desk), await ask.ask(other.case, other.desk)
    await over(at.case)
    await over(other.case)
    await ask.settle(two, other.desk)
    assert (await state(two))["state"] == "cancelled"
    officer = await at.officer()
    await later(6, officer)
    assert ((await state(one))["state"], await rung(one)) == ("cancelled", set())


@pytest.mark.parametrize("minutes", [3, 10])
async def test_who_said_in_a_few_minutes_and_is_free_before_takes_it_at_once_whoever_it_rings_for(
    minutes: int,
) -> None:
    at = await sides()
    first, other, third = await at.officer(idle=9), await at.officer(idle=8), await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, minutes, first)
    assert await rung(one) == {other, third}
    await answer.decline(one, third)
    with pytest.raises(Refusal, match="已经有人接了，或者不响了"):
        await answer.accept(one, third)
    await answer.accept(one, first)
    found = await state(one)
    assert (found["state"], found["officer"], await rung(one)) == ("connecting", first, set())
    assert await broken() == []
    with pytest.raises(Refusal, match="已经有人接了，或者不响了"):
        await answer.accept(one, other)


async def test_what_was_promised_is_taken_by_nobody_twice_nor_beside_another_ring_or_session() -> None:
    at, second = await sides(), await sides(8)
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 10, officer)
    two = await ask.ask(second.case, second.desk)
    assert await rung(two) == {officer}
    with pytest.raises(Refusal, match="先答那个"):
        await answer.accept(one, officer)
    await answer.accept(two, officer)
    with pytest.raises(Refusal, match="正在和别人屏对屏"):
        await answer.accept(one, officer)
    await ask.cancel(two, second.desk)
    other = await at.officer()
    await later(6, officer, other)
    assert await rung(one) == {other}
    await answer.accept(one, other)
    with pytest.raises(Refusal, match="已经有人接了，或者不响了"):
        await answer.accept(one, officer)
    assert await broken() == []


async def test_who_kept_it_early_and_saw_nobody_is_rung_again_before_the_time_they_had_said() -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 10, officer)
    await unconnected(one, officer, "officer")
    await later(11, officer)
    assert await rung(one) == {officer}
    await answer.decline(one, officer)
    with pytest.raises(Refusal, match="已经有人接了，或者不响了"):
        await answer.accept(one, officer)


async def test_to_whom_it_was_passed_is_rung_alone_though_so_many_would_come_before_them() -> None:
    at = await sides()
    first, colleague = await at.officer(idle=9), await at.officer(idle=1)
    one = await ask.ask(at.case, at.desk)
    assert await rung(one) == {first}
    for n in range(5, 9):
        await at.officer(skilled=True, idle=n)
    await answer.pass_to(one, colleague, first)
    assert await rung(one) == {colleague}


async def test_who_promised_is_rung_alone_then_though_so_many_would_come_before_them() -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 3, officer)
    for _ in range(35):
        await later(5, officer)
    others = [await at.officer(skilled=True, idle=n) for n in range(5, 9)]
    await later(5.1, officer, *others)
    assert await rung(one) == {officer}


async def test_who_calls_back_is_the_colleague_to_whom_it_was_passed_before_any_who_knows_it_better() -> None:
    at = await sides()
    first, colleague = await at.officer(idle=9), await at.officer()
    one = await ask.ask(at.case, at.desk)
    await duty.busy(colleague)
    for _ in range(3):
        await staff("officer", "department", at.department)
    await at.officer(skilled=True)
    await answer.pass_to(one, colleague, first)
    await ask.settle(one, at.desk)
    assert (await state(one))["call_back_by"] == colleague
