"""通知送达: what the hall's notices of a day became."""

import datetime as dt

import httpx
import pytest

from backend import appointments, clock, db, notify
from backend.db import transaction
from backend.refusal import Denied, NotFound
from backend.sms.tables import Sms
from tests import factories as make
from tests import world
from tests.world import MANAGER, Who


async def displaced(owner, booked) -> None:
    """The hall must reach somebody about their booking."""
    async with transaction():
        facts = {
            "item": "身份证换领",
            "hall": "大厅",
            "span": "下午",
            "deed": "停办",
            "reason": "检修",
            "phone": "1",
        }
        told = [notify.Promise("appointment-displaced", f"displaced:{booked.id}")]
        starts = {"starts_at": "2026-11-25T02:00:00Z"}
        await notify.tell(owner.id, told, about=booked.id, facts={**facts, **starts})
    await notify.sweep()
    await notify.fall_back()


async def day_of(hall: str, by):
    return await appointments.deliveries(hall, dt.date(2026, 11, 23), by)


async def somewhere(code: str = "city"):
    """A hall with a booking there."""
    line = await make.line(await make.hall(code=code))
    item, slot = await make.item(line), await make.slot(line)
    owner, person = await make.citizen()
    return owner, await appointments.book(slot.id, item.id, person.id, by=owner.id)


async def test_what_arrived_is_counted_and_what_did_not_is_listed_with_its_reason() -> None:
    owner, booked = await somewhere()
    await displaced(owner, booked)
    by = await world.staff(MANAGER)
    assert (await day_of("city", by))["lost"] == []  # the message is on its way
    await Sms.update({Sms.state: "undelivered", Sms.why: "report:unknown-number"}).where(Sms.id.is_not_null())
    found = await day_of("city", by)
    [lost] = found["lost"]
    assert (lost["number"], lost["reach"].reasons) == (booked.number, ["短信：空号"])
    tally = {one.name: one for one in found["kinds"]}["要换个时间"]
    assert (tally.told, tally.sms_lost, tally.lost) == (1, 1, 1)
    assert {one.name: one.lost for one in found["kinds"]}["约好了"] == 0  # in the inbox, and that is enough
    await notify.read_all(by=owner.id)
    assert (await day_of("city", by))["lost"] == []


async def test_another_hall_s_manager_sees_nothing_of_it() -> None:
    owner, booked = await somewhere()
    await displaced(owner, booked)
    await make.hall("吕四港镇便民服务中心", "town")
    elsewhere = await world.staff(Who(role="manager", hall="town"))
    assert (await day_of("town", elsewhere))["kinds"] == []
    with pytest.raises(NotFound):
        await day_of("city", elsewhere)
    with pytest.raises(Denied):
        await day_of("city", await world.staff(Who(role="clerk")))


async def test_the_page_names_the_booking_by_its_number_and_nobody(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await db.rows("UPDATE dispatch SET state = 'failed', error = 'none' WHERE channel = 'sms'")
    await world.be(client, found, MANAGER)
    answer = await client.get("/console/deliveries", params={"hall": "city", "day": "2026-11-23"})
    assert answer.status_code == 200
    assert "还没有开通短信通道" in answer.text
    assert "/console/appointments/" in answer.text
    assert "张" not in answer.text.partition("<main")[2]


async def test_another_day_is_another_page() -> None:
    owner, booked = await somewhere()
    await displaced(owner, booked)
    by = await world.staff(MANAGER)
    await clock.move_to(await clock.now() + dt.timedelta(days=1))
    found = await appointments.deliveries("city", dt.date(2026, 11, 24), by)
    assert found["kinds"] == []
