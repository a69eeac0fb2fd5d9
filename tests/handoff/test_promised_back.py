"""A call-back in writing: who applies reads who calls back and when, on their case, in a notice, on the screens."""

import datetime as dt
from uuid import UUID

import httpx

from backend import cases, clock, db, secrecy
from backend.cases.timeline import happened
from backend.handoff import answer, ask, call_backs, guest
from backend.identity.sessions import open_session
from backend.notify import texts
from backend.web.words import clock_time, date
from tests.handoff.recorded import to_state
from tests.handoff.sides import later, sides, state
from tests.handoff.test_call_backs import given_up
from tests.handoff.test_session import live
from tests.handoff.test_sitting_pages import PATH, plain, sit
from tests.visits.town import staff

HALL = "启东市驻沪政务服务办事点"


async def written(handoff: UUID) -> tuple[str, str]:
    """The officer and when, as they are written."""
    [row] = await db.rows(
        "SELECT h.call_back_at AS at, s.name FROM handoff h JOIN staff s ON s.id = h.call_back_by WHERE h.id = $1",
        handoff,
    )
    return row["name"], f"{date(clock.local(row['at']).date())}{clock_time(row['at'])}"


async def own_page(client: httpx.AsyncClient, case: UUID) -> str:
    account = (await cases.seen(case))["account"]
    client.cookies.clear()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=account))
    return plain((await client.get(f"/cases/{case}")).text)


async def told(case: UUID) -> list[tuple[str, str, str]]:
    """The notices of a call-back, oldest first: kind and words, the push's words last."""
    rows = await db.rows(
        "SELECT kind, facts FROM notice WHERE about = $1 AND kind LIKE 'case-%call%' ORDER BY created_at",
        case,
    )
    return [
        (
            row["kind"],
            " ".join(texts.render(row["kind"], row["facts"])),
            texts.push(row["kind"], row["facts"])[1],
        )
        for row in rows
    ]


async def test_who_calls_back_and_when_is_read_on_the_case_and_told(client: httpx.AsyncClient) -> None:
    at, one, _, supervisor = await given_up()
    name, first = await written(one)
    assert f"{first} 启东{name}打电话到{HALL}" in await own_page(client, at.case)
    [(kind, said, push)] = await told(at.case)
    assert (kind, f"{first} 启东{name}打电话到{HALL}" in said) == ("case-callback", True)
    assert "李四喜" not in said + push
    other = await staff("officer", "department", at.department, "别人")
    await call_backs.arrange(one, other, await clock.now() + dt.timedelta(days=1), supervisor)
    name, second = await written(one)
    assert (name, first != second) == ("别人", True)
    page = await own_page(client, at.case)
    assert ("改约了回电" in page, f"{second} 启东别人打电话到{HALL}" in page) == (True, True)
    [_, (kind, said, _)] = await told(at.case)
    assert (kind, f"{second} 启东别人打电话" in said) == ("case-recalled", True)
    await call_backs.called(one, other)
    assert f"启东别人给{HALL}回过电了" in await own_page(client, at.case)
    assert len(await told(at.case)) == 2  # they were on the phone
    account = (await cases.seen(at.case))["account"]
    lines = [line.words for line in await happened([at.case], account)]
    assert lines[-3:] == ["约了回电", "改约了回电", "回过电了"]


async def test_a_call_back_is_told_to_nobody_where_the_account_was_closed() -> None:
    at = await sides()
    await staff("officer", "department", at.department)
    one = await ask.ask(at.case, at.desk)
    await db.rows("UPDATE service_case SET account = NULL, person = NULL WHERE id = $1", at.case)
    await later(361)
    assert (await state(one))["state"] == "callback_booked"
    assert await told(at.case) == []


async def test_nothing_is_told_of_a_case_that_is_over_nor_of_what_stands_already() -> None:
    at, one, _, supervisor = await given_up()
    stands = await state(one)
    await call_backs.arrange(one, stands["call_back_by"], stands["call_back_at"], supervisor)
    assert len(await told(at.case)) == 1
    other = await sides(8)
    again = await ask.ask(other.case, other.desk)
    await db.rows("UPDATE service_case SET state = 'withdrawn' WHERE id = $1", other.case)
    await later(361)
    assert (await state(again))["state"] == "cancelled"
    await db.rows("UPDATE service_case SET state = 'withdrawn' WHERE id = $1", at.case)
    await call_backs.called(one, stands["call_back_by"])
    assert (len(await told(at.case)), await told(other.case)) == (1, [])


async def test_a_call_back_is_told_of_until_its_minute_and_no_more_once_it_was_moved_or_made() -> None:
    at, one, officer, supervisor = await given_up()

    async def promised() -> dict[str, tuple[dt.datetime, bool]]:
        rows = await db.rows(
            "SELECT kind, useless_after AS until, withdrawn_at IS NOT NULL AS back FROM notice WHERE about = $1"
            " AND kind LIKE 'case-%call%'",
            at.case,
        )
        return {row["kind"]: (row["until"], row["back"]) for row in rows}

    first = (await state(one))["call_back_at"]
    assert await promised() == {"case-callback": (first, False)}
    second = first + dt.timedelta(minutes=30)
    await call_backs.arrange(one, officer, second, supervisor)
    assert await promised() == {"case-callback": (first, True), "case-recalled": (second, False)}
    await call_backs.called(one, officer)
    assert await promised() == {"case-callback": (first, True), "case-recalled": (second, True)}


async def test_where_nobody_can_call_back_it_is_said_and_said_again_once_somebody_does(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    one = await ask.ask(at.case, at.desk)
    await later(361)
    assert (await state(one))["state"] == "failed"
    assert "谁什么时候回电还没定下来" in await own_page(client, at.case)
    [(kind, said, _)] = await told(at.case)
    assert (kind, "还没约上回电" in said, "办事点在安排" in said) == ("case-uncalled", True, True)
    officer = await staff("officer", "department", at.department)
    supervisor = await staff("supervisor", "hall", "shanghai", "督导员")
    await call_backs.arrange(
        one, officer, clock.at(clock.local(await clock.now()).date(), dt.time(16)), supervisor
    )
    assert [kind for kind, _, _ in await told(at.case)] == ["case-uncalled", "case-callback"]


async def test_what_an_officer_promised_is_in_writing_too(client: httpx.AsyncClient) -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 10, officer)
    await later(361, officer)
    name, when = await written(one)
    assert f"{when} 启东{name}打电话" in await own_page(client, at.case)
    assert len(await told(at.case)) == 1


async def test_the_applicant_s_screens_say_who_calls_back_until_they_did(client: httpx.AsyncClient) -> None:
    at, officer, one = await live()
    await guest.invite(one, key := secrecy.fresh_token(), at.desk)
    await sit(client, at.desk)
    await to_state(one, "interrupted")
    await later(3601)
    name, _ = await written(one)

    async def both() -> list[str]:
        return [
            plain((await client.get(path)).text)
            for path in (f"/screens/{key}/state", f"{PATH}/{one}/window/state")
        ]

    for says in await both():
        assert (f"{name}回电" in says, f"{name}会打到{HALL}" in says) == (True, True)
    by = (await state(one))["call_back_by"]
    assert by == officer
    await call_backs.called(one, officer)
    for says in await both():
        assert ("通话结束了" in says, "回电" in says) == (True, False)
