"""The legal clock of what the desk far away took in: the department's, at home, whatever hours the desk keeps."""

import datetime as dt
from uuid import UUID

from backend import cases, db, identity, secrecy
from backend.catalog.tables import Hall, ItemPlace, Line, Opening
from tests import factories as make
from tests.cases.office import Office, be_on, case, ends, office
from tests.world import Who, staff

FAR = "shanghai"


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


async def accepted_from_afar(at: Office, closes: str) -> UUID:
    """Taken in by a desk that keeps other hours, and accepted at home on Monday, 23 November."""
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
        await cases.hand_on(one, desk)
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
