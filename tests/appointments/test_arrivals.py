"""The day at the hall: 到场, 未到, a slip taken back, a note; each mark once, by staff of that hall only."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from backend import appointments, clock
from backend.appointments.tables import Appointment, AppointmentEvent, NoShow, Slot
from backend.catalog.tables import Hall
from backend.identity.tables import Account, IdentityEvent, Person
from backend.notify.tables import Notice
from backend.refusal import Denied, NotFound, Refusal
from tests import factories as make
from tests import world
from tests.world import HERE, Who


class Today(msgspec.Struct):
    """A booking at ten of today, at the hall `city`; the clock stands at ten."""

    held: Appointment
    slot: Slot
    hall: Hall
    owner: Account
    person: Person
    clerk: UUID
    manager: UUID


async def today() -> Today:
    hall = await make.hall(code=HERE)
    line = await make.line(hall)
    item = await make.item(line)
    slot = await make.slot(line, clock.local(await clock.now()).date(), "10:00")
    owner, person = await make.citizen()
    held = await make.held(slot, item, owner, person)
    clerk, manager = [await world.staff(Who(role=role)) for role in ("clerk", "manager")]
    return Today(held, slot, hall, owner, person, clerk, manager)


async def stands(found: Appointment) -> str:
    row = await Appointment.select(Appointment.state).where(Appointment.id == found.id).first()
    return str(row and row["state"])


async def last_mark(found: Appointment) -> UUID:
    kinds = AppointmentEvent.kind.is_in(["arrived", "missed"])
    rows = await AppointmentEvent.select(AppointmentEvent.id).where(
        AppointmentEvent.appointment == found.id, kinds
    ).order_by(AppointmentEvent.at, ascending=False)  # fmt: skip
    return UUID(str(rows[0]["id"]))


async def later(**span: Any) -> None:
    await clock.move_to(await clock.now() + dt.timedelta(**span))


async def told(kind: str) -> int:
    return await Notice.count().where(Notice.kind == kind)


async def test_who_comes_is_marked_once_with_the_clerk_s_name():
    here = await today()
    await appointments.arrive(here.held.id, by=here.clerk)
    assert await stands(here.held) == "arrived"
    events = await AppointmentEvent.select(AppointmentEvent.kind, AppointmentEvent.by_staff)
    assert events == [{"kind": "arrived", "by_staff": here.clerk}]
    with pytest.raises(Refusal, match="施经理 10:00 已经标了到场"):
        await appointments.arrive(here.held.id, by=here.manager)


async def test_two_clerks_at_once_make_one_mark_and_the_others_are_told():
    here = await today()
    outcomes = await asyncio.gather(
        *(appointments.arrive(here.held.id, by=here.clerk) for _ in range(5)), return_exceptions=True
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert all(isinstance(outcome, Refusal) for outcome in outcomes if outcome is not None)
    assert await AppointmentEvent.count() == 1


async def test_who_comes_late_is_welcome_until_the_end_of_the_day():
    here = await today()
    await later(hours=6)
    await appointments.arrive(here.held.id, by=here.clerk)
    assert await stands(here.held) == "arrived"


async def test_before_its_day_nobody_arrives():
    here = await today()
    await later(days=-1)
    with pytest.raises(Refusal, match="当天来了再标"):
        await appointments.arrive(here.held.id, by=here.clerk)


async def test_after_its_day_only_a_manager_corrects_with_a_reason():
    here = await today()
    await later(days=1)
    with pytest.raises(Refusal, match="负责人"):
        await appointments.arrive(here.held.id, by=here.clerk, why="当天忘了")
    with pytest.raises(Refusal, match="写明原因"):
        await appointments.arrive(here.held.id, by=here.manager)
    await appointments.arrive(here.held.id, by=here.manager, why="当天忘了")
    assert await stands(here.held) == "arrived"


async def test_nobody_is_marked_as_missing_before_the_slot_is_over():
    here = await today()
    with pytest.raises(Refusal, match="10:30 才结束"):
        await appointments.mark_missed(here.held.id, by=here.clerk)
    await later(minutes=31)
    await appointments.mark_missed(here.held.id, by=here.clerk)
    assert [await stands(here.held), await NoShow.count(), await told("appointment-missed")] == [
        "missed",
        1,
        1,
    ]


async def test_who_comes_after_being_marked_as_missing_has_no_no_show_and_is_told():
    here = await today()
    await later(minutes=31)
    await appointments.mark_missed(here.held.id, by=here.clerk)
    await appointments.arrive(here.held.id, by=here.clerk)
    assert await NoShow.count().where(NoShow.withdrawn_at.is_null()) == 0
    assert await told("appointment-corrected") == 1


async def test_a_slip_is_taken_back_once_and_the_booking_stands_as_before():
    here = await today()
    await appointments.arrive(here.held.id, by=here.clerk)
    mark = await last_mark(here.held)
    await appointments.unmark(mark, by=here.clerk)
    row = await Appointment.select(Appointment.state, Appointment.arrived_at).where(
        Appointment.id == here.held.id
    )
    assert row == [{"state": "booked", "arrived_at": None}]
    with pytest.raises(Refusal, match="撤销了标记"):
        await appointments.unmark(mark, by=here.clerk)


async def test_the_day_after_only_a_manager_takes_a_mark_back_with_a_reason():
    here = await today()
    await appointments.arrive(here.held.id, by=here.clerk)
    mark = await last_mark(here.held)
    await later(days=1)
    with pytest.raises(Refusal, match="负责人"):
        await appointments.unmark(mark, by=here.clerk, why="标错人了")
    with pytest.raises(Refusal, match="写明原因"):
        await appointments.unmark(mark, by=here.manager)
    await appointments.unmark(mark, by=here.manager, why="标错人了")
    assert await stands(here.held) == "booked"


async def test_an_old_mark_is_not_taken_back_in_place_of_the_last_one():
    here = await today()
    await later(minutes=31)
    await appointments.mark_missed(here.held.id, by=here.clerk)
    first = await last_mark(here.held)
    await appointments.arrive(here.held.id, by=here.clerk)
    with pytest.raises(Refusal, match="标了到场"):
        await appointments.unmark(first, by=here.clerk)
    assert await stands(here.held) == "arrived"


async def test_a_note_is_for_colleagues_and_never_for_the_citizen():
    here = await today()
    await appointments.note(here.held.id, by=here.clerk, text="请到 3 号窗口")
    assert await appointments.history(here.held.id, by=here.owner.id) == []
    assert await Notice.count() == 0


@pytest.mark.parametrize("who", [Who(role="auditor"), Who(role="supervisor"), Who(role="clerk", hall="town")])
async def test_who_only_looks_or_works_elsewhere_marks_nothing(who):
    here = await today()
    stranger = await world.staff(who)
    await appointments.arrive(here.held.id, by=here.clerk)
    mark = await last_mark(here.held)
    for attempt in (
        appointments.arrive(here.held.id, by=stranger),
        appointments.mark_missed(here.held.id, by=stranger),
        appointments.unmark(mark, by=stranger),
        appointments.note(here.held.id, by=stranger, text="来过"),
    ):
        with pytest.raises(NotFound if who.hall != world.HERE else Denied):
            await attempt
    assert await AppointmentEvent.count() == 1


async def test_a_booking_that_does_not_exist_is_not_found():
    here = await today()
    with pytest.raises(NotFound):
        await appointments.arrive(here.owner.id, by=here.clerk)


async def be(client: httpx.AsyncClient, role: str, hall: str = HERE) -> None:
    people = world.World({}, {}, {})
    await world.be(client, people, Who(role=role, hall=hall))


async def test_a_cancelled_booking_can_not_arrive():
    here = await today()
    await Appointment.update({Appointment.state: "cancelled"}).where(Appointment.id == here.held.id)
    with pytest.raises(Refusal, match="已经取消"):
        await appointments.arrive(here.held.id, by=here.clerk)


async def test_the_page_shows_the_person_masked_and_what_happened_with_who(client: httpx.AsyncClient):
    here = await today()
    await appointments.note(here.held.id, by=here.clerk, text="请到 3 号窗口")
    await be(client, "auditor")
    shown = (await client.get(f"/console/appointments/{here.held.id}")).text
    assert all(words in shown for words in ("张*丰", "请到 3 号窗口", "施经理", "尾号", "****"))
    assert "张三丰" not in shown
    assert "<form" not in shown.partition("<main")[2], "who only looks has nothing to press"


async def test_arriving_with_the_id_seen_proves_the_person(client: httpx.AsyncClient):
    here = await today()
    await be(client, "clerk")
    answer = await client.post(f"/console/appointments/{here.held.id}/arrival", data={"proved": "yes"})
    assert answer.headers["location"] == f"/console/appointments/{here.held.id}"
    row = await Person.select(Person.proved_at).where(Person.id == here.person.id).first()
    assert row
    assert row["proved_at"]


async def test_a_tap_in_the_list_leads_back_to_the_row(client: httpx.AsyncClient):
    here = await today()
    await be(client, "clerk")
    answer = await client.post(f"/console/appointments/{here.held.id}/arrival", data={"back": "day"})
    to = f"/console/appointments?hall=city&day=2026-11-23#b-{here.held.number}"
    assert answer.headers["location"] == to
    assert "已到场" in (await client.get(to)).text


@pytest.mark.parametrize("by", ["number", "qr"])
async def test_a_number_or_a_scanned_voucher_leads_straight_to_the_person(client: httpx.AsyncClient, by: str):
    here = await today()
    await be(client, "guide")
    sought = here.held.number if by == "number" else f"QB1.{here.held.id.hex}"
    answer = await client.post(
        "/console/appointments/search", data={"hall": HERE, "day": str(here.slot.day), "q": sought}
    )
    assert answer.headers["location"] == f"/console/appointments/{here.held.id}"


async def test_a_number_is_shown_only_with_a_reason_that_is_kept(client: httpx.AsyncClient):
    here = await today()
    await be(client, "clerk")
    address = f"/console/appointments/{here.held.id}/phone"
    refused = await client.post(address, data={"reason": ""})
    assert (refused.status_code, "1000000" in refused.text) == (422, False)
    shown = await client.post(address, data={"reason": "通知换窗口"})
    assert "1000000" in shown.text
    events = await IdentityEvent.select(IdentityEvent.what, IdentityEvent.by_staff)
    assert events == [{"what": "phone-unmasked", "by_staff": here.clerk}]


async def test_a_refused_mark_says_why_on_the_booking_s_page(client: httpx.AsyncClient):
    here = await today()
    await be(client, "clerk")
    answer = await client.post(f"/console/appointments/{here.held.id}/absence")
    assert answer.status_code == 409
    assert "才结束" in answer.text
