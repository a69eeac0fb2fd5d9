"""The legal clock of what the desk far away took in: the department's, at home, whatever hours the desk keeps."""

import datetime as dt
from uuid import UUID

import pytest

from backend import cases, clock, db, identity, secrecy
from backend.cases.timeline import happened
from backend.catalog.tables import Hall, ItemPlace, Line, Opening
from backend.refusal import Refusal
from tests import factories as make
from tests import kept
from tests.cases.office import Office, be_on, case, ends, off, office
from tests.world import Who, staff

FAR = "shanghai"


@pytest.fixture(autouse=True)
async def fresh(database: str) -> None:
    """Halls and matters of its own."""
    await kept.empty()
    await clock.move_to(make.MONDAY)


async def open_until(hall: Hall, opens: str, closes: str) -> None:
    """Every weekday."""
    hours = [
        Opening(
            hall=hall.id,
            weekday=day,
            opens=dt.time.fromisoformat(opens),
            closes=dt.time.fromisoformat(closes),
        )
        for day in range(1, 6)
    ]
    await Opening.insert(*hours)


async def taken_in_far_away(closes: str, at: Office) -> tuple[UUID, UUID]:
    """Taken in by a desk that keeps other hours on Monday, 23 November; the case, and who sits at the desk."""
    far = await make.hall("驻沪办事点", FAR)
    await db.rows("UPDATE hall SET kind = 'shanghai' WHERE id = $1", far.id)
    await open_until(far, "10:00", closes)
    desk, who = (
        await staff(Who(role="desk", hall=FAR)),
        identity.Typed("李四", "self", "resident", make.id_number(7)),
    )
    wanted = cases.Wanted(UUID(str(at.item.id)), FAR, "10000000007", who)
    async with db.transaction():
        one, _ = await cases.take_in(wanted, desk, secrecy.fresh_token(), "4")
    return one, desk


async def handed_on(one: UUID, desk: UUID) -> None:
    async with db.transaction():
        await cases.hand_on(one, desk)


async def accepted_from_afar(at: Office, closes: str) -> UUID:
    """Handed on at once, and accepted at home the same day."""
    one, desk = await taken_in_far_away(closes, at)
    await handed_on(one, desk)
    await cases.accept(one, at.officer)
    return one


async def test_a_term_ends_when_the_hall_at_home_closes_though_the_desk_closes_earlier() -> None:
    at = await office()
    await open_until(at.hall, "09:00", "17:30")
    one = await accepted_from_afar(at, "16:00")
    found = await case(one)
    # Five working days after Monday the 23rd: the 24th, 25th, 26th, 27th and Monday the 30th. Twenty: 21 December.
    assert (ends(found.promised_due), ends(found.statutory_due)) == ("11-30 17:30", "12-21 17:30")
    await be_on("11-30", "17:00")
    await cases.light_up()
    assert (await case(one)).light == "yellow"
    await be_on("11-30", "17:31")
    await cases.light_up()
    assert (await case(one)).light == "red"


async def test_a_desk_that_stays_open_in_the_evening_gives_nobody_more_time() -> None:
    at = await office()
    await open_until(at.hall, "09:00", "17:30")
    found = await case(await accepted_from_afar(at, "20:00"))
    assert (ends(found.promised_due), ends(found.statutory_due)) == ("11-30 17:30", "12-21 17:30")


async def test_of_two_halls_at_home_the_one_that_does_the_matter_closes_it() -> None:
    at = await office()
    await open_until(at.hall, "09:00", "17:30")
    other = await make.hall("另一个大厅", "a-hall-with-an-earlier-code")
    await open_until(other, "09:00", "12:00")
    assert ends((await case(await accepted_from_afar(at, "16:00"))).promised_due) == "11-30 17:30"
    line: Line = await make.line(other)
    await db.rows("DELETE FROM item_place")
    await ItemPlace.insert(ItemPlace(item=at.item.id, hall=other.id, line=line.id))
    await cases.light_up()
    [row] = await db.rows("SELECT promised_due FROM service_case")
    assert ends(row["promised_due"]) == "11-30 12:00"


async def test_what_still_lies_at_the_desk_is_never_deemed_accepted_and_goes_home_all_the_same() -> None:
    at = await office()
    one, desk = await taken_in_far_away("16:00", at)
    assert (await case(one)).correct_by is None
    await be_on("12-07")
    await cases.light_up()
    assert await cases.to_deem() == []
    assert not await cases.deem(one)
    await handed_on(one, desk)
    found = await case(one)
    assert (found.state, ends(found.correct_by)) == ("received", "12-14 17:00")


async def test_a_department_that_says_nothing_has_accepted_it_as_of_the_hand_over() -> None:
    at = await office()
    one, desk = await taken_in_far_away("16:00", at)
    await be_on("11-26")
    await handed_on(one, desk)
    assert ends((await case(one)).correct_by) == "12-03 17:00"
    await off("11-27")
    await cases.light_up()
    assert ends((await case(one)).correct_by) == "12-04 17:00"
    await be_on("12-04", "17:01")
    assert await cases.to_deem() == [one]
    with pytest.raises(Refusal, match="从移交那天起就算受理了"):
        await cases.decline(one, at.officer, "不在本地办")
    found = await case(one)
    assert (found.state, found.deemed, found.accepted_at) == ("accepted", True, found.handed_at)
    account = UUID(str(found.account))
    assert (await happened([one], account))[-1].words == "到期没有补正通知，算交到部门那天受理"
