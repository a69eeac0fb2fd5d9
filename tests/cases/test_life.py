"""The life of a case: received, accepted or not, stopped, extended, decided, delivered; and every way out."""

import datetime as dt
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from stdnum.iso7064 import mod_11_10

from backend import cases, db, identity, secrecy
from backend.cases import Approval, Gap
from backend.refusal import Denied, NotFound, Refusal
from tests import factories as make
from tests.cases.office import Office, be_on, case, ends, kinds, off, office, officer, received
from tests.world import ELSEWHERE, HERE, Who
from tests.world import staff as of_staff

HEAD = Approval("现场情况复杂", "启市监〔2026〕12 号", "王局")
Deed = Callable[[UUID, UUID], Awaitable[None]]


@pytest.fixture
async def at() -> Office:
    return await office()


async def test_a_case_has_a_number_with_a_check_digit_and_a_password_nobody_can_read_in_the_table(
    at: Office,
) -> None:
    found = await case(await received(at))
    assert found.number[:13] == "3206812611231"
    assert mod_11_10.is_valid(found.number)
    assert secrecy.unseal(found.password_sealed).isdigit()
    assert len(secrecy.unseal(found.password_sealed)) == 6
    assert (found.state, ends(found.promised_due), found.light) == ("received", "", "")


async def test_the_same_page_sent_twice_is_one_case(at: Office) -> None:
    who = cases.Wanted(UUID(str(at.item.id)), HERE, "10000000009", _somebody(9))
    token = secrecy.fresh_token()
    assert await cases.receive(who, at.clerk, token) == await cases.receive(who, at.clerk, token)


def _somebody(n: int) -> identity.Typed:
    return identity.Typed("李四", "self", "resident", make.id_number(n))


async def test_the_clock_starts_the_day_after_acceptance_and_ends_at_closing_time(at: Office) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)
    found = await case(one)  # Monday, 23 November
    assert (ends(found.promised_due), ends(found.statutory_due)) == ("11-30 17:00", "12-21 17:00")
    assert (found.state, found.light, found.deemed) == ("accepted", "green", False)


async def test_without_a_notice_in_five_working_days_it_is_accepted_as_of_its_receipt(at: Office) -> None:
    one = await received(at)
    await be_on("11-30", "16:59")
    assert await cases.to_deem() == []
    assert not await cases.deem(one)
    await be_on("11-30", "17:01")
    assert await cases.to_deem() == [one]
    assert [await cases.deem(one), await cases.deem(one)] == [True, False]
    found = await case(one)
    assert found.accepted_at == found.received_at
    assert (found.state, found.deemed, ends(found.promised_due)) == ("accepted", True, "11-30 17:00")
    assert found.light == "red"
    assert await kinds(one) == ["received", "deemed"]


async def test_a_clerk_who_accepts_it_too_late_accepts_it_as_of_its_receipt(at: Office) -> None:
    one = await received(at)
    await be_on("11-30", "17:01")
    await cases.accept(one, at.clerk)
    found = await case(one)
    assert (found.accepted_at, found.deemed) == (found.received_at, True)
    assert await kinds(one) == ["received", "deemed"]


LATE: list[Deed] = [
    lambda one, by: cases.correct(one, by, [Gap("健康证明", "补交")]),
    lambda one, by: cases.decline(one, by, "不在本地办"),
    lambda one, by: cases.give_back(one, by, "不在本地办"),
    lambda one, by: cases.tolerate(one, [], dt.date(2026, 12, 2), by, promised=True),
    lambda one, by: cases.commit(one, "我承诺", by, signed=True),
]


@pytest.mark.parametrize("deed", LATE)
async def test_what_comes_after_the_time_for_a_correction_finds_it_accepted(at: Office, deed: Deed) -> None:
    one = await received(at)
    await be_on("11-30", "17:01")
    with pytest.raises(Refusal, match="算受理了"):
        await deed(one, at.clerk)
    found = await case(one)
    assert (found.state, found.accepted_at) == ("accepted", found.received_at)
    assert await kinds(one) == ["received", "deemed"]


async def test_only_types_that_the_law_names_are_deemed_accepted() -> None:
    one = await received(await office(type="07"))
    await be_on("12-31")
    assert await cases.to_deem() == []
    assert not await cases.deem(one)


async def test_a_notice_lists_every_gap_once_and_nothing_is_deemed_while_they_are_open(at: Office) -> None:
    one = await received(at)
    await cases.correct(one, at.clerk, [Gap("健康证明", "补交原件"), Gap("平面图", "重画比例尺")])
    await be_on("12-31")
    assert not await cases.deem(one)
    with pytest.raises(Refusal):
        await cases.accept(one, at.clerk)
    gaps = [row["id"] for row in await db.rows("SELECT id FROM case_gap ORDER BY position")]
    await cases.fill(one, gaps[:1], at.clerk)
    assert (await case(one)).state == "correcting"
    await cases.fill(one, gaps[1:], at.clerk)
    assert (await case(one)).state == "received"
    with pytest.raises(Refusal, match="只能发一次"):
        await cases.correct(one, at.clerk, [Gap("还有一样", "补交")])
    await cases.accept(one, at.clerk)
    assert await kinds(one) == ["received", "correcting", "filled", "filled", "accepted"]


async def test_a_special_procedure_stops_the_clock_and_nothing_else_does(at: Office) -> None:
    one = await received(at)
    await cases.accept(one, at.officer)
    await be_on("11-25")
    with pytest.raises(Refusal, match="法定"):
        await cases.stop(one, "holiday", 10, HEAD, at.officer)
    await cases.stop(one, "testing", 10, HEAD, at.officer)
    found = await case(one)
    assert (found.state, ends(found.promised_due), ends(found.statutory_due), found.light) == (
        "paused",
        "",
        "",
        "",
    )
    await be_on("12-02")
    await cases.go_on(one, at.officer)
    # 26, 27, 30 November, 1 and 2 December do not count.
    found = await case(one)
    assert (ends(found.promised_due), ends(found.statutory_due)) == ("12-07 17:00", "12-28 17:00")


async def test_a_term_is_extended_once_by_ten_working_days_at_most(at: Office) -> None:
    one = await received(at)
    await cases.accept(one, at.officer)
    with pytest.raises(Refusal, match="最多"):
        await cases.extend(one, 11, HEAD, at.officer)
    await off("12-02")
    await cases.extend(one, 10, HEAD, at.officer)
    assert ends((await case(one)).promised_due) == "12-15 17:00"
    with pytest.raises(Refusal, match="一次"):
        await cases.extend(one, 1, HEAD, at.officer)


async def test_a_decision_ends_the_clock_and_a_refusal_needs_its_reason(at: Office) -> None:
    one = await received(at)
    await cases.accept(one, at.officer)
    with pytest.raises(Refusal, match="理由"):
        await cases.decide(one, "refused", at.officer)
    await cases.decide(one, "granted", at.officer)
    await cases.finish(one, at.officer)
    await cases.deliver(one, "counter", at.clerk)
    await cases.file(one, at.officer)
    assert await kinds(one) == ["received", "accepted", "decided", "finished", "delivered", "filed"]
    assert (await case(one)).light == ""


async def _decide(one: UUID, by: UUID) -> None:
    await cases.decide(one, "granted", by)


@pytest.mark.parametrize("deed", [cases.accept, cases.finish, cases.file, cases.go_on, _decide])
async def test_nobody_elsewhere_and_no_stranger_moves_a_case(at: Office, deed: Deed) -> None:
    one = await received(at)
    elsewhere = await of_staff(Who(role="clerk", hall=ELSEWHERE))
    for stranger in (elsewhere, await officer("another")):
        with pytest.raises(NotFound):
            await deed(one, stranger)
    assert (await case(one)).state == "received"


async def test_a_clerk_does_not_decide(at: Office) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)
    with pytest.raises(Denied):
        await cases.decide(one, "granted", at.clerk)


@pytest.mark.parametrize(
    ("deed", "state"),
    [(cases.withdraw, "withdrawn"), (cases.give_back, "returned"), (cases.decline, "declined")],
)
async def test_before_acceptance_there_are_three_ways_out_each_with_its_reason(
    at: Office, deed: Callable[..., Awaitable[None]], state: str
) -> None:
    one = await received(at)
    with pytest.raises(Refusal):
        await deed(one, at.clerk, "")
    await deed(one, at.clerk, "不在本地办")
    found = await case(one)
    assert (found.state, ends(found.correct_by)) == (state, "")
    with pytest.raises(Refusal):
        await cases.accept(one, at.clerk)


async def test_lights_turn_as_the_days_go_by(at: Office) -> None:
    one = await received(at)
    await cases.accept(one, at.officer)
    seen = []
    for day, time in (("11-24", "09:00"), ("11-27", "09:00"), ("11-30", "17:01"), ("12-21", "17:01")):
        await be_on(day, time)
        await cases.light_up()
        seen.append((await case(one)).light)
    assert seen == ["green", "yellow", "red", "double"]
    assert await cases.light_up() == 0
    assert await kinds(one) == ["received", "accepted", "light", "light", "light"]


async def test_a_calendar_that_changes_moves_the_ends_and_what_lies_beyond_it_is_provisional(
    at: Office,
) -> None:
    one = await received(at)
    await cases.accept(one, at.officer)
    assert (await case(one)).provisional  # no calendar was loaded here
    await off("11-26", "11-27")
    await cases.light_up()
    assert ends((await case(one)).promised_due) == "12-02 17:00"
    assert await kinds(one) == ["received", "accepted", "recomputed"]


async def test_a_day_off_that_is_set_later_puts_off_the_day_for_the_notice_while_it_is_ahead(
    at: Office,
) -> None:
    one = await received(at)
    assert ends((await case(one)).correct_by) == "11-30 17:00"
    await off("11-27")
    assert await cases.light_up() == 1
    assert ends((await case(one)).correct_by) == "12-01 17:00"
    assert await cases.light_up() == 0
    await be_on("12-01", "17:01")
    await off("12-01")
    assert await cases.light_up() == 0, "what is over is over"
    assert await cases.deem(one)
    assert await kinds(one) == ["received", "recomputed", "deemed"]
