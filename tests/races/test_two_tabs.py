"""One person, twice at the same instant."""

from backend.notify.tables import Notice
from tests import factories as make
from tests.races import crowd
from tests.races.conftest import AtOnce
from tests.races.people import Citizen, booked, citizen, form, miscounted
from tests.races.web import Web

ROUNDS = 25


async def test_two_tabs_of_one_session_book_once(web: Web, at_once: AtOnce) -> None:
    people = [await citizen() for _ in range(ROUNDS)]
    await one_booking_each(web, at_once, people, people)


async def test_one_id_through_two_accounts_is_booked_once(web: Web, at_once: AtOnce) -> None:
    numbers = [make.id_number(n) for n in range(ROUNDS)]
    hers = [await citizen(number) for number in numbers]
    his = [await citizen(number) for number in numbers]
    await one_booking_each(web, at_once, hers, his)


async def one_booking_each(web: Web, at_once: AtOnce, ones: list[Citizen], others: list[Citizen]) -> None:
    item, slot = await make.bookable(capacity=2 * ROUNDS)
    posts = ([(who.token, form(who, slot, item)) for who in tab] for tab in (ones, others))
    for answers in zip(*await at_once(crowd.tab, *((web.url, tab) for tab in posts)), strict=True):
        (_, _), (status, page) = sorted(answers)
        assert [code for code, _ in sorted(answers)] == [303, 409]
        assert status == 409
        assert "这一天已预约过这件事" in page
    held = await booked(slot)
    assert len(held) == len({row["person_index"] for row in held}) == ROUNDS
    assert await Notice.count().where(Notice.kind == "appointment-booked") == ROUNDS
    assert await miscounted() == []
