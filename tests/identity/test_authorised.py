"""Acting for somebody who is not family: they agreed, until a day, and from then on nothing new is booked."""

import datetime as dt
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import appointments, clock, db, identity
from backend.identity.tables import Person
from backend.refusal import NotFound, Refusal
from tests import factories as make
from tests.identity.steps import PERSON, count, enter, later

TODAY = dt.date(2026, 11, 23)
NEXT_YEAR = dt.date(2027, 11, 23)
AUTHORISED = {**PERSON, "relation": "authorised", "name": "施桂英"}


async def authorised(owner: UUID, until: dt.date | None = None) -> Person:
    """Somebody who agreed."""
    return await identity.add_person(
        owner, "施桂英", "authorised", "resident", make.id_number(7), until=until, agreed=True
    )


async def term(person: UUID) -> dict[str, Any]:
    """What is known of the authority."""
    return (await db.rows("SELECT relation, authorised_until, agreed_at FROM person WHERE id = $1", person))[
        0
    ]


async def test_who_agreed_is_acted_for_for_a_year_unless_told_otherwise() -> None:
    owner = await make.account()
    usual = await authorised(owner.id)
    found = await term(usual.id)
    assert (found["authorised_until"], found["agreed_at"]) == (NEXT_YEAR, usual.created_at)
    event = (await db.rows("SELECT what, after FROM identity_event WHERE person = $1", usual.id))[0]
    assert event == {"what": "person-added", "after": "2027-11-23"}


async def test_nobody_is_added_who_was_not_asked() -> None:
    owner = await make.account()
    with pytest.raises(Refusal, match="本人同意"):
        await identity.add_person(owner.id, "施桂英", "authorised", "resident", make.id_number(7))
    assert await count("person") == 0


@pytest.mark.parametrize("days", [-1, 731])
async def test_a_term_lies_between_today_and_two_years(days: int) -> None:
    owner = await make.account()
    with pytest.raises(Refusal, match="到期日要在今天到 2028 年 11 月 22 日之间"):
        await authorised(owner.id, TODAY + dt.timedelta(days=days))
    await authorised(owner.id, TODAY + dt.timedelta(days=730))


async def test_family_needs_no_term() -> None:
    owner = await make.account()
    mother = await identity.add_person(owner.id, "施桂英", "family", "resident", make.id_number(7))
    assert await term(mother.id) == {"relation": "family", "authorised_until": None, "agreed_at": None}


async def test_the_last_day_still_counts_and_the_day_after_does_not() -> None:
    owner = await make.account()
    person = await authorised(owner.id, TODAY)
    await later(hours=13.9)
    assert (await identity.person_for(owner.id, person.id)).id == person.id
    await later(hours=0.2)
    with pytest.raises(Refusal, match=r"施\*英 的授权已到期"):
        await identity.person_for(owner.id, person.id)


async def test_after_the_term_what_is_booked_stays_and_nothing_new_is_booked() -> None:
    owner = await make.account()
    person = await authorised(owner.id, TODAY)
    item, slot = await make.bookable()
    held = await appointments.book(slot.id, item.id, person.id, by=owner.id)
    await later(hours=14)
    with pytest.raises(Refusal, match="授权已到期"):
        await appointments.book(slot.id, item.id, person.id, by=owner.id)
    assert [row["id"] for row in await appointments.upcoming(owner.id)] == [held.id]
    await appointments.cancel(held.id, by=owner.id)


async def test_somebody_added_before_terms_were_asked_must_agree_first() -> None:
    owner = await make.account()
    old = await make.person(owner, relation="authorised")
    with pytest.raises(Refusal, match="授权已到期"):
        await identity.person_for(owner.id, old.id)


async def test_a_withdrawn_authority_is_gone() -> None:
    owner = await make.account()
    person = await authorised(owner.id)
    await identity.remove_person(owner.id, person.id)
    with pytest.raises(NotFound):
        await identity.person_for(owner.id, person.id)


async def change(owner: UUID, person: Person, **wanted: Any) -> None:
    """The owner changes the person."""
    kept = {"name": person.name, "relation": "authorised", **wanted}
    await identity.change_person(owner, person.id, **kept)


async def test_a_term_is_renewed_when_they_agree_again_and_the_event_says_so() -> None:
    owner = await make.account()
    person = await authorised(owner.id, TODAY)
    await later(days=3)
    with pytest.raises(Refusal, match="本人同意"):
        await change(owner.id, person, until=NEXT_YEAR)
    await change(owner.id, person, until=NEXT_YEAR, agreed=True)
    assert await identity.person_for(owner.id, person.id)
    assert (await term(person.id))["agreed_at"] > await clock.now() - dt.timedelta(minutes=1)
    event = (await db.rows("SELECT before, after FROM identity_event WHERE what = 'person-changed'"))[0]
    assert event == {"before": "2026-11-23", "after": "2027-11-23"}


async def test_another_name_keeps_the_term_another_id_needs_a_new_word() -> None:
    owner = await make.account()
    person = await authorised(owner.id, TODAY)
    await change(owner.id, person, name="施桂芳")
    assert (await term(person.id))["authorised_until"] == TODAY
    other = {"id_type": "resident", "id_number": make.id_number(8)}
    with pytest.raises(Refusal, match="本人同意"):
        await change(owner.id, person, until=TODAY, **other)


async def test_family_becomes_authorised_only_when_they_agree_and_back_without_a_term() -> None:
    owner = await make.account()
    person = await identity.add_person(owner.id, "施桂英", "family", "resident", make.id_number(7))
    with pytest.raises(Refusal, match="本人同意"):
        await change(owner.id, person)
    await change(owner.id, person, agreed=True)
    assert (await term(person.id))["authorised_until"] == NEXT_YEAR
    await change(owner.id, person, relation="family")
    assert (await term(person.id))["authorised_until"] is None


async def test_the_form_asks_for_the_word_and_the_day_and_keeps_what_was_typed(
    client: httpx.AsyncClient,
) -> None:
    await enter(client)
    answer = await client.post("/people", data={**AUTHORISED, "until": "2029-01-01"})
    assert answer.status_code == 422
    assert 'href="#f-agreed"' in answer.text
    assert 'href="#f-until"' in answer.text
    assert 'value="2029-01-01"' in answer.text
    assert await count("person") == 0
    answer = await client.post("/people", data={**AUTHORISED, "agreed": "yes", "until": "2027-03-31"})
    assert answer.status_code == 303
    shown = (await client.get("/people")).text
    assert "受托到 2027 年 3 月 31 日（周三）" in shown


async def test_the_page_of_people_says_when_an_authority_has_ended_and_renews_it(
    client: httpx.AsyncClient,
) -> None:
    await enter(client)
    form = {**AUTHORISED, "agreed": "yes", "until": "2026-11-23"}
    await client.post("/people", data=form)
    await later(days=1)
    assert "授权已到期" in (await client.get("/people")).text
    person = (await db.rows("SELECT id FROM person"))[0]["id"]
    page = (await client.get(f"/people/{person}")).text
    assert "授权已到期" in page
    assert 'value="2027-11-24"' in page
    again = {**form, "id_number": "", "until": "2027-11-24"}
    assert (await client.post(f"/people/{person}", data={**again, "agreed": ""})).status_code == 422
    assert (await client.post(f"/people/{person}", data=again)).status_code == 303
    assert "授权已到期" not in (await client.get("/people")).text
