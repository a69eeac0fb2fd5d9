"""The waiting list: a place that came free goes to the next, by day, for ten minutes."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from backend import appointments, clock, db
from backend.appointments.places import SlotFull
from backend.appointments.tables import Appointment, Pause, PlaceHold, Policy, Slot, Waiting
from backend.catalog.tables import Hall, Item
from backend.identity.sessions import open_session
from backend.identity.tables import Account, Person
from backend.notify.tables import Notice
from backend.refusal import NotFound, Refusal
from tests import factories as make
from tests.races.people import miscounted

NIGHT = dt.datetime(2026, 11, 23, 22, tzinfo=clock.SHANGHAI)
MORNING = dt.datetime(2026, 11, 24, 8, tzinfo=clock.SHANGHAI)


class Full(msgspec.Struct):
    """A slot whose only place somebody holds."""

    item: Item
    hall: Hall
    slot: Slot
    held: Appointment
    owner: Account

    async def join(self, days: list[dt.date] | None = None) -> tuple[Waiting, Account]:
        """Somebody else begins to wait."""
        account, person = await make.citizen()
        days = days if days is not None else [self.slot.day]
        return await appointments.join(self.item.id, self.hall.code, days, person.id, by=account.id), account

    async def free(self) -> None:
        """Who holds the place cancels, and a worker looks."""
        await appointments.cancel(self.held.id, by=self.owner.id)
        await self.pass_on()

    async def pass_on(self) -> None:
        """A worker looks."""
        await appointments.pass_on(UUID(str(self.slot.line)))


async def full() -> Full:
    hall = await make.hall()
    line = await make.line(hall)
    item, slot = await make.item(line), await make.slot(line, capacity=1)
    owner, person = await make.citizen()
    held = await appointments.book(slot.id, item.id, person.id, by=owner.id)
    return Full(item, hall, slot, held, owner)


async def stands(waiting: Waiting) -> str:
    row = await Waiting.select(Waiting.state).where(Waiting.id == waiting.id).first()
    return str(row and row["state"])


async def later(**span: Any) -> None:
    await clock.move_to(await clock.now() + dt.timedelta(**span))


async def beside(here: Full) -> Slot:
    """Another slot of the line, right after the full one."""
    line = (await db.rows("SELECT line FROM slot WHERE id = $1", here.slot.id))[0]["line"]
    other = Slot(hall=here.hall.id, line=line, day=here.slot.day, offered=1, capacity=1,
                 starts_at=here.slot.ends_at, ends_at=here.slot.ends_at + dt.timedelta(minutes=30))  # fmt: skip
    await Slot.insert(other)
    return other


async def person_of(waiting: Waiting) -> Person:
    """For whom somebody waits."""
    return await Person.objects().get(Person.id == waiting.person)  # type: ignore[return-value]


async def booked_besides(
    here: Full, waiting: Waiting, account: Account, days: int, person: Any = None
) -> Appointment:
    """The same matter so many days after the full day, for whom somebody waits or another of their people."""
    slot = await make.slot_like(here.slot, here.slot.day + dt.timedelta(days=days))
    return await appointments.book(slot.id, here.item.id, person or waiting.person, by=account.id)


async def test_a_freed_place_is_offered_to_the_next_and_claimed_with_one_tap():
    here = await full()
    first, account = await here.join()
    second, _ = await here.join()
    await here.free()
    assert [await stands(first), await stands(second)] == ["offered", "waiting"]
    booked = await appointments.claim(first.id, by=account.id)
    assert booked.slot == here.slot.id
    assert [await stands(first), await make.taken(here.slot)] == ["booked", 1]
    assert await miscounted() == []


async def test_the_offer_is_told_with_its_end_and_is_no_use_after_it():
    here = await full()
    waiting, account = await here.join()
    await here.free()
    told = await Notice.select().where(Notice.about == waiting.id).first()
    assert told
    assert (told["kind"], told["account"]) == ("waiting-offered", account.id)
    lasts = told["useless_after"] - told["created_at"]
    assert dt.timedelta(minutes=9, seconds=50) < lasts <= dt.timedelta(minutes=10)


async def test_nobody_else_gets_the_place_while_it_is_offered():
    here = await full()
    await here.join()
    await here.free()
    stranger, person = await make.citizen()
    with pytest.raises(SlotFull):
        await appointments.book(here.slot.id, here.item.id, person.id, by=stranger.id)


async def test_an_offer_that_lapses_passes_on_and_who_let_it_lapse_waits_behind():
    here = await full()
    first, account = await here.join()
    second, _ = await here.join()
    await here.free()
    await later(minutes=10, seconds=1)
    with pytest.raises(Refusal, match="让给下一位"):
        await appointments.claim(first.id, by=account.id)
    await here.pass_on()
    assert [await stands(first), await stands(second)] == ["waiting", "offered"]
    rows = await Waiting.select(Waiting.id).order_by(Waiting.queued_at)
    assert [row["id"] for row in rows] == [second.id, first.id]


async def test_when_all_let_it_lapse_everybody_may_book_it_once_it_has_rested():
    here = await full()
    waiting, _ = await here.join()
    await here.free()
    await later(minutes=11)
    await here.pass_on()
    assert [await stands(waiting), await make.taken(here.slot)] == ["waiting", 1]
    await later(minutes=20)
    await here.pass_on()
    assert [await stands(waiting), await make.taken(here.slot)] == ["waiting", 0]


async def test_an_accomplice_who_leaves_does_not_shorten_the_rest_of_a_place_given_up():
    here = await full()
    waiting, account = await here.join()
    await here.free()
    await appointments.leave(waiting.id, by=account.id)
    await here.pass_on()
    await later(minutes=29)
    await here.pass_on()
    assert await make.taken(here.slot) == 1, "it rests from when it was given up, whoever was asked meanwhile"
    await later(minutes=2)
    await here.pass_on()
    assert await make.taken(here.slot) == 0
    assert await miscounted() == []


async def test_a_place_that_passed_through_many_hands_rests_no_longer_than_its_half_hour():
    here = await full()
    waits = [await here.join() for _ in range(2)]
    await here.free()
    for _ in range(3):
        await later(minutes=10, seconds=10)
        await here.pass_on()
    assert [await stands(waiting) for waiting, _ in waits] == ["waiting", "waiting"]
    assert await make.taken(here.slot) == 0


async def test_one_freeing_is_offered_once_and_a_new_cancellation_is_a_new_chance():
    here = await full()
    waiting, account = await here.join()
    await here.free()
    await later(minutes=31)
    await here.pass_on()
    await here.pass_on()
    assert [await stands(waiting), await make.taken(here.slot)] == ["waiting", 0]
    owner, person = await make.citizen()
    again = await appointments.book(here.slot.id, here.item.id, person.id, by=owner.id)
    await appointments.cancel(again.id, by=owner.id)
    await here.pass_on()
    assert await stands(waiting) == "offered"
    booked = await appointments.claim(waiting.id, by=account.id)
    assert booked.slot == here.slot.id


async def test_who_gave_it_up_may_go_back_while_it_rests_though_somebody_let_it_lapse():
    here = await full()
    waiting, account = await here.join()
    other = await beside(here)
    await appointments.move(here.held.id, other.id, by=here.owner.id)
    await here.pass_on()
    await appointments.leave(waiting.id, by=account.id)
    await appointments.move(here.held.id, here.slot.id, by=here.owner.id)
    assert [await make.taken(here.slot), await make.taken(other)] == [1, 1]
    assert await miscounted() == []


async def test_a_wait_says_which_of_its_days_have_places_free_for_everybody():
    here = await full()
    waiting, account = await here.join()
    assert (await appointments.show_wait(waiting.id, by=account.id))["free"] == []
    await here.free()
    await later(minutes=31)
    await here.pass_on()
    shown = await appointments.show_wait(waiting.id, by=account.id)
    assert shown["free"] == [{"day": here.slot.day, "free": 1}]


async def test_leaving_passes_an_offer_on():
    here = await full()
    first, account = await here.join()
    second, _ = await here.join()
    await here.free()
    await appointments.leave(first.id, by=account.id)
    await here.pass_on()
    assert [await stands(first), await stands(second)] == ["left", "offered"]


async def test_at_night_nothing_is_offered_and_the_place_rests_until_the_morning():
    here = await full()
    waiting, _ = await here.join()
    await clock.move_to(NIGHT)
    await here.free()
    await later(hours=2)
    await here.pass_on()
    assert [await stands(waiting), await make.taken(here.slot)] == ["waiting", 1]
    await clock.move_to(MORNING)
    await here.pass_on()
    assert await stands(waiting) == "offered"


async def test_without_anybody_waiting_a_cancelled_place_stays_frozen_for_half_an_hour():
    here = await full()
    await here.free()
    assert await make.taken(here.slot) == 1
    await later(minutes=29)
    await here.pass_on()
    assert await make.taken(here.slot) == 1
    await later(minutes=2)
    await here.pass_on()
    assert await make.taken(here.slot) == 0
    assert await miscounted() == []


async def test_a_place_that_more_counters_opened_is_offered_too():
    here = await full()
    waiting, _ = await here.join()
    await Slot.update({Slot.offered: 2, Slot.capacity: 2}).where(Slot.id == here.slot.id)
    await here.pass_on()
    assert [await stands(waiting), await make.taken(here.slot)] == ["offered", 2]


async def test_a_place_of_a_closed_slot_is_offered_to_nobody():
    here = await full()
    waiting, _ = await here.join()
    await Slot.update({Slot.offered: 0}).where(Slot.id == here.slot.id)
    await here.free()
    assert [await stands(waiting), await make.taken(here.slot)] == ["waiting", 0]


async def test_who_moved_away_may_go_back_while_the_place_rests():
    here = await full()
    other = await beside(here)
    await appointments.move(here.held.id, other.id, by=here.owner.id)
    await appointments.move(here.held.id, here.slot.id, by=here.owner.id)
    assert [await make.taken(here.slot), await make.taken(other)] == [1, 1]
    assert await miscounted() == []


async def test_the_days_of_a_wait_go_by_and_it_is_told():
    here = await full()
    waiting, account = await here.join()
    await clock.move_to(clock.at(here.slot.day + dt.timedelta(days=1), dt.time(9)))
    await here.pass_on()
    assert await stands(waiting) == "over"
    told = await Notice.select(Notice.kind, Notice.account).where(Notice.about == waiting.id)
    assert told == [{"kind": "waiting-over", "account": account.id}]


async def test_who_booked_the_same_matter_that_day_meanwhile_is_passed_over():
    here = await full()
    first, account = await here.join()
    second, _ = await here.join()
    other = await beside(here)
    person = (await db.rows("SELECT person FROM waiting WHERE id = $1", first.id))[0]["person"]
    await appointments.book(other.id, here.item.id, person, by=account.id)
    await here.free()
    assert [await stands(first), await stands(second)] == ["waiting", "offered"]


async def test_who_reached_a_limit_meanwhile_is_passed_over_and_keeps_their_turn():
    here = await full()
    await Policy.update({Policy.active_per_person: 2}).where(Policy.group == "default")
    first, account = await here.join()
    second, _ = await here.join()
    held = [await booked_besides(here, first, account, days) for days in (1, 2)]
    await here.free()
    assert [await stands(first), await stands(second)] == ["waiting", "offered"]
    await appointments.cancel(held[0].id, by=account.id)
    await later(minutes=11)
    await here.pass_on()
    assert [await stands(first), await stands(second)] == ["offered", "waiting"]
    assert (await appointments.claim(first.id, by=account.id)).slot == here.slot.id


@pytest.mark.parametrize(
    "limits",
    [
        {Policy.active_per_person: 20, Policy.month_per_person: 2},
        {Policy.active_per_person: 1, Policy.account_factor: 2},
        {Policy.active_per_person: 20, Policy.month_per_person: 1, Policy.account_factor: 2},
    ],
)
async def test_the_other_limits_are_counted_as_booking_counts_them(limits: dict[Any, Any]):
    here = await full()
    waiting, account = await here.join()
    of_account = Policy.account_factor in limits
    for days in (1, 2):
        somebody = await make.person(account, relation="family", name="李四") if of_account else None
        await booked_besides(here, waiting, account, days, somebody and somebody.id)
    await Policy.update({Policy.account_factor: 20, **limits}).where(Policy.group == "default")
    await here.free()
    assert await stands(waiting) == "waiting"


async def test_limits_of_another_group_pass_nobody_over():
    here = await full()
    await Policy.update({Policy.active_per_person: 1}).where(Policy.group == "default")
    waiting, account = await here.join()
    await Item.update({Item.policy_group: "other"}).where(Item.id == here.item.id)
    line = await make.line(await make.hall())
    at, slot = await make.item(line, policy_group="default"), await make.slot(line)
    await make.held(slot, at, account, await person_of(waiting))
    await here.free()
    assert await stands(waiting) == "offered"


async def test_who_is_paused_meanwhile_is_passed_over_until_it_is_lifted():
    here = await full()
    first, account = await here.join()
    second, _ = await here.join()
    until = here.slot.day + dt.timedelta(days=30)
    pause = Pause(hall=here.hall.id, account=account.id, since=await clock.now(), until=until)
    await Pause.insert(pause)
    await here.free()
    assert [await stands(first), await stands(second)] == ["waiting", "offered"]
    await Pause.update({Pause.state: "lifted"}).where(Pause.id == pause.id)
    await later(minutes=11)
    await here.pass_on()
    assert [await stands(first), await stands(second)] == ["offered", "waiting"]


async def test_a_place_that_nobody_who_waits_may_book_is_free_for_everybody_once_it_has_rested():
    here = await full()
    await Policy.update({Policy.active_per_person: 1}).where(Policy.group == "default")
    waiting, account = await here.join()
    await booked_besides(here, waiting, account, 1)
    await here.free()
    assert [await stands(waiting), await make.taken(here.slot)] == ["waiting", 1]
    await later(minutes=31)
    await here.pass_on()
    assert [await stands(waiting), await make.taken(here.slot)] == ["waiting", 0]
    assert await miscounted() == []


@pytest.mark.parametrize(
    ("days", "sentence"),
    [([], "至少选一天"), ([dt.date(2026, 11, 22)], "不能候补"), ([dt.date(2027, 3, 1)], "不能候补")],
)
async def test_days_that_cannot_be_waited_for_are_refused(days, sentence):
    here = await full()
    with pytest.raises(Refusal, match=sentence):
        await here.join(days)


async def test_a_day_with_places_free_is_booked_not_waited_for():
    here = await full()
    await Slot.update({Slot.offered: 2, Slot.capacity: 2}).where(Slot.id == here.slot.id)
    with pytest.raises(Refusal, match="还有空位"):
        await here.join()


async def test_waiting_twice_for_one_matter_is_refused_and_so_are_too_many():
    here = await full()
    owner, person = await make.citizen()
    await appointments.join(here.item.id, here.hall.code, [here.slot.day], person.id, by=owner.id)
    with pytest.raises(Refusal, match="已经在候补"):
        await appointments.join(here.item.id, here.hall.code, [here.slot.day], person.id, by=owner.id)
    await Policy.update({Policy.active_per_person: 1}).where(Policy.group == "default")
    with pytest.raises(Refusal, match="候补已经够多"):
        await appointments.join(here.item.id, here.hall.code, [here.slot.day], person.id, by=owner.id)


async def test_a_stranger_can_neither_see_claim_nor_leave_it():
    here = await full()
    waiting, _ = await here.join()
    await here.free()
    stranger, _ = await make.citizen()
    for attempt in (appointments.claim, appointments.leave, appointments.show_wait):
        with pytest.raises(NotFound):
            await attempt(waiting.id, by=stranger.id)


async def test_claiming_twice_at_once_books_once():
    here = await full()
    waiting, account = await here.join()
    await here.free()
    outcomes = await asyncio.gather(
        *(appointments.claim(waiting.id, by=account.id) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(outcome, Appointment) for outcome in outcomes) == 1
    assert all(isinstance(outcome, Appointment | Refusal) for outcome in outcomes)
    assert await miscounted() == []


async def test_many_looking_at_once_offer_a_place_once():
    here = await full()
    waits = [await here.join() for _ in range(3)]
    await appointments.cancel(here.held.id, by=here.owner.id)
    await asyncio.gather(*(here.pass_on() for _ in range(6)))
    assert sorted([await stands(waiting) for waiting, _ in waits]) == ["offered", "waiting", "waiting"]
    assert await PlaceHold.count().where(PlaceHold.ended_at.is_null()) == 1
    assert await miscounted() == []


async def test_a_claimed_wait_leads_to_its_voucher_also_after_a_move(client: httpx.AsyncClient):
    here = await full()
    waiting, account = await here.join()
    await here.free()
    booked = await appointments.claim(waiting.id, by=account.id)
    await appointments.move(booked.id, (await beside(here)).id, by=account.id)
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=account.id))
    assert f'href="/appointments/{booked.id}"' in (await client.get(f"/waiting/{waiting.id}")).text


async def test_a_claim_that_a_limit_refuses_says_so_and_leads_to_ones_bookings(client: httpx.AsyncClient):
    here = await full()
    await Policy.update({Policy.active_per_person: 1}).where(Policy.group == "default")
    waiting, account = await here.join()
    await here.free()
    await booked_besides(here, waiting, account, 1)
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=account.id))
    answer = await client.post(f"/waiting/{waiting.id}/claim")
    said = answer.text.partition('role="alert"')[2].partition("</section>")[0]
    assert answer.status_code == 409
    assert "最多同时有 1 个" in said
    assert '<a href="/appointments">' in said


async def test_a_second_tap_on_what_was_claimed_leads_to_its_voucher(client: httpx.AsyncClient):
    here = await full()
    waiting, account = await here.join()
    await here.free()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=account.id))
    first, second = [await client.post(f"/waiting/{waiting.id}/claim") for _ in range(2)]
    booked = (await appointments.upcoming(account.id))[0]["id"]
    assert (first.status_code, first.headers["location"]) == (303, f"/appointments/{booked}/materials")
    assert (second.status_code, second.headers["location"]) == (303, f"/appointments/{booked}")
    assert await miscounted() == []


async def test_days_that_went_by_are_no_longer_listed(client: httpx.AsyncClient):
    here = await full()
    next_day = await make.slot_like(here.slot, here.slot.day + dt.timedelta(days=1))
    await Slot.update({Slot.taken: Slot.offered}).where(Slot.id == next_day.id)
    waiting, account = await here.join([here.slot.day, next_day.day])
    await clock.move_to(clock.at(next_day.day, dt.time(7)))
    assert (await appointments.show_wait(waiting.id, by=account.id))["days"] == [next_day.day]
    assert (await appointments.waits(account.id))[0]["days"] == [next_day.day]


async def test_the_page_of_a_wait_says_that_a_day_is_free_and_leads_there(client: httpx.AsyncClient):
    here = await full()
    waiting, account = await here.join()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=account.id))
    page = (await client.get(f"/waiting/{waiting.id}")).text
    assert "下一个就是你" in page
    await here.free()
    offered = (await client.get(f"/waiting/{waiting.id}")).text
    assert f'action="/waiting/{waiting.id}/claim"' in offered.partition('class="action"')[2]
    await later(minutes=31)
    await here.pass_on()
    page = (await client.get(f"/waiting/{waiting.id}")).text
    assert "下一个就是你" not in page
    assert "现在就有空位" in page
    assert f"day={here.slot.day}" in page.partition('class="action"')[2]
    way = (await client.get(f"/waiting/{waiting.id}/way")).text
    assert "直接约 后天" in way


async def test_the_form_of_a_wait_marks_the_days_when_none_is_ticked(client: httpx.AsyncClient):
    here = await full()
    owner, person = await make.citizen()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=owner.id))
    form = {"item": str(here.item.id), "hall": here.hall.code, "person": str(person.id)}
    answer = await client.post("/waiting", data=form)
    assert (answer.status_code, 'id="wrong-days"' in answer.text) == (422, True)


async def test_an_offer_never_outlives_its_slot() -> None:
    here = await full()
    await Policy.update({Policy.notice_minutes: 0, Policy.offer_minutes: 120}, force=True)
    waiting, account = await here.join()
    await clock.move_to(here.slot.starts_at - dt.timedelta(minutes=20))
    await Policy.update({Policy.cancel_until_minutes: 0}, force=True)
    await here.free()
    offer = await PlaceHold.objects().where(PlaceHold.waiting == waiting.id).first()
    assert offer
    assert offer.until == here.slot.starts_at
    await clock.move_to(here.slot.starts_at + dt.timedelta(minutes=1))
    with pytest.raises(Refusal):
        await appointments.claim(waiting.id, by=account.id)
