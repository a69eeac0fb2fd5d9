"""Closing a stretch of a day: who is pushed out, what each is offered, what they answer, and undoing it."""

import asyncio
import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from backend import appointments, clock, db, notify
from backend.appointments import closing_undo
from backend.appointments.affected import Stretch, preview
from backend.appointments.tables import Appointment, Closing, Policy, Slot
from backend.catalog.tables import Hall
from backend.refusal import Denied, NotFound, Refusal
from tests import factories as make
from tests import world
from tests.races.people import miscounted
from tests.races.processes import until

THURSDAY = dt.date(2026, 11, 26)
NOON = dt.time(12)
WHY = "供电检修"


@pytest.fixture
async def hall() -> dict[str, Any]:
    """A hall whose one line offers four places each half hour, and its manager."""
    place = await make.hall(code=world.HERE)
    at = await make.line(place)
    item = await make.item(at)
    for weekday in range(1, 6):
        await make.template(at, weekday, "09:00", "11:00", counters=4, online_percent=50)
        await make.template(at, weekday, "13:30", "15:30", counters=4, online_percent=50)
    await appointments.fill()
    by = await world.staff(world.MANAGER)
    return {"hall": place.id, "line": at, "item": item, "by": by}


def afternoon(hall: dict[str, Any], counters: int = 0, day: dt.date = THURSDAY) -> Stretch:
    return Stretch(UUID(str(hall["hall"])), None, day, NOON, None, counters)


async def slot(hall: dict[str, Any], time: str, day: dt.date = THURSDAY) -> Slot:
    at = clock.at(day, dt.time.fromisoformat(time))
    found = await Slot.objects().where(Slot.line == hall["line"].id, Slot.starts_at == at).first()
    assert found
    return found


async def booked(hall: dict[str, Any], time: str, day: dt.date = THURSDAY) -> tuple[Appointment, UUID]:
    owner, somebody = await make.citizen()
    found = await appointments.book(
        (await slot(hall, time, day)).id, hall["item"].id, somebody.id, by=owner.id
    )
    return found, UUID(str(owner.id))


async def close(hall: dict[str, Any], stretch: Stretch | None = None) -> UUID:
    """Close and treat everybody."""
    closing = await appointments.close(stretch or afternoon(hall), WHY, by=hall["by"])
    await treat(closing)
    return closing


async def treat(closing: UUID) -> None:
    while await appointments.carry_on(closing):
        pass


async def relocations(closing: UUID) -> list[dict[str, Any]]:
    return await db.rows(
        "SELECT r.*, n.starts_at AS new_at FROM relocation r JOIN appointment a ON a.id = r.appointment"
        " LEFT JOIN slot n ON n.id = r.new_slot WHERE r.closing = $1 ORDER BY a.created_at",
        closing,
    )


async def states(closing: UUID) -> list[str]:
    return [row["state"] for row in await relocations(closing)]


async def state_of(closing: UUID) -> str:
    found = await Closing.select(Closing.state).where(Closing.id == closing).first()
    return str(found and found["state"])


async def titles(account: UUID) -> list[str]:
    await notify.sweep()
    return [row["title"] for row in await notify.inbox(by=account)]


async def bodies(account: UUID) -> str:
    await notify.sweep()
    return " ".join(row["body"] for row in await notify.inbox(by=account))


def at(time: str, day: dt.date = THURSDAY) -> dt.datetime:
    return clock.at(day, dt.time.fromisoformat(time))


# --- who is affected ---


async def test_a_booking_that_is_asked_to_move_is_no_reason_to_keep_away_from_its_time(
    hall: dict[str, Any],
) -> None:
    held, owner = await booked(hall, "14:00")
    look = partial(appointments.same_day, UUID(str(held.person)), THURSDAY, by=owner)
    assert [row["id"] for row in await look()] == [held.id]
    closing = await close(hall)
    assert await look() == []
    await appointments.accept(held.id, by=owner)
    [moved] = await relocations(closing)
    again = await appointments.same_day(UUID(str(held.person)), clock.local(moved["new_at"]).date(), by=owner)
    assert [row["starts_at"] for row in again] == [moved["new_at"]]


async def test_a_closed_afternoon_pushes_out_everybody_of_it_and_nobody_of_the_morning(
    hall: dict[str, Any],
) -> None:
    first, _ = await booked(hall, "14:00")
    await booked(hall, "10:00")
    closing = await appointments.close(afternoon(hall), WHY, by=hall["by"])
    assert [row["appointment"] for row in await relocations(closing)] == [first.id]
    assert (await slot(hall, "14:00")).offered == 0
    assert (await slot(hall, "10:00")).offered > 0
    assert await miscounted() == []


async def test_fewer_counters_push_out_those_who_booked_last(hall: dict[str, Any]) -> None:
    made = [(await booked(hall, "14:00"))[0] for _ in range(4)]
    seen = await preview(afternoon(hall, counters=2))
    assert [one["id"] for one in seen.people] == [one.id for one in made[2:]]
    closing = await appointments.close(afternoon(hall, counters=2), WHY, by=hall["by"])
    assert [row["appointment"] for row in await relocations(closing)] == [one.id for one in made[2:]]
    assert (await slot(hall, "14:00")).offered == 2


async def test_the_preview_says_where_each_would_go_and_that_is_where_they_go(hall: dict[str, Any]) -> None:
    for time in ("13:30", "13:30", "15:00", "15:00", "15:00"):
        await booked(hall, time)
    for _ in range(3):
        await booked(hall, "10:30")
    seen = await preview(afternoon(hall))
    said = {one["id"]: one["way"] and one["way"]["starts_at"] for one in seen.people}
    assert (len(said), seen.placed) == (5, 5)
    closing = await close(hall)
    assert {row["appointment"]: row["new_at"] for row in await relocations(closing)} == said


async def test_looking_at_a_preview_changes_nothing(hall: dict[str, Any]) -> None:
    await booked(hall, "14:00")
    before = await world.everything()
    await preview(afternoon(hall))
    assert await world.everything() == before


async def test_only_the_hall_s_manager_closes_it(hall: dict[str, Any]) -> None:
    for who, no in (
        (world.Who(role="clerk"), Denied),
        (world.Who(role="auditor"), Denied),
        (world.Who(role="manager", hall=world.ELSEWHERE), NotFound),
    ):
        with pytest.raises(no):
            await appointments.close(afternoon(hall), WHY, by=await world.staff(who))
    with pytest.raises(NotFound):
        await appointments.close(Stretch(uuid4(), None, THURSDAY, None, None), WHY, by=hall["by"])
    with pytest.raises(Refusal, match="已经过去"):
        await appointments.close(afternoon(hall, day=dt.date(2026, 11, 20)), WHY, by=hall["by"])
    stretch = Stretch(hall["hall"], None, THURSDAY, dt.time(15), dt.time(14))
    with pytest.raises(Refusal, match="晚于开始"):
        await appointments.close(stretch, WHY, by=hall["by"])


async def test_the_same_deed_said_twice_is_one_closing(hall: dict[str, Any]) -> None:
    await booked(hall, "14:00")
    id = uuid4()
    for _ in range(2):
        assert await appointments.close(afternoon(hall), WHY, by=hall["by"], id=id) == id
    assert await Closing.count() == 1
    assert len(await relocations(id)) == 1


# --- what each is offered ---


async def test_each_is_offered_the_nearest_place_and_told(hall: dict[str, Any]) -> None:
    _, owner = await booked(hall, "14:00")
    closing = await close(hall)
    [row] = await relocations(closing)
    assert (row["state"], row["new_at"]) == ("offered", at("10:30"))
    assert await state_of(closing) == "done"
    assert await make.taken(await slot(hall, "10:30")) == 1  # kept for them
    assert await titles(owner) == ["给你换了时间：身份证换领"]
    assert "11 月 26 日（周四）下午停办：供电检修" in await bodies(owner)
    assert await miscounted() == []
    await treat(closing)
    assert len(await titles(owner)) == 1


async def test_a_full_day_leads_to_the_next_at_about_the_same_time(hall: dict[str, Any]) -> None:
    for time in ("09:00", "09:30", "10:00", "10:30"):
        await Slot.update({Slot.offered: 0}).where(Slot.id == (await slot(hall, time)).id)
    await booked(hall, "14:00")
    [row] = await relocations(await close(hall, Stretch(hall["hall"], None, THURSDAY, None, None)))
    assert row["new_at"] == at("14:00", THURSDAY + dt.timedelta(days=1))


async def _hall(hall: dict[str, Any]) -> Any:
    return await Hall.objects().where(Hall.id == hall["hall"]).first()


async def test_no_place_on_top_of_what_the_person_has_booked_elsewhere(hall: dict[str, Any]) -> None:
    owner, somebody = await make.citizen()
    other = await make.line(await _hall(hall), "F", "综合")
    elsewhere = await make.item(other, "居住证")
    busy = await make.slot(other, THURSDAY, "10:30")
    await appointments.book(busy.id, elsewhere.id, somebody.id, by=owner.id)
    await appointments.book((await slot(hall, "14:00")).id, hall["item"].id, somebody.id, by=owner.id)
    [row] = await relocations(await close(hall, Stretch(hall["hall"], hall["line"].id, THURSDAY, NOON, None)))
    assert row["new_at"] == at("10:00")


async def test_without_a_place_they_are_told_to_choose_or_call(hall: dict[str, Any]) -> None:
    found, owner = await booked(hall, "14:00")
    await Policy.update({Policy.window_working_days: 3}).where(Policy.group == "default")
    await Slot.update({Slot.offered: 0, Slot.capacity: 0}).where(Slot.taken == 0)
    closing = await close(hall, Stretch(hall["hall"], None, THURSDAY, None, None))
    assert await states(closing) == ["none"]
    assert "0513-83000000" in await bodies(owner)
    assert (await appointments.show(found.id, by=owner))["changeable"]


async def test_the_old_reminders_are_taken_back(hall: dict[str, Any]) -> None:
    _, owner = await booked(hall, "14:00")
    await close(hall)
    await clock.move_to(at("12:30"))
    assert not [title for title in await titles(owner) if "快到时间" in title or "明天" in title]


async def test_stopped_it_treats_nobody_and_goes_on_where_it_stopped(hall: dict[str, Any]) -> None:
    await booked(hall, "14:00")
    closing = await appointments.close(afternoon(hall), WHY, by=hall["by"])
    await appointments.pause(closing, by=hall["by"])
    await treat(closing)
    assert (await states(closing), await state_of(closing)) == (["pending"], "stopped")
    assert closing not in await appointments.closings_due()
    await appointments.go_on(closing, by=hall["by"])
    await treat(closing)
    assert (await states(closing), await state_of(closing)) == (["offered"], "done")


async def test_who_cancelled_before_their_turn_is_not_told(hall: dict[str, Any]) -> None:
    found, owner = await booked(hall, "14:00")
    closing = await appointments.close(afternoon(hall), WHY, by=hall["by"])
    await appointments.cancel(found.id, by=owner)
    await treat(closing)
    assert await states(closing) == ["cancelled"]
    assert "给你换了时间：身份证换领" not in await titles(owner)
    assert closing_undo.refuses_undo(await closing_undo.counted(closing), await clock.now()) == ""


async def test_an_offer_of_the_waiting_list_in_a_closed_slot_ends_kindly(hall: dict[str, Any]) -> None:
    await Slot.update({Slot.offered: 0, Slot.capacity: 0}).where(Slot.day == THURSDAY)
    full = await slot(hall, "14:00")
    await Slot.update({Slot.offered: 1, Slot.capacity: 1}).where(Slot.id == full.id)
    found, owner = await booked(hall, "14:00")
    waiter, person = await make.citizen()
    wait = await appointments.join(hall["item"].id, world.HERE, [THURSDAY], person.id, by=waiter.id)
    await appointments.cancel(found.id, by=owner)
    await appointments.pass_on(hall["line"].id)
    assert (await appointments.waits(by=waiter.id))[0]["offer"]
    await close(hall)
    assert (await appointments.waits(by=waiter.id))[0]["offer"] is None
    assert "那个位置没有了：身份证换领" in await titles(UUID(str(waiter.id)))
    with pytest.raises(Refusal, match="还在候补里"):
        await appointments.claim(wait.id, by=waiter.id)
    assert await miscounted() == []


async def test_closing_where_a_place_was_kept_looks_for_another(hall: dict[str, Any]) -> None:
    _, owner = await booked(hall, "14:00")
    first = await close(hall)
    await notify.sweep()
    await close(hall, Stretch(hall["hall"], None, THURSDAY, None, NOON))
    assert await states(first) == ["pending"]
    await treat(first)
    [row] = await relocations(first)
    assert (row["state"], row["new_at"]) == ("offered", at("14:00", THURSDAY + dt.timedelta(days=1)))
    assert (await titles(owner)).count("给你换了时间：身份证换领") == 2
    assert await miscounted() == []


# --- what they answer ---


async def test_yes_moves_the_booking_to_the_place_that_was_kept(hall: dict[str, Any]) -> None:
    found, owner = await booked(hall, "14:00")
    closing = await close(hall)
    for _ in range(2):  # tapped twice
        await appointments.accept(found.id, by=owner)
    shown = await appointments.show(found.id, by=owner)
    assert (shown["starts_at"], shown["relocation"], shown["number"]) == (at("10:30"), None, found.number)
    assert await states(closing) == ["accepted"]
    assert (await titles(owner))[0] == "时间改好了：身份证换领"
    await appointments.pass_on(hall["line"].id)
    assert (await make.taken(await slot(hall, "14:00")), await make.taken(await slot(hall, "10:30"))) == (
        0,
        1,
    )
    assert await miscounted() == []


async def test_only_the_owner_answers(hall: dict[str, Any]) -> None:
    found, _ = await booked(hall, "14:00")
    await close(hall)
    with pytest.raises(NotFound):
        await appointments.accept(found.id, by=(await make.account()).id)


async def test_another_time_of_their_own_gives_up_the_place_that_was_kept(hall: dict[str, Any]) -> None:
    found, owner = await booked(hall, "14:00")
    closing = await close(hall)
    await appointments.move(found.id, (await slot(hall, "09:00")).id, by=owner)
    await clock.move_to(await clock.now() + dt.timedelta(minutes=31))
    await appointments.pass_on(hall["line"].id)
    assert await states(closing) == ["moved"]
    assert [await make.taken(await slot(hall, time)) for time in ("09:00", "10:30", "14:00")] == [1, 0, 0]
    assert await miscounted() == []


async def test_choosing_the_kept_place_among_the_times_is_a_yes_even_when_all_else_there_is_full(
    hall: dict[str, Any],
) -> None:
    found, owner = await booked(hall, "14:00")
    closing = await close(hall)
    kept = await slot(hall, "10:30")
    await Slot.update({Slot.offered: 1}).where(Slot.id == kept.id)
    await appointments.move(found.id, kept.id, by=owner)
    assert await states(closing) == ["accepted"]
    assert await make.taken(kept) == 1
    assert await miscounted() == []


async def test_no_thanks_ends_both_places(hall: dict[str, Any]) -> None:
    found, owner = await booked(hall, "14:00")
    closing = await close(hall)
    await clock.move_to(at("10:10"))  # too late to cancel for anybody else
    await clock.move_to(at("09:50"))
    await appointments.cancel(found.id, by=owner)
    assert await states(closing) == ["cancelled"]
    await clock.move_to(await clock.now() + dt.timedelta(minutes=31))
    await appointments.pass_on(hall["line"].id)
    assert [await make.taken(await slot(hall, time)) for time in ("10:30", "14:00")] == [0, 0]


async def test_nobody_goes_back_to_the_closed_time(hall: dict[str, Any]) -> None:
    found, owner = await booked(hall, "14:00")
    await close(hall)
    await appointments.accept(found.id, by=owner)
    with pytest.raises(Refusal, match="约满"):
        await appointments.move(found.id, (await slot(hall, "14:00")).id, by=owner)


async def test_no_answer_in_time_gives_up_the_place_and_cancels_by_the_hall(hall: dict[str, Any]) -> None:
    found, owner = await booked(hall, "14:00")
    closing = await close(hall)
    await clock.move_to(at("09:59"))
    await appointments.lapse_due()
    assert await states(closing) == ["offered"]
    await clock.move_to(at("10:00"))
    with pytest.raises(Refusal, match="让给了别人"):
        await appointments.accept(found.id, by=owner)
    for _ in range(2):
        await appointments.lapse_due()
    assert await states(closing) == ["lapsed"]
    shown = await appointments.show(found.id, by=owner)
    assert shown["state"] == "cancelled"
    assert (await titles(owner)).count("预约由大厅取消了：身份证换领") == 1
    await appointments.pass_on(hall["line"].id)
    assert await make.taken(await slot(hall, "10:30")) == 0
    assert await miscounted() == []


async def test_without_a_place_the_booking_ends_when_its_time_comes(hall: dict[str, Any]) -> None:
    found, owner = await booked(hall, "14:00")
    await Slot.update({Slot.offered: 0, Slot.capacity: 0}).where(Slot.taken == 0)
    closing = await close(hall, Stretch(hall["hall"], hall["line"].id, THURSDAY, NOON, None))
    await clock.move_to(at("14:00"))
    await appointments.lapse_due()
    assert await states(closing) == ["lapsed"]
    assert (await appointments.show(found.id, by=owner))["state"] == "cancelled"


async def test_who_came_all_the_same_keeps_their_booking_and_gives_up_the_other_place(
    hall: dict[str, Any],
) -> None:
    found, _ = await booked(hall, "14:00")
    closing = await close(hall)
    await Appointment.update({Appointment.state: "arrived"}).where(Appointment.id == found.id)
    await appointments.lapse_due()
    assert await states(closing) == ["kept"]
    await appointments.pass_on(hall["line"].id)
    assert await make.taken(await slot(hall, "10:30")) == 0


# --- undoing ---


async def test_undone_everything_is_as_before_and_told(hall: dict[str, Any]) -> None:
    found, owner = await booked(hall, "14:00")
    before = [(await slot(hall, time)).offered for time in ("10:30", "14:00")]
    closing = await close(hall)
    await appointments.undo(closing, by=hall["by"])
    await treat(closing)
    await appointments.pass_on(hall["line"].id)
    assert (await states(closing), await state_of(closing)) == (["undone"], "undone")
    assert [(await slot(hall, time)).offered for time in ("10:30", "14:00")] == before
    assert [await make.taken(await slot(hall, time)) for time in ("10:30", "14:00")] == [0, 1]
    assert (await titles(owner))[0] == "照常办理：身份证换领"
    await clock.move_to(at("12:30"))
    assert "快到时间了：身份证换领" in await titles(owner)
    with pytest.raises(Refusal, match="没有给你留"):
        await appointments.accept(found.id, by=owner)
    assert await miscounted() == []


async def test_undoing_before_anybody_was_told_tells_nobody(hall: dict[str, Any]) -> None:
    _, owner = await booked(hall, "14:00")
    closing = await appointments.close(afternoon(hall), WHY, by=hall["by"])
    await appointments.undo(closing, by=hall["by"])
    await treat(closing)
    assert await states(closing) == ["undone"]
    assert await titles(owner) == ["约好了：身份证换领"]


async def test_undoing_is_refused_once_somebody_answered_and_says_what_can_be_done(
    hall: dict[str, Any],
) -> None:
    found, owner = await booked(hall, "14:00")
    closing = await close(hall)
    await appointments.accept(found.id, by=owner)
    with pytest.raises(Refusal, match=r"已经有 1 人改到了新时间.*一周放号"):
        await appointments.undo(closing, by=hall["by"])
    assert (await slot(hall, "14:00")).offered == 0


async def test_undoing_is_refused_when_the_closed_time_has_begun(hall: dict[str, Any]) -> None:
    await Slot.update({Slot.offered: 0, Slot.capacity: 0}).where(Slot.day == THURSDAY, Slot.taken == 0)
    await booked(hall, "14:00", THURSDAY + dt.timedelta(days=1))
    closing = await close(hall, afternoon(hall, day=THURSDAY + dt.timedelta(days=1)))
    await clock.move_to(at("14:01", THURSDAY + dt.timedelta(days=1)))
    with pytest.raises(Refusal, match="已经开始"):
        await appointments.undo(closing, by=hall["by"])


async def test_an_answer_while_it_is_being_undone_hears_that_nothing_changes(hall: dict[str, Any]) -> None:
    found, owner = await booked(hall, "14:00")
    closing = await close(hall)
    await appointments.undo(closing, by=hall["by"])
    with pytest.raises(Refusal, match="照常办理"):
        await appointments.accept(found.id, by=owner)
    await appointments.undo(closing, by=hall["by"])  # said twice
    await treat(closing)
    assert await states(closing) == ["undone"]


# --- time to answer ---


async def test_whoever_is_pushed_out_has_time_to_answer_however_early_cancelling_ends(
    hall: dict[str, Any],
) -> None:
    await Policy.update({Policy.cancel_until_minutes: 1440, Policy.notice_minutes: 1440}, force=True)
    held, owner = await booked(hall, "14:00")
    await clock.move_to(at("16:00", dt.date(2026, 11, 25)))
    closing = await close(hall)
    [offered] = await relocations(closing)
    assert offered["state"] == "offered"
    await appointments.lapse_due()
    assert await states(closing) == ["offered"]
    await appointments.accept(held.id, by=owner)
    assert await states(closing) == ["accepted"]


async def test_no_place_is_kept_so_soon_that_nobody_could_answer(hall: dict[str, Any]) -> None:
    await booked(hall, "14:00")
    await Policy.update({Policy.notice_minutes: 0, Policy.cancel_until_minutes: 0}, force=True)
    await clock.move_to(at("10:20"))  # 10:30 is free, but in ten minutes
    closing = await close(hall)
    [offered] = await relocations(closing)
    assert offered["new_at"] > at("11:20")


async def test_a_night_is_no_time_to_answer(hall: dict[str, Any]) -> None:
    await booked(hall, "14:00")
    await Policy.update({Policy.notice_minutes: 0, Policy.cancel_until_minutes: 0}, force=True)
    await clock.move_to(at("22:00", dt.date(2026, 11, 25)))
    [offered] = await relocations(await close(hall))
    assert offered["new_at"] >= at("09:00")
    assert offered["new_at"] != at("08:30")


async def test_a_clerk_cannot_mark_as_missed_whom_a_closing_asks(hall: dict[str, Any]) -> None:
    held, owner = await booked(hall, "14:00")
    await clock.move_to(at("11:30"))  # so that the kept place is tomorrow's
    await close(hall)
    await clock.move_to(at("14:40"))
    clerk = await world.staff(world.Who(role="clerk"))
    with pytest.raises(Refusal, match="停办"):
        await appointments.mark_missed(held.id, by=clerk)
    await appointments.accept(held.id, by=owner)


async def test_whom_a_stopped_closing_never_told_may_come_all_that_day(hall: dict[str, Any]) -> None:
    held, _ = await booked(hall, "14:00")
    closing = await appointments.close(afternoon(hall), WHY, by=hall["by"])
    await appointments.pause(closing, by=hall["by"])
    await clock.move_to(at("14:10"))
    await appointments.lapse_due()
    assert await states(closing) == ["pending"]
    clerk = await world.staff(world.Who(role="clerk"))
    await appointments.arrive(held.id, by=clerk)
    await appointments.lapse_due()
    assert await states(closing) == ["kept"]


async def test_whom_a_stopped_closing_never_told_and_who_did_not_come_is_no_no_show(
    hall: dict[str, Any],
) -> None:
    held, owner = await booked(hall, "14:00")
    closing = await appointments.close(afternoon(hall), WHY, by=hall["by"])
    await appointments.pause(closing, by=hall["by"])
    await clock.move_to(at("00:01", dt.date(2026, 11, 27)))
    await appointments.lapse_due()
    assert await states(closing) == ["lapsed"]
    found = await Appointment.select(Appointment.state).where(Appointment.id == held.id).first()
    assert found == {"state": "cancelled"}
    assert any("停办" in body for body in [await bodies(owner)])


async def test_a_closing_waits_for_answers_to_another_before_it_locks_any_slot(
    hall: dict[str, Any], database: str
) -> None:
    # Who answers holds their closing's row and then wants slots: the other way round, two would wait for each other.
    held, _ = await booked(hall, "14:00")
    first = await close(hall)
    [row] = await relocations(first)
    day = clock.local(row["new_at"]).date()
    answering, looking = await asyncpg.connect(database), await asyncpg.connect(database)
    try:
        async with answering.transaction():
            await answering.execute("SELECT 1 FROM closing WHERE id = $1 FOR SHARE", first)
            again = asyncio.create_task(
                appointments.close(
                    Stretch(UUID(str(hall["hall"])), None, day, None, None, 0), WHY, by=hall["by"]
                )
            )
            await until(lambda: _waiting(looking))
            async with looking.transaction():
                await looking.execute("SELECT 1 FROM slot WHERE id = $1 FOR UPDATE NOWAIT", row["new_slot"])
        await again
    finally:
        await answering.close()
        await looking.close()
    assert held


async def _waiting(connection: asyncpg.Connection) -> bool:
    return bool(await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))
