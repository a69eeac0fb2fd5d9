"""The telephone desk: staff book, move and cancel for who calls, by the rules that hold online."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from backend import appointments, clock, db, identity, secrecy
from backend.identity.tables import Account
from backend.refusal import Denied, NotFound, Refusal
from tests import factories as make
from tests import world

PHONE = "10000007001"


def caller(n: int = 401, relation: str = "self", name: str = "王建国") -> identity.Typed:
    return identity.Typed(name, relation, "resident", make.id_number(n))


async def desk(role: str = "clerk", hall: str = world.HERE) -> UUID:
    return await world.staff(world.Who(role=role, hall=hall))


async def place(hall: str = world.HERE, capacity: int = 5) -> tuple[UUID, UUID, UUID]:
    """An item with two slots in a hall that has staff."""
    line = await make.line(await make.hall(code=hall))
    item, first = await make.item(line), await make.slot(line, capacity=capacity)
    return item.id, first.id, (await make.slot(line, time="11:00", capacity=capacity)).id


async def last_event(appointment: UUID) -> dict[str, Any]:
    found = await db.rows(
        "SELECT kind, by_account, by_staff, why, to_state FROM appointment_event WHERE appointment = $1"
        " ORDER BY at DESC, id LIMIT 1",
        appointment,
    )
    return found[0]


async def accounts(phone: str = PHONE) -> list[dict[str, Any]]:
    return await db.rows(
        "SELECT id, consented_at FROM account WHERE phone_index = ANY($1)", secrecy.blinds(phone)
    )


async def test_who_is_booked_for_by_somebody_else_must_have_agreed() -> None:
    item, slot, _ = await place()
    clerk = await desk()
    friend = caller(402, "authorised", "顾海燕")
    with pytest.raises(Refusal, match="本人同意"):
        await appointments.book_for_caller(slot, item, PHONE, friend, by=clerk)
    assert await accounts() == []
    booked = await appointments.book_for_caller(
        slot, item, PHONE, msgspec.structs.replace(friend, agreed=True), by=clerk
    )
    [person] = await identity.people_of(booked.booked_by)
    today = clock.local(await clock.now()).date()
    assert (person.relation, person.authorised_until) == ("authorised", today + dt.timedelta(days=365))


async def test_a_caller_without_an_account_gets_one_that_has_proved_nothing_yet() -> None:
    item, slot, _ = await place()
    clerk = await desk()
    booked = await appointments.book_for_caller(slot, item, PHONE, caller(), by=clerk, note="要轮椅")
    (account,) = await accounts()
    assert (booked.booked_by, account["consented_at"]) == (account["id"], None)
    person = (await identity.people_of(account["id"]))[0]
    assert (person.name, person.relation) == ("王建国", "self")
    assert person.proved_at is None
    event = await last_event(booked.id)
    assert (event["kind"], event["by_account"], event["by_staff"], event["why"]) == (
        "booked",
        None,
        clerk,
        "要轮椅",
    )
    told = await db.rows("SELECT kind FROM notice WHERE account = $1 ORDER BY kind", account["id"])
    assert [row["kind"] for row in told] == ["appointment-booked", "appointment-soon", "appointment-tomorrow"]
    assert (await db.rows("SELECT taken FROM slot WHERE id = $1", slot))[0]["taken"] == 1


async def test_who_signs_in_with_the_phone_later_finds_the_booking_and_reads_the_notice_first() -> None:
    item, slot, _ = await place()
    booked = await appointments.book_for_caller(slot, item, PHONE, caller(), by=await desk())
    sent = await identity.send_code(PHONE, "127.0.0.1")
    visitor = await identity.visitor_for(await identity.sign_in(PHONE, str(sent.code)))
    assert visitor is not None
    assert visitor.account is not None
    assert [row["id"] for row in await appointments.upcoming(visitor.account)] == [booked.id]
    (account,) = await accounts()
    assert account["consented_at"] is None
    history = await appointments.history(booked.id, by=visitor.account)
    assert history[0]["by_staff"]


async def test_a_known_phone_keeps_its_account_and_its_person() -> None:
    item, slot, later = await place()
    owner = await make.account(PHONE)
    me = await make.person(owner, make.id_number(401), name="王建国")
    clerk = await desk()
    first = await appointments.book_for_caller(slot, item, PHONE, caller(name="王健国"), by=clerk)
    assert (first.booked_by, first.person) == (owner.id, me.id)
    son = await appointments.book_for_caller(later, item, PHONE, caller(402, "family"), by=clerk)
    assert son.booked_by == owner.id
    assert len(await identity.people_of(owner.id)) == 2


async def test_a_person_of_the_account_is_chosen_without_typing_and_a_stranger_s_is_not_there() -> None:
    item, slot, _ = await place()
    owner = await make.account(PHONE)
    me, stranger = await make.person(owner), await make.person(await make.account())
    with pytest.raises(NotFound):
        await appointments.book_for_caller(slot, item, PHONE, stranger.id, by=await desk())
    booked = await appointments.book_for_caller(slot, item, PHONE, me.id, by=await desk())
    assert booked.person == me.id


async def test_a_refused_booking_leaves_no_account_and_no_person_behind() -> None:
    item, slot, _ = await place(capacity=1)
    clerk = await desk()
    await appointments.book_for_caller(slot, item, "10000007002", caller(410), by=clerk)
    with pytest.raises(Refusal, match="约满"):
        await appointments.book_for_caller(slot, item, PHONE, caller(), by=clerk)
    assert await accounts() == []


@pytest.mark.parametrize("role", ["auditor", "supervisor", "administrator", "agent", "officer"])
async def test_only_the_desk_books(role: str) -> None:
    item, slot, _ = await place()
    with pytest.raises(Denied):
        await appointments.book_for_caller(slot, item, PHONE, caller(), by=await desk(role))
    assert await accounts() == []


async def test_staff_book_move_and_cancel_only_in_their_own_hall() -> None:
    item, slot, later = await place()
    booked = await appointments.book_for_caller(slot, item, PHONE, caller(), by=await desk())
    elsewhere = await desk(hall=world.ELSEWHERE)
    with pytest.raises(NotFound):
        await appointments.book_for_caller(later, item, PHONE, caller(402, "family"), by=elsewhere)
    with pytest.raises(NotFound):
        await appointments.cancel_for_caller(booked.id, by=elsewhere, why="来电要求")
    with pytest.raises(NotFound):
        await appointments.move_for_caller(booked.id, later, by=elsewhere, why="来电要求")
    assert (await last_event(booked.id))["kind"] == "booked"


async def test_a_booking_is_not_moved_into_a_hall_that_is_not_theirs() -> None:
    item, slot, _ = await place()
    line = await make.line(await make.hall(code=world.ELSEWHERE))
    there = await make.slot(line)
    await db.rows(
        "INSERT INTO item_place (id, item, hall, line) VALUES ($1, $2, $3, $4)",
        uuid4(),
        item,
        line.hall,
        line.id,
    )
    booked = await appointments.book_for_caller(slot, item, PHONE, caller(), by=await desk())
    with pytest.raises(NotFound):
        await appointments.move_for_caller(booked.id, there.id, by=await desk(), why="来电要求")


async def test_the_rules_of_the_window_and_the_limits_hold_on_the_telephone_too() -> None:
    item, slot, later = await place()
    clerk = await desk()
    await appointments.book_for_caller(slot, item, PHONE, caller(), by=clerk)
    with pytest.raises(Refusal, match="这一天已经约过"):
        await appointments.book_for_caller(later, item, PHONE, caller(), by=clerk)
    await clock.move_to(make.MONDAY + dt.timedelta(days=1, hours=23))
    with pytest.raises(Refusal, match="提前"):
        await appointments.book_for_caller(slot, item, PHONE, caller(403, "family"), by=clerk)


async def test_a_second_self_is_refused_with_a_way_out() -> None:
    item, slot, later = await place()
    clerk = await desk()
    await appointments.book_for_caller(slot, item, PHONE, caller(), by=clerk)
    with pytest.raises(Refusal, match="家人"):
        await appointments.book_for_caller(later, item, PHONE, caller(404), by=clerk)


async def test_a_caller_moves_and_cancels_even_when_online_it_is_too_late() -> None:
    item, slot, _ = await place()
    clerk = await desk()
    booked = await appointments.book_for_caller(slot, item, PHONE, caller(), by=clerk)
    starts = (await db.rows("SELECT starts_at FROM slot WHERE id = $1", slot))[0]["starts_at"]
    await clock.move_to(starts - dt.timedelta(minutes=10))
    with pytest.raises(Refusal, match="打电话"):
        await appointments.cancel(booked.id, by=booked.booked_by)
    await appointments.cancel_for_caller(booked.id, by=clerk, why="来电要求")
    event = await last_event(booked.id)
    assert (event["kind"], event["by_staff"], event["by_account"], event["why"]) == (
        "cancelled",
        clerk,
        None,
        "来电要求",
    )
    with pytest.raises(Refusal):
        await appointments.cancel_for_caller(booked.id, by=clerk, why="来电要求")


async def test_what_is_over_is_not_changed_any_more() -> None:
    item, slot, later = await place()
    booked = await appointments.book_for_caller(slot, item, PHONE, caller(), by=await desk())
    await clock.move_to(make.MONDAY + dt.timedelta(days=2, hours=1))
    for verb in (
        appointments.cancel_for_caller(booked.id, by=await desk(), why="x"),
        appointments.move_for_caller(booked.id, later, by=await desk(), why="x"),
    ):
        with pytest.raises(Refusal, match="过了"):
            await verb


async def test_a_move_keeps_the_number_takes_the_place_and_is_told() -> None:
    item, slot, later = await place()
    clerk = await desk()
    booked = await appointments.book_for_caller(slot, item, PHONE, caller(), by=clerk)
    await appointments.move_for_caller(booked.id, later, by=clerk, why="上午来不了")
    row = (await db.rows("SELECT number, slot FROM appointment WHERE id = $1", booked.id))[0]
    assert (row["number"], row["slot"]) == (booked.number, later)
    assert (await last_event(booked.id))["why"] == "上午来不了"
    told = await db.rows("SELECT kind FROM notice WHERE kind = 'appointment-moved'")
    assert len(told) == 1


async def test_one_phone_called_in_by_two_clerks_at_once_becomes_one_account() -> None:
    item, slot, later = await place()
    clerk, guide = await desk(), await desk("guide")
    made = await asyncio.gather(
        *(
            appointments.book_for_caller(at, item, PHONE, caller(420 + n, "family"), by=by)
            for n, (at, by) in enumerate([(slot, clerk), (later, guide), (slot, guide), (later, clerk)])
        )
    )
    assert len(await accounts()) == 1
    assert len({one.booked_by for one in made}) == 1


async def test_the_last_place_goes_to_the_caller_or_to_who_books_online_never_to_both() -> None:
    item, slot, _ = await place(capacity=1)
    owner, me = await make.citizen()
    clerk = await desk()
    tries = [
        appointments.book(slot, item, me.id, by=owner.id),
        *(
            appointments.book_for_caller(slot, item, f"1000000710{n}", caller(430 + n), by=clerk)
            for n in range(5)
        ),
    ]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in done) == 1
    assert all(isinstance(one, Refusal) for one in done if isinstance(one, BaseException))
    online = not isinstance(done[0], BaseException)
    assert await Account.count() == (1 if online else 2), "who lost left nothing behind"


async def test_an_impossible_id_is_refused() -> None:
    item, slot, _ = await place()
    wrong = identity.Typed("王建国", "self", "resident", "320681190001010011")
    with pytest.raises(Refusal, match="证件号"):
        await appointments.book_for_caller(slot, item, PHONE, wrong, by=await desk())
    assert await accounts() == []


async def test_yes_on_the_telephone_is_written_with_who_took_it_and_said_twice_is_once() -> None:
    found = await world.build()
    out, clerk = UUID(found.own["moved_out"]), await desk()
    await appointments.accept_for_caller(out, by=clerk)
    event = await last_event(out)
    assert (event["kind"], event["by_staff"], event["by_account"]) == ("moved", clerk, None)
    before = await world.everything()
    await appointments.accept_for_caller(out, by=clerk)
    assert await world.everything() == before


async def test_a_place_kept_too_long_is_not_taken_on_the_telephone_and_not_by_another_hall() -> None:
    found = await world.build()
    out = UUID(found.own["moved_out"])
    with pytest.raises(NotFound):
        await appointments.accept_for_caller(out, by=await desk(hall=world.ELSEWHERE))
    with pytest.raises(Denied):
        await appointments.accept_for_caller(out, by=await desk("auditor"))
    await clock.move_to(make.MONDAY + dt.timedelta(days=7))
    with pytest.raises(Refusal, match="让给了别人"):
        await appointments.accept_for_caller(out, by=await desk())


async def test_a_number_idle_for_long_shows_nobody_s_people_and_leads_to_a_new_account() -> None:
    # A number unused so long may have a new owner: the former owner's people are none of theirs.
    item, slot, later_slot = await place()
    clerk = await desk()
    first = await appointments.book_for_caller(slot, item, PHONE, caller(), by=clerk)
    await Account.update({Account.seen_at: await clock.now() - dt.timedelta(days=400)}, force=True)
    assert await identity.people_of_phone(PHONE) == []
    second = await appointments.book_for_caller(later_slot, item, PHONE, caller(403, name="施海燕"), by=clerk)
    assert second.booked_by != first.booked_by
    assert [one.name for one in await identity.people_of_phone(PHONE)] == ["施海燕"]


async def test_who_is_still_the_owner_of_an_idle_number_keeps_the_account_by_their_id() -> None:
    item, slot, later_slot = await place()
    clerk = await desk()
    first = await appointments.book_for_caller(slot, item, PHONE, caller(), by=clerk)
    await Account.update({Account.seen_at: await clock.now() - dt.timedelta(days=400)}, force=True)
    await appointments.cancel_for_caller(first.id, by=clerk, why="来电要求")
    second = await appointments.book_for_caller(later_slot, item, PHONE, caller(), by=clerk)
    assert second.booked_by == first.booked_by
