"""No-shows: by the job after the grace, counted for a proved ID or for the account; three pause, an appeal lifts."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from backend import appointments, clock, db
from backend.appointments.pauses import Paused
from backend.appointments.policy import LOCKED
from backend.appointments.tables import Appeal, Appointment, AppointmentEvent, NoShow, Pause, Relocation, Slot
from backend.catalog.tables import Hall, Item, Line
from backend.identity.tables import Account, Person
from backend.notify.tables import Notice
from backend.refusal import Denied, NotFound, Refusal
from tests import factories as make
from tests import world
from tests.races.processes import until
from tests.world import HERE, Who
from workers.forget import forget as night
from workers.no_shows import no_shows as job


class Town(msgspec.Struct):
    """A hall with one line; days of it are made as they are needed."""

    hall: Hall
    line: Line
    item: Item
    clerk: UUID
    manager: UUID

    async def day(
        self, ago: int, *absent: tuple[Account, Person], recorded: bool = True
    ) -> list[Appointment]:
        """A slot so many days ago for which these people did not come, while somebody else did."""
        slot = await self.slot(ago)
        held = [await make.held(slot, self.item, owner, person) for owner, person in absent]
        if recorded:
            came = await make.held(slot, self.item, *await make.citizen(), "arrived")
            await Appointment.update({Appointment.arrived_at: slot.starts_at}).where(
                Appointment.id == came.id
            )
        return held

    async def slot(self, ago: int) -> Slot:
        day = clock.local(await clock.now()).date() - dt.timedelta(days=ago)
        known = Slot.objects().where(Slot.line == self.line.id, Slot.day == day, Slot.starts_at == _nine(day))
        return await known.first() or await make.slot(self.line, day, "09:00")

    async def book(self, owner: Account, person: Person) -> Appointment:
        """Online, some day ahead."""
        return await appointments.book((await self.slot(-2)).id, self.item.id, person.id, by=owner.id)


def _nine(day: dt.date) -> dt.datetime:
    return clock.at(day, dt.time(9))


async def town() -> Town:
    hall = await make.hall(code=HERE)
    line = await make.line(hall)
    clerk, manager = [await world.staff(Who(role=role)) for role in ("clerk", "manager")]
    return Town(hall, line, await make.item(line), clerk, manager)


async def three(here: Town, owner: Account, person: Person) -> Pause:
    """Three no-shows, and the pause."""
    for ago in (3, 2, 1):
        await here.day(ago, (owner, person))
    await job({})
    found = await Pause.objects().first()
    assert found
    return found


async def state(found: Appointment) -> str:
    row = await Appointment.select(Appointment.state).where(Appointment.id == found.id).first()
    return str(row and row["state"])


async def kinds(owner: Account) -> list[str]:
    rows = await Notice.select(Notice.kind).where(Notice.account == owner.id).order_by(Notice.created_at)
    return [row["kind"] for row in rows]


async def same_id(of: Person) -> tuple[Account, Person]:
    """Another account that typed the same number."""
    stranger = await make.account()
    found = await make.person(stranger)
    same: dict[Any, Any] = {Person.id_index: of.id_index, Person.id_sealed: of.id_sealed}
    await Person.update(same).where(Person.id == found.id)
    found.id_index = of.id_index
    return stranger, found


async def test_the_job_waits_for_the_grace_after_the_end_of_the_slot():
    here = await town()
    owner, person = await make.citizen()
    held = (await here.day(0, (owner, person)))[0]
    await clock.move_to(clock.at(held.day, dt.time(9, 44)))
    await job({})
    assert await state(held) == "booked"
    await clock.move_to(clock.at(held.day, dt.time(9, 46)))
    await job({})
    assert [await state(held), await kinds(owner)] == ["missed", ["appointment-missed"]]


async def test_a_hall_that_recorded_no_arrival_that_day_marks_nobody():
    here = await town()
    held = (await here.day(1, await make.citizen(), recorded=False))[0]
    await job({})
    assert await state(held) == "booked"


async def test_whom_a_closing_still_asks_is_not_missed():
    here = await town()
    held = (await here.day(1, await make.citizen()))[0]
    values = {"appointment": held.id, "old_slot": held.slot, "created_at": await clock.now()}
    closing = await _closing(here)
    await Relocation.insert(Relocation(closing=closing, state="offered", **values))
    await job({})
    assert await state(held) == "booked"


async def _closing(here: Town) -> UUID:
    from backend.appointments.tables import CapacityException, Closing

    now = await clock.now()
    day = clock.local(now).date()
    shut = CapacityException(hall=here.hall.id, day=day, reason="检修", by=here.manager, created_at=now)
    await CapacityException.insert(shut)
    made = Closing(
        hall=here.hall.id, day=day, reason="检修", by=here.manager, exception=shut.id, created_at=now
    )  # fmt: skip
    await Closing.insert(made)
    return UUID(str(made.id))


async def test_many_workers_at_once_mark_and_tell_once():
    here = await town()
    owner, person = await make.citizen()
    held = (await here.day(1, (owner, person)))[0]
    await asyncio.gather(*(job({}) for _ in range(5)))
    assert [await state(held), await NoShow.count(), await kinds(owner)] == [
        "missed",
        1,
        ["appointment-missed"],
    ]
    assert await AppointmentEvent.count() == 1


async def test_the_third_within_ninety_days_pauses_thirty_days_and_is_told():
    here = await town()
    owner, person = await make.citizen()
    pause = await three(here, owner, person)
    assert pause.until == dt.date(2026, 12, 23)
    assert await kinds(owner) == ["appointment-missed", "appointment-missed", "appointment-paused"]
    facts = await Notice.select(Notice.facts.arrow("left")).where(Notice.kind == "appointment-missed")
    assert sorted(int(row["facts"]) for row in facts) == [1, 2]
    with pytest.raises(Paused, match=r"暂停到 12 月 23 日。现场取号、电话预约照常.*申诉"):
        await here.book(owner, person)
    with pytest.raises(Paused):
        await appointments.join(
            here.item.id, HERE, [dt.date(2026, 11, 25)], person.id, by=UUID(str(owner.id))
        )


async def test_after_the_pause_booking_works_again_and_old_no_shows_count_no_more():
    here = await town()
    owner, person = await make.citizen()
    await three(here, owner, person)
    await clock.move_to(clock.at(dt.date(2026, 12, 23), dt.time(10)))
    await here.book(owner, person)
    await here.day(1, (owner, person))
    await job({})
    assert await Pause.count() == 1


async def test_no_shows_older_than_ninety_days_are_not_counted():
    here = await town()
    owner, person = await make.citizen()
    for ago in (2, 1):
        await here.day(ago, (owner, person))
    await job({})
    long_ago = await clock.now() - dt.timedelta(days=91)
    await NoShow.update({NoShow.at: long_ago}).where(NoShow.account == owner.id)
    await here.day(1, (owner, await make.person(owner, relation="family")))
    await job({})
    assert await Pause.count() == 0


async def test_a_stranger_who_typed_my_number_never_gets_me_paused():
    here = await town()
    me, person = await make.citizen()
    stranger, typed = await same_id(person)
    await three(here, stranger, typed)
    assert await Pause.select(Pause.account, Pause.person_index) == [
        {"account": stranger.id, "person_index": None}
    ]
    await here.book(me, person)
    with pytest.raises(Paused):
        await here.book(stranger, await make.person(stranger, relation="family"))


async def test_a_proved_id_is_paused_from_every_account_and_others_of_the_account_are_not():
    here = await town()
    me, person = await make.citizen()
    await make.prove(person)
    pause = await three(here, me, person)
    assert pause.person_index == person.id_index
    other, typed = await same_id(person)
    with pytest.raises(Paused, match="打电话问大厅"):
        await here.book(other, typed)
    await here.book(me, await make.person(me, relation="family"))


async def test_moving_what_one_has_and_the_telephone_stay_open_while_paused():
    here = await town()
    owner, person = await make.citizen()
    held = await here.book(owner, person)
    await three(here, owner, person)
    other = await make.slot(here.line, held.day, "10:30")
    await appointments.move(held.id, other.id, by=UUID(str(owner.id)))
    far = await make.slot(here.line, held.day + dt.timedelta(days=1), "10:30")
    by_phone = await appointments.book_for_caller(
        far.id, here.item.id, await _number(owner), UUID(str(person.id)), by=here.clerk
    )
    assert await state(by_phone) == "booked"


async def _number(owner: Account) -> str:
    from backend import secrecy

    return secrecy.unseal(owner.phone_sealed)


async def test_who_came_after_all_has_the_pause_lifted_that_rested_on_it():
    here = await town()
    owner, person = await make.citizen()
    await three(here, owner, person)
    one = await NoShow.select(NoShow.appointment).order_by(NoShow.at, ascending=False).first()
    assert one
    await appointments.arrive(one["appointment"], by=here.manager, why="漏记了")
    assert await Pause.count().where(Pause.state == "lifted") == 1
    assert (await kinds(owner))[-1] == "appointment-corrected"
    await here.book(owner, person)
    assert await NoShow.count().where(NoShow.pause.is_null(), NoShow.withdrawn_at.is_null()) == 2


async def test_what_the_hall_took_back_is_not_marked_by_the_job_again():
    here = await town()
    held = (await here.day(1, await make.citizen()))[0]
    await job({})
    mark = await AppointmentEvent.objects().where(AppointmentEvent.appointment == held.id).first()
    assert mark
    await appointments.unmark(mark.id, by=here.manager, why="系统那天有故障")
    await job({})
    assert await state(held) == "booked"


async def test_an_appeal_is_answered_once_by_a_manager_of_the_hall_with_a_reason_that_is_told():
    here = await town()
    owner, person = await make.citizen()
    pause = await three(here, owner, person)
    await appointments.appeal_pause(pause.id, owner.id, "那几天住院了")
    with pytest.raises(Refusal, match="已经申诉过"):
        await appointments.appeal_pause(pause.id, owner.id, "再说一遍")
    appeal = await Appeal.objects().first()
    assert appeal
    for who, no in ((Who(role="clerk"), Denied), (Who(role="manager", hall="town"), NotFound)):
        with pytest.raises(no):
            await appointments.answer_appeal(appeal.id, await world.staff(who), True, "情况属实")
    with pytest.raises(Refusal, match="写明原因"):
        await appointments.answer_appeal(appeal.id, here.manager, True, " ")
    await appointments.answer_appeal(appeal.id, here.manager, True, "情况属实")
    assert (await kinds(owner))[-1] == "appointment-lifted"
    await here.book(owner, person)
    with pytest.raises(Refusal, match="已经答复过"):
        await appointments.answer_appeal(appeal.id, here.manager, False, "情况属实")


async def test_an_appeal_that_is_not_granted_keeps_the_pause_and_is_told():
    here = await town()
    owner, person = await make.citizen()
    pause = await three(here, owner, person)
    await appointments.appeal_pause(pause.id, owner.id, "忘记了")
    appeal = await Appeal.objects().first()
    assert appeal
    await appointments.answer_appeal(appeal.id, here.manager, False, "没有查到到场记录")
    assert (await kinds(owner))[-1] == "appointment-unlifted"
    with pytest.raises(Paused):
        await here.book(owner, person)


async def test_a_missed_booking_that_is_disputed_and_granted_counts_no_more():
    here = await town()
    owner, person = await make.citizen()
    held = (await here.day(1, (owner, person)))[0]
    await job({})
    missed = await NoShow.objects().first()
    assert missed
    await appointments.appeal_no_show(missed.id, owner.id, "")
    appeal = await Appeal.objects().first()
    assert appeal
    await appointments.answer_appeal(appeal.id, here.manager, True, "查到了取号记录")
    await job({})
    assert [await state(held), (await kinds(owner))[-1]] == ["booked", "appointment-corrected"]
    assert await NoShow.count().where(NoShow.withdrawn_at.is_null()) == 0
    appeal = await Appeal.objects().first()
    assert appeal
    assert appeal.state == "granted"


async def test_a_stranger_sees_and_appeals_nothing():
    here = await town()
    pause = await three(here, *await make.citizen())
    missed = await NoShow.objects().first()
    assert missed
    stranger = await make.account()
    for attempt in (
        appointments.show_pause(pause.id, by=UUID(str(stranger.id))),
        appointments.appeal_pause(pause.id, UUID(str(stranger.id)), "来过"),
        appointments.appeal_no_show(missed.id, UUID(str(stranger.id)), "来过"),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await appointments.paused(UUID(str(stranger.id))) == []


async def test_after_a_year_no_shows_pauses_and_appeals_are_forgotten():
    here = await town()
    owner, person = await make.citizen()
    pause = await three(here, owner, person)
    await appointments.appeal_pause(pause.id, owner.id, "那几天住院了")
    await clock.move_to(await clock.now() + dt.timedelta(days=367))
    await night({})
    left = await db.rows(
        "SELECT (SELECT count(*) FROM no_show) AS n, (SELECT count(*) FROM booking_pause) AS p,"
        " (SELECT count(*) FROM booking_appeal) AS a, (SELECT count(*) FROM booking_pause_event) AS e"
    )
    assert left == [{"n": 0, "p": 0, "a": 0, "e": 0}]


async def test_a_manager_who_lifts_while_somebody_appeals_leaves_no_appeal_open(database: str):
    here = await town()
    owner, person = await make.citizen()
    pause = await three(here, owner, person)
    lifting = await asyncpg.connect(database)
    try:
        async with lifting.transaction():
            await lifting.execute(LOCKED, pause.person_index or b"", owner.id)
            appealing = asyncio.ensure_future(appointments.appeal_pause(pause.id, owner.id, "那几天住院了"))
            await until(waiting)
            await lifting.execute("UPDATE booking_pause SET state = 'lifted' WHERE id = $1", pause.id)
        with pytest.raises(Refusal, match="已经恢复"):
            await appealing
    finally:
        await lifting.close()
    assert not await Appeal.exists().where(Appeal.state == "open")


async def waiting() -> bool:
    """Somebody waits for a lock."""
    return bool(await db.rows("SELECT 1 FROM pg_locks WHERE NOT granted"))


async def test_an_appeal_against_a_pause_that_ended_by_itself_can_still_be_granted():
    here = await town()
    owner, person = await make.citizen()
    pause = await three(here, owner, person)
    await appointments.appeal_pause(pause.id, owner.id, "那几天住院了")
    await Pause.update({Pause.state: "lifted"}).where(Pause.id == pause.id)
    appeal = await Appeal.objects().first()
    assert appeal
    await appointments.answer_appeal(appeal.id, here.manager, True, "情况属实")
    answered = await Appeal.objects().first()
    assert answered
    assert answered.state == "granted"
