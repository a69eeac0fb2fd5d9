"""At the counter: an ID is checked, a phone number is seen in clear for a reason; both are written down."""

import asyncio
from uuid import UUID, uuid4

import pytest

from backend import db, identity
from backend.identity.tables import Account, Person
from backend.refusal import Denied, NotFound, Refusal
from tests import factories as make
from tests.world import ELSEWHERE, HERE, Who, staff

MAY = ("manager", "guide", "clerk", "desk")
MAY_NOT = ("administrator", "supervisor", "auditor", "agent", "officer")


@pytest.fixture(autouse=True)
async def halls(fresh: None) -> None:
    """Two halls."""
    await make.hall(code=HERE)
    await make.hall(code=ELSEWHERE)


async def clerk(role: str = "clerk", hall: str = HERE) -> UUID:
    """Somebody of a hall."""
    return await staff(Who(role=role, hall=hall))


async def events(what: str) -> list[dict]:
    """What was written down of this kind."""
    return await db.rows("SELECT * FROM identity_event WHERE what = $1", what)


async def proved(person: Person) -> object:
    """When the person's ID was checked."""
    return (await db.rows("SELECT proved_at FROM person WHERE id = $1", person.id))[0]["proved_at"]


@pytest.mark.parametrize("role", MAY)
async def test_the_counter_says_that_an_id_was_checked_and_who_said_so(role: str) -> None:
    owner, somebody = await make.citizen()
    by = await clerk(role)
    await identity.prove(somebody.id, by)
    assert await proved(somebody)
    found = await events("id-proved")
    assert [(row["account"], row["person"], row["by_staff"]) for row in found] == [
        (owner.id, somebody.id, by)
    ]


async def test_two_clerks_at_once_prove_an_id_once() -> None:
    _, somebody = await make.citizen()
    by = await clerk()
    await asyncio.gather(*(identity.prove(somebody.id, by) for _ in range(4)))
    assert len(await events("id-proved")) == 1


async def test_a_proved_name_is_no_longer_the_citizen_s_to_change() -> None:
    owner, somebody = await make.citizen()
    await identity.prove(somebody.id, await clerk())
    with pytest.raises(Refusal, match="核验过"):
        await identity.change_person(owner.id, somebody.id, "张四丰", "self")


async def test_somebody_removed_can_still_be_proved() -> None:
    owner, somebody = await make.citizen()
    await identity.remove_person(owner.id, somebody.id)
    await identity.prove(somebody.id, await clerk())
    assert await proved(somebody)


async def test_nobody_is_proved_who_is_not_there() -> None:
    with pytest.raises(NotFound):
        await identity.prove(uuid4(), await clerk())


@pytest.mark.parametrize("role", MAY_NOT)
async def test_other_roles_prove_no_id_and_see_no_number(role: str) -> None:
    owner, somebody = await make.citizen()
    by = await clerk(role)
    with pytest.raises(Denied):
        await identity.prove(somebody.id, by)
    with pytest.raises(Denied):
        await identity.unmask_phone(owner.id, by, "打电话通知改期")
    assert await proved(somebody) is None
    assert await events("phone-unmasked") == []


async def test_where_a_hall_is_named_only_its_own_staff_may() -> None:
    owner, somebody = await make.citizen()
    by = await clerk(hall=ELSEWHERE)
    with pytest.raises(NotFound):
        await identity.prove(somebody.id, by, hall=HERE)
    with pytest.raises(NotFound):
        await identity.unmask_phone(owner.id, by, "打电话通知改期", hall=HERE)
    await identity.prove(somebody.id, by, hall=ELSEWHERE)
    assert await proved(somebody)


async def test_a_number_is_seen_for_a_reason_that_is_written_down() -> None:
    owner = await make.account("10000000008")
    by = await clerk()
    assert await identity.unmask_phone(owner.id, by, " 打电话通知改期 ") == "10000000008"
    found = await events("phone-unmasked")
    assert [(row["account"], row["by_staff"], row["why"]) for row in found] == [
        (owner.id, by, "打电话通知改期")
    ]
    assert "10000000008" not in repr(found)


@pytest.mark.parametrize("reason", ["", "   ", "看", "长" * 201])
async def test_without_a_reason_no_number_is_shown(reason: str) -> None:
    owner = await make.account()
    with pytest.raises(Refusal, match="为什么"):
        await identity.unmask_phone(owner.id, await clerk(), reason)
    assert await events("phone-unmasked") == []


async def test_a_number_that_went_to_somebody_else_is_not_shown() -> None:
    owner = await make.account()
    await Account.update({Account.phone_index: None}).where(Account.id == owner.id)
    with pytest.raises(Refusal, match="换了主人"):
        await identity.unmask_phone(owner.id, await clerk(), "打电话通知改期")
    with pytest.raises(NotFound):
        await identity.unmask_phone(uuid4(), await clerk(), "打电话通知改期")
