"""不归我们: the right department is rung, and keeps what the case and its handoff have."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import cases, clock, db
from backend.handoff import (
    answer,
    ask,
    conclude,
    duty,
    guest,
    identify,
    recording_list,
    recording_views,
    sign,
    statements,
    words,
)
from backend.handoff.recording_chunks import WEBM
from backend.handoff.redirect import others, redirect
from backend.handoff.route import PACE
from backend.handoff.rules import patience
from backend.refusal import Denied, NotFound, Refusal
from backend.secrecy import fresh_token
from tests.handoff.invariants import broken
from tests.handoff.meeting import Meeting, meeting, papers
from tests.handoff.recorded import Sitting, agreed, recorded, to_state
from tests.handoff.sides import Sides, later, rung, sides, state
from tests.handoff.test_sitting_pages import PATH, plain, sit
from tests.visits.town import staff

WHY = "这件事不归我们管"


async def elsewhere(at: Sides) -> tuple[str, UUID]:
    """Another department, and its officer, who is there."""
    [row] = await db.rows("SELECT code FROM department WHERE code <> $1 ORDER BY code LIMIT 1", at.department)
    one = await staff("officer", "department", row["code"], "钱别处")
    await duty.come_on(one)
    await duty.seen(one)
    return row["code"], one


async def other(at: Meeting) -> tuple[str, UUID]:
    """As `elsewhere`."""
    [row] = await db.rows(
        "SELECT d.code, c.item FROM service_case c JOIN department d ON d.id = c.department WHERE c.id = $1",
        at.case,
    )
    return await elsewhere(Sides(at.desk, at.case, row["item"], row["code"]))


async def passed_on(at: Meeting) -> Meeting:
    """Its officer says 不归我们, and the other department's sees the desk."""
    to, right = await other(at)
    await redirect(at.handoff, to, WHY, at.officer)
    await answer.accept(at.handoff, right)
    await to_state(at.handoff, "live")
    return Meeting(at.handoff, at.case, at.desk, right)


async def test_it_rings_in_the_right_department_with_the_case_and_nobody_starts_anew() -> None:
    at = await sides()
    wrong = await at.officer(idle=9)
    to, right = await elsewhere(at)
    one = await ask.ask(at.case, at.desk)
    await later(31, wrong, right)
    assert await rung(one) == {wrong}
    await redirect(one, to, WHY, wrong)
    found = await state(one)
    assert (await rung(one), found["state"], found["case"]) == ({right}, "ringing", at.case)
    [case] = await db.rows(
        "SELECT d.code, c.state FROM service_case c JOIN department d ON d.id = c.department WHERE c.id = $1",
        at.case,
    )
    assert (case["code"], case["state"]) == (to, "received")
    [event] = await db.rows(
        "SELECT by_staff, why FROM handoff_event WHERE handoff = $1 AND kind = 'redirected'", one
    )
    assert event["by_staff"] == wrong
    assert event["why"].endswith(WHY)
    with pytest.raises(Refusal):
        await answer.accept(one, wrong)
    await answer.accept(one, right)
    assert await broken() == []


async def test_what_was_talked_before_is_not_waited_for_the_right_department(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    wrong = await at.officer()
    to, right = await elsewhere(at)
    one = await ask.ask(at.case, at.desk)
    await answer.accept(one, wrong)
    await to_state(one, "live")
    await clock.move_to(await clock.now() + dt.timedelta(minutes=40))
    await duty.seen(right)
    await redirect(one, to, WHY, wrong)
    await clock.move_to(await clock.now() + dt.timedelta(seconds=5))
    for by, path in ((right, f"{PATH}/calls"), (at.desk, f"{PATH}/{one}/state")):
        await sit(client, by)
        assert 'data-since="5"' in (await client.get(path)).text
    await answer.accept(one, right)
    [pace] = await db.rows(PACE, (await state(one))["department"])
    assert pace["soon"] < 60


async def test_who_sent_it_to_where_they_decide_too_is_the_last_to_be_rung_and_to_call_back() -> None:
    at = await sides()
    to, right = await elsewhere(at)
    both = await staff("officer", "all", "", "两边的")
    await duty.come_on(both)
    await duty.seen(both)
    since = await clock.now() - dt.timedelta(hours=1)
    await db.rows("UPDATE handoff_duty SET idle_since = $2 WHERE staff = $1", both, since)
    one = await ask.ask(at.case, at.desk)
    assert await rung(one) == {both}
    await redirect(one, to, WHY, both)
    assert await rung(one) == {right}
    await ask.settle(one, at.desk)
    assert (await state(one))["call_back_by"] == right


async def test_who_has_it_already_passes_it_on_and_has_time_to_write_it_up() -> None:
    at = await sides()
    wrong = await at.officer()
    to, right = await elsewhere(at)
    one = await ask.ask(at.case, at.desk)
    await answer.accept(one, wrong)
    await redirect(one, to, WHY, wrong)
    assert await rung(one) == {right}
    assert (await state(one))["officer"] is None
    assert await broken() == []


async def test_it_goes_to_another_department_with_a_reason_and_by_who_was_asked_only() -> None:
    at = await sides()
    wrong = await at.officer(idle=9)
    to, right = await elsewhere(at)
    one = await ask.ask(at.case, at.desk)
    for said, sentence in (
        (("no-such", WHY), "转给哪个部门"),
        ((at.department, WHY), "现在就是"),
        ((to, ""), "为什么"),
    ):
        with pytest.raises(Refusal, match=sentence):
            await redirect(one, *said, wrong)
    for by, kind in ((at.desk, Denied), (right, NotFound), (await at.officer(), NotFound)):
        with pytest.raises(kind):
            await redirect(one, to, WHY, by)
    await answer.decline(one, wrong)
    with pytest.raises(Refusal, match="已经有人接了，或者不响了"):
        await redirect(one, to, WHY, wrong)
    found = await state(one)
    assert (await db.rows("SELECT department FROM service_case WHERE id = $1", at.case))[0] == {
        "department": found["department"]
    }


async def test_what_was_said_written_and_shown_and_the_applicant_s_phone_stay_and_the_wait_is_whole(
    client: httpx.AsyncClient,
) -> None:
    at = await meeting()
    await papers(at.case, at.desk)
    await at.known()
    await at.stated()
    await words.write(at.handoff, "请把户口簿翻过来", at.officer)
    token = fresh_token()
    await guest.invite(at.handoff, token, at.desk)
    _, seat = await guest.join(token)

    async def has() -> list[Any]:
        return [
            [(row["text"], row["name"]) for row in await words.said(at.handoff)],
            await statements.statements_of(await state(at.handoff)),
            [(row["id"], row["name"]) for row in await cases.papers_of(at.case)],
            await db.rows(
                "SELECT id, page, left_at FROM handoff_seat WHERE handoff = $1 AND role = 'citizen'",
                at.handoff,
            ),
        ]

    before = await has()
    assert all(before)
    to, right = await other(at)
    await later(200, at.officer, right)
    await to_state(at.handoff, "live")
    await redirect(at.handoff, to, WHY, at.officer)
    found = await state(at.handoff)
    assert found["give_up_at"] - found["asked_at"] > patience() + dt.timedelta(seconds=199)
    assert await has() == before
    assert before[3][0]["page"] == seat["page"]
    assert [row["text"] for row in (await guest.shown(token))["words"]] == ["请把户口簿翻过来"]
    await answer.accept(at.handoff, right)
    await to_state(at.handoff, "live")
    assert await has() == before
    await sit(client, right)
    shown = plain((await client.get(f"{PATH}/{at.handoff}")).text)
    for what in ("请把户口簿翻过来", "没有人逼我", before[2][0][1]):
        assert what in shown


@pytest.mark.parametrize(("begun", "stands"), [(agreed, "asked"), (recorded, "stopped")])
async def test_whoever_comes_next_is_not_recorded_unasked_and_looks_for_themselves_who_sits_there(
    begun: Callable[[], Awaitable[Sitting]], stands: str
) -> None:
    sitting = await begun()
    one, at = sitting.handoff, sitting.at
    for who in (at.desk, sitting.officer):
        await identify.identify(one, who)
    to, right = await elsewhere(at)
    await redirect(one, to, WHY, sitting.officer)
    await answer.accept(one, right)
    await to_state(one, "live")
    assert (await recording_views.of(one, right))["stands"] == stands
    await clock.move_to(await clock.now() + dt.timedelta(seconds=10))
    with pytest.raises(Refusal):
        await sitting.send(WEBM + b"of somebody else")
    [sat] = await db.rows("SELECT desk_saw_at, officer_saw_at FROM handoff_sitting WHERE handoff = $1", one)
    assert sat["desk_saw_at"]
    assert sat["officer_saw_at"] is None
    await identify.identify(one, right)


async def test_what_was_signed_before_others_stays_and_nobody_decides_by_it(
    client: httpx.AsyncClient,
) -> None:
    first = await meeting()
    await first.known()
    await first.handed_over()
    old = await first.signed()
    [before] = await sign.open_record(first.handoff, first.desk)
    at = await passed_on(first)
    with pytest.raises(Refusal, match="先核对身份"):
        await conclude.conclude(at.handoff, "granted", at.officer)
    await identify.identify(at.handoff, at.officer)
    with pytest.raises(Refusal, match="办理记录上签字"):
        await conclude.conclude(at.handoff, "granted", at.officer)
    await sit(client, at.desk)
    told = plain((await client.get(f"{PATH}/{at.handoff}/sitting")).text)
    assert f"孙审批接的时候签的， 校验码 {old[:16]}" in told
    assert "办理记录重新签" in told
    assert f"{PATH}/{at.handoff}/record" in (await client.get(f"/console/cases/{at.case}")).text
    [kept] = await sign.open_record(at.handoff, at.officer)
    assert (sign.text_of(kept), kept["record_hash"]) == (sign.text_of(before), old)
    new = (await at.steps(at.desk))["hash"]
    await sign.sign(at.handoff, new, b"", at.desk)
    await conclude.conclude(at.handoff, "granted", at.officer)
    assert (await cases.seen(at.case))["decision"] == "granted"
    now, then = await sign.open_record(at.handoff, at.desk)
    assert (now["record_hash"], then["record_hash"]) == (new, old)
    for row, who in ((now, "钱别处"), (then, "孙审批")):
        assert {name in sign.text_of(row) for name in ("钱别处", "孙审批")} == {True, False}
        assert who in sign.text_of(row)
    shown = plain((await client.post(f"{PATH}/{at.handoff}/record/openings")).text)
    assert f"那时是孙审批接的，校验码 {old}" in shown
    assert shown.count("以上记录申请人看过") == 2


@pytest.mark.parametrize("now", ["queued", "ringing", "connecting", "live", "interrupted", "deciding"])
async def test_no_case_is_transferred_away_from_under_its_session(
    client: httpx.AsyncClient, now: str
) -> None:
    at = await meeting()
    await at.known()
    await at.handed_over()
    to, _ = await other(at)
    await to_state(at.handoff, now)
    await sit(client, at.officer)
    where, form = f"/console/cases/{at.case}/transfer", {"to": to, "cause": WHY}
    refused = await client.post(where, data=form)
    assert refused.status_code == 409
    assert "点“不归我们”，办事点不用重新排" in plain(refused.text)
    before = (await cases.seen(at.case))["department"]
    assert before == (await state(at.handoff))["department"]
    await to_state(at.handoff, "done")
    assert (await client.post(where, data=form)).status_code == 303
    assert (await cases.seen(at.case))["department"] != before
    await sit(client, at.desk)
    assert WHY not in (await client.get(f"{PATH}/{at.handoff}/sitting")).text, "it was over by then"


async def test_why_and_by_whom_reaches_the_desk_and_who_comes_next(client: httpx.AsyncClient) -> None:
    first = await meeting()
    [was] = await db.rows("SELECT d.name FROM department d JOIN handoff h ON h.department = d.id")
    await sit(client, first.desk)
    there = f"{PATH}/{first.handoff}"
    assert "孙审批说" not in (await client.get(there)).text
    assert was["name"] in (await client.get(f"{there}/reach")).text
    to, right = await other(first)
    await redirect(first.handoff, to, WHY, first.officer)
    says = f"{was['name']}的孙审批说：{WHY}"
    assert says in (await client.get(f"{there}/sitting")).text
    phone = plain((await client.get(f"{there}/reach")).text)
    [now] = await db.rows("SELECT name, phone FROM department WHERE code = $1", to)
    assert f"{now['name']} {now['phone']}" in phone
    assert was["name"] not in phone
    window = (await client.get(f"{there}/window")).text  # the applicant reads it, too
    assert (says in window, window.count(was["name"]), f"正在请{now['name']}的人接" in window) == (
        True,
        1,
        True,
    )
    await sit(client, right)
    for rings in ("calls", "ring"):
        assert says in (await client.get(f"{PATH}/{rings}")).text
    await answer.accept(first.handoff, right)
    assert says in (await client.get(there)).text


async def test_who_comes_next_and_needs_no_session_is_not_said_to_have_had_one(
    client: httpx.AsyncClient,
) -> None:
    at = await meeting()
    to, right = await other(at)
    await redirect(at.handoff, to, WHY, at.officer)
    await answer.by_papers(at.handoff, right)
    for by, then in ((at.desk, "材料齐了就交给"), (right, "办事点把材料交过来以后")):
        await sit(client, by)
        text = (await client.get(f"{PATH}/{at.handoff}/state")).text
        assert ("不用连线，钱别处看材料就能办" in text, then in text) == (True, True)


async def test_only_where_somebody_decides_is_it_sent_and_one_has_to_be_chosen(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    wrong = await at.officer()
    to, _ = await elsewhere(at)
    [empty] = await db.rows(
        "SELECT code FROM department WHERE code NOT IN ($1, $2) LIMIT 1", at.department, to
    )
    one = await ask.ask(at.case, at.desk)
    assert [code for code, _ in await others(one)] == [to]
    await sit(client, wrong)
    where = f"{PATH}/{one}/redirection"
    assert f'value="{empty["code"]}"' not in (await client.get(f"{where}/new")).text
    refused = await client.post(where, data={"to": empty["code"], "cause": WHY})
    assert (refused.status_code, "没有人能接" in refused.text) == (409, True)
    assert "请选择归哪个部门" in (await client.post(where, data={"to": "", "cause": WHY})).text
    assert (await cases.seen(at.case))["department_code"] == at.department


async def test_who_fills_the_form_in_while_the_ring_is_over_finishes_and_is_not_away(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    wrong = await at.officer()
    to, right = await elsewhere(at)
    one = await ask.ask(at.case, at.desk)
    await sit(client, wrong)
    where = f"{PATH}/{one}/redirection"
    assert (await client.get(f"{where}/new")).status_code == 200
    for _ in range(2):
        await later(31, wrong, right)
    assert await rung(one) == set()
    assert (await client.post(where, data={"to": to, "cause": WHY})).status_code == 303
    assert await rung(one) == {right}
    found = await duty.duty_of(wrong)
    assert found
    assert (found["state"], found["silent"]) == ("on", 0)
    assert await broken() == []


async def test_who_let_it_ring_gives_away_nothing_that_a_colleague_has() -> None:
    at = await sides()
    slow, quick = await at.officer(idle=9), await at.officer()
    to, _ = await elsewhere(at)
    one = await ask.ask(at.case, at.desk)
    await later(31, slow, quick)
    assert quick in await rung(one)
    await answer.accept(one, quick)
    with pytest.raises(Refusal, match="已经有人接了，或者不响了"):
        await redirect(one, to, WHY, slow)
    assert (await state(one))["officer"] == quick


async def test_what_was_recorded_stays_that_of_the_officer_who_agreed_and_says_why_it_ended() -> None:
    sitting = await recorded()
    to, right = await other(Meeting(sitting.handoff, sitting.at.case, sitting.desk, sitting.officer))
    by = await staff("supervisor", "all", "")
    was = await recording_list.shown(sitting.handoff, by)
    await redirect(sitting.handoff, to, WHY, sitting.officer)
    await answer.accept(sitting.handoff, right)
    its = await recording_list.shown(sitting.handoff, by)
    assert [its[name] for name in ("officer_name", "department_name")] == [
        was["officer_name"],
        was["department_name"],
    ]
    assert [(one["kind"], one["why"]) for one in its["done"]][-1] == ("rec-ended", "换了审批人员")
