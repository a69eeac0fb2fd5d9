"""The manager's changes: slots follow, people keep what they have, everything is recorded."""

import datetime as dt
from typing import Any

import pytest

from backend import clock, identity
from backend.appointments import capacity, day
from backend.appointments.fill import fill_day
from backend.appointments.tables import CapacityEvent, Slot, Template
from backend.catalog.tables import Hall, Line
from backend.identity.tables import Staff
from backend.refusal import Denied, NotFound, Refusal
from tests import factories as make

TUESDAY = dt.date(2026, 11, 24)
MORNING = {
    "weekday": 2, "starts": dt.time(9), "ends": dt.time(10), "slot_minutes": 30, "counters": 2,
    "minutes_per_matter": 10, "online_percent": 50,
}  # fmt: skip

CHANGE: dict[str, Any] = {name: value for name, value in MORNING.items() if name not in ("weekday", "starts")}


async def staff(role: str, hall: str) -> Staff:
    """Somebody who holds a role at a hall."""
    added = await identity.add_staff(f"{role}-{hall}", "经理", [identity.Grant(role, "hall", hall)])
    await Staff.update({Staff.must_change: False}).where(Staff.id == added.staff)
    found = await Staff.objects().where(Staff.id == added.staff).first()
    assert found is not None
    return found


async def managed() -> tuple[Hall, Line, Staff]:
    """A hall, a line of it, and its manager."""
    hall = await make.hall()
    return hall, await make.line(hall), await staff("manager", hall.code)


async def capacities() -> list[int]:
    """What Tuesday's slots offer."""
    rows = await Slot.select(Slot.capacity).where(Slot.day == TUESDAY).order_by(Slot.starts_at)
    return [row["capacity"] for row in rows]


async def test_a_new_template_makes_slots_at_once_and_is_recorded():
    _, line, manager = await managed()
    await capacity.add_template(line.id, by=manager.id, **MORNING)
    assert await capacities() == [3, 3]
    assert await CapacityEvent.count().where(CapacityEvent.by == manager.id) == 1


async def test_a_changed_template_changes_the_slots():
    _, line, manager = await managed()
    await capacity.add_template(line.id, by=manager.id, **MORNING)
    template = (await Template.select(Template.id))[0]["id"]
    await capacity.change_template(template, by=manager.id, **{**CHANGE, "counters": 4})
    assert await capacities() == [6, 6]


async def test_overlapping_templates_are_refused():
    _, line, manager = await managed()
    await capacity.add_template(line.id, by=manager.id, **MORNING)
    with pytest.raises(Refusal, match="重叠"):
        await capacity.add_template(line.id, by=manager.id, **{**MORNING, "starts": dt.time(9, 30)})
    assert await Template.count() == 1


async def test_a_closed_template_makes_room_for_another():
    _, line, manager = await managed()
    await capacity.add_template(line.id, by=manager.id, **MORNING)
    template = (await Template.select(Template.id))[0]["id"]
    await capacity.change_template(template, by=manager.id, **{**CHANGE, "counters": 0})
    assert await capacities() == [0, 0]
    await capacity.add_template(line.id, by=manager.id, **{**MORNING, "starts": dt.time(9, 30)})
    assert await capacities() == [0, 3]


async def test_a_start_that_a_closed_template_has_is_refused():
    _, line, manager = await managed()
    await capacity.add_template(line.id, by=manager.id, **{**MORNING, "counters": 0})
    with pytest.raises(Refusal, match="已有从这个时间开始"):
        await capacity.add_template(line.id, by=manager.id, **MORNING)
    assert await Template.count() == 1


async def test_an_exception_closes_and_its_withdrawal_opens_again():
    hall, line, manager = await managed()
    await capacity.add_template(line.id, by=manager.id, **MORNING)
    await capacity.add_exception(hall.id, by=manager.id, day=TUESDAY, reason="检修", starts=dt.time(9, 30))
    assert await capacities() == [3, 0]
    seen = await day.week(line.id, dt.date(2026, 11, 23), manager.id)
    await capacity.withdraw_exception(seen["exceptions"][0]["id"], by=manager.id)
    assert await capacities() == [3, 3]
    kinds = [row["kind"] for row in await CapacityEvent.select(CapacityEvent.kind).order_by(CapacityEvent.at)]
    assert kinds == ["template", "exception", "withdrawn"]


async def test_another_halls_manager_and_a_clerk_are_denied():
    hall, line, _ = await managed()
    elsewhere = await make.hall()
    stranger, clerk = await staff("manager", elsewhere.code), await staff("clerk", hall.code)
    for somebody, no in ((stranger, NotFound), (clerk, Denied)):
        with pytest.raises(no):
            await capacity.add_template(line.id, by=somebody.id, **MORNING)
        with pytest.raises(no):
            await capacity.add_exception(hall.id, by=somebody.id, day=TUESDAY, reason="检修")
    with pytest.raises(NotFound):
        await day.bookings(hall.code, TUESDAY, stranger.id)
    assert await Template.count() == 0


async def test_a_line_of_another_hall_is_not_found():
    hall, _, manager = await managed()
    elsewhere = await make.line(await make.hall())
    with pytest.raises(NotFound):
        await capacity.add_exception(hall.id, by=manager.id, day=TUESDAY, reason="检修", line=elsewhere.id)


async def test_a_day_that_is_over_cannot_be_changed():
    hall, _, manager = await managed()
    with pytest.raises(Refusal, match="已经过去"):
        await capacity.add_exception(hall.id, by=manager.id, day=dt.date(2026, 11, 22), reason="检修")


async def test_the_day_is_searched_by_number_name_phone_and_id():
    hall, line, manager = await managed()
    item = await make.item(line)
    await make.template(line, 2, "14:00", "15:00", counters=4)
    await fill_day(TUESDAY)
    slot = (await Slot.objects().order_by(Slot.starts_at))[0]
    owner = await make.account("10000008888")
    person = await make.person(owner, make.id_number(321), name="欧阳海")
    from backend import appointments

    booked = await appointments.book(slot.id, item.id, person.id, by=owner.id)
    for search in (booked.number, booked.number[:5], "欧阳", "10000008888", make.id_number(321), "身份证"):
        found = await day.bookings(hall.code, TUESDAY, manager.id, search)
        assert [row["number"] for row in found] == [booked.number], search
        assert "phone_sealed" not in found[0]
    assert found[0]["phone"] == "100****8888"
    for search in ("%", "_", "张三", "10000009999"):
        assert await day.bookings(hall.code, TUESDAY, manager.id, search) == []
    assert clock.local(found[0]["starts_at"]).hour == 14
