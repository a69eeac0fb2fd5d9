"""The people an account acts for: nobody else's, no ID twice, nothing changed once it was proved."""

import asyncio
from uuid import UUID, uuid4

import pytest

from backend import clock, db, identity
from backend.refusal import NotFound, Refusal
from tests import factories as make
from tests.identity.steps import PERSON, count, rotate


async def account() -> UUID:
    """Somebody signed up."""
    return (await make.account()).id


async def test_the_id_is_sealed_and_only_its_end_is_shown() -> None:
    person = await identity.add_person(by=await account(), **PERSON)
    row = repr((await db.rows("SELECT * FROM person"))[0])
    assert PERSON["id_number"] not in row
    assert identity.masked_id(person) == "尾号 0012"
    assert person.proved_at is None


async def test_a_strangers_person_is_not_there() -> None:
    mine, stranger = await account(), await account()
    person = (await identity.add_person(by=mine, **PERSON)).id
    with pytest.raises(NotFound):
        await identity.person_for(stranger, person)
    with pytest.raises(NotFound):
        await identity.change_person(by=stranger, person=person, name="李四", relation="self")
    with pytest.raises(NotFound):
        await identity.remove_person(by=stranger, person=person)
    with pytest.raises(NotFound):
        await identity.person_for(mine, uuid4())
    assert (await identity.person_for(mine, person)).name == "张三丰"


async def test_oneself_stands_first_and_only_once() -> None:
    by = await account()
    await identity.add_person(by=by, **{**PERSON, "relation": "family", "id_number": make.id_number(7)})
    await identity.add_person(by=by, **PERSON)
    assert [person.relation for person in await identity.people_of(by)] == ["self", "family"]
    with pytest.raises(Refusal, match="本人"):
        await identity.add_person(by=by, **{**PERSON, "id_number": make.id_number(8)})


async def test_one_id_once_in_an_account_but_in_several_accounts() -> None:
    by = await account()
    await identity.add_person(by=by, **PERSON)
    with pytest.raises(Refusal, match="已经添加"):
        await identity.add_person(by=by, **{**PERSON, "relation": "family"})
    await identity.add_person(by=await account(), **PERSON)
    assert await count("person") == 2


async def test_the_same_person_added_in_two_tabs_is_one() -> None:
    by = await account()
    said = await asyncio.gather(
        *(identity.add_person(by=by, **PERSON) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(each, Refusal) for each in said) == 4
    assert await count("person") == 1


async def test_a_rotated_key_does_not_let_the_same_id_in_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    by = await account()
    await identity.add_person(by=by, **PERSON)
    rotate(monkeypatch)
    with pytest.raises(Refusal, match="已经添加"):
        await identity.add_person(by=by, **{**PERSON, "relation": "family"})


async def test_a_removed_person_is_gone_and_may_come_back() -> None:
    by = await account()
    person = (await identity.add_person(by=by, **PERSON)).id
    await identity.remove_person(by=by, person=person)
    assert await identity.people_of(by) == []
    with pytest.raises(NotFound):
        await identity.remove_person(by=by, person=person)
    assert (await identity.add_person(by=by, **PERSON)).id != person


async def test_another_id_is_another_person_so_that_nothing_booked_is_handed_on() -> None:
    by = await account()
    old = (await identity.add_person(by=by, **PERSON)).id
    await identity.change_person(
        by=by, person=old, name="李四", relation="self", id_type="taiwan", id_number="12345678"
    )
    with pytest.raises(NotFound):
        await identity.person_for(by, old)
    (new,) = await identity.people_of(by)
    assert (new.name, new.relation, identity.masked_id(new)) == ("李四", "self", "尾号 5678")


async def test_what_was_typed_may_be_changed_and_an_empty_number_keeps_the_id() -> None:
    by = await account()
    person = (await identity.add_person(by=by, **PERSON)).id
    await identity.change_person(by=by, person=person, name="张三", relation="self", elder=True)
    kept = await identity.person_for(by, person)
    assert (kept.name, kept.elder, identity.masked_id(kept)) == ("张三", True, "尾号 0012")


async def test_a_proved_name_and_id_are_not_the_citizens_to_change() -> None:
    by = await account()
    person = await identity.add_person(by=by, **PERSON)
    person.proved_at = await clock.now()
    await person.save()
    with pytest.raises(Refusal, match="窗口"):
        await identity.change_person(by=by, person=person.id, name="李四", relation="self")
    await identity.change_person(by=by, person=person.id, name="张三丰", relation="self", voice=True)
    assert (await identity.person_for(by, person.id)).voice


async def test_the_twenty_first_person_is_refused() -> None:
    by = await account()
    for n in range(20):
        await identity.add_person(by=by, **{**PERSON, "relation": "family", "id_number": make.id_number(n)})
    with pytest.raises(Refusal, match="20 位"):
        await identity.add_person(by=by, **{**PERSON, "id_number": make.id_number(21)})


async def test_a_verb_refuses_an_impossible_id_as_well() -> None:
    with pytest.raises(Refusal, match="有一位不对"):
        await identity.add_person(by=await account(), **{**PERSON, "id_number": "320681190001010013"})


async def test_every_change_leaves_an_event_without_personal_values() -> None:
    by = await account()
    person = (await identity.add_person(by=by, **PERSON)).id
    await identity.change_person(by=by, person=person, name="张三", relation="self")
    await identity.remove_person(by=by, person=person)
    events = await db.rows("SELECT * FROM identity_event ORDER BY at")
    assert [event["what"] for event in events] == ["person-added", "person-changed", "person-removed"]
    assert "张三" not in repr(events)
