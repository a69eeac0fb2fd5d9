"""The page of times: what was chosen stays chosen, and what would be refused is said before."""

import datetime as dt
import html
import re
from typing import Any
from urllib.parse import parse_qs, urlparse
from uuid import UUID

import httpx

from backend import appointments, clock
from backend.appointments.tables import Pause, Slot
from backend.catalog.tables import Hall, Item, Line, Opening
from backend.identity.sessions import open_session
from backend.identity.tables import Account, Person
from tests import factories as make

SATURDAY = dt.date(2026, 11, 28)


async def signed_in(client: httpx.AsyncClient, owner: Account) -> None:
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=owner.id))


async def place() -> tuple[Hall, Line, Item]:
    hall = await make.hall()
    line = await make.line(hall)
    return hall, line, await make.item(line)


async def times(client: httpx.AsyncClient, item: Item, **query: Any) -> str:
    """The page, as people read it."""
    answer = await client.get("/appointments/new", params={"item": str(item.id), **query})
    assert answer.status_code == 200
    return html.unescape(answer.text)


async def test_a_time_tapped_before_signing_in_is_chosen_afterwards(client: httpx.AsyncClient):
    hall, line, item = await place()
    slot = await make.slot(line)
    page = await times(client, item)
    assert re.search(
        r'formmethod="get" formaction="/appointments/choice"[^>]*>(<span[^>]*>)?登录后预约', page
    )
    wish = {"item": str(item.id), "hall": hall.code, "day": str(slot.day), "slot": str(slot.id)}
    answer = await client.get("/appointments/choice", params=wish)
    to = urlparse(answer.headers["location"])
    assert (answer.status_code, to.path) == (303, "/session/new")
    owner = await make.account()
    await signed_in(client, owner)
    onward = parse_qs(to.query)["next"][0]
    first = urlparse((await client.get(onward)).headers["location"])
    assert first.path == "/people/new", "somebody without a person fills one in first"
    await make.person(owner)
    back = (await client.get(onward)).headers["location"]
    assert back == parse_qs(first.query)["next"][0]
    assert re.search(f'value="{slot.id}" checked', (await client.get(back)).text)


async def paused(of: Account, hall: Hall) -> Pause:
    """A pause of the account."""
    row = Pause(hall=hall.id, account=of.id, since=await clock.now(), until=dt.date(2026, 12, 19))
    await Pause.insert(row)
    return row


async def test_who_is_paused_reads_it_before_choosing_with_every_way_that_is_open(client: httpx.AsyncClient):
    hall, line, item = await place()
    await make.slot(line)
    owner, _ = await make.citizen()
    await signed_in(client, owner)
    assert "网上预约暂停" not in await times(client, item)
    pause = await paused(owner, hall)
    await hours(hall, 3, booking_only=True)
    assert "现场取号" not in (await times(client, item)).partition("网上预约暂停")[2].partition("</p>")[0]
    await hours(hall, 3, booking_only=False)
    page = await times(client, item)
    assert "网上预约暂停到 12 月 19 日（周六）" in page
    assert "直接到现场取号" in page
    assert f'href="/appointments/pauses/{pause.id}"' in page
    assert re.search(f'class="button wide" href="tel:{hall.phone}"', page)
    assert "预约所选时间" not in page


async def test_who_missed_a_booking_and_is_paused_is_not_sent_to_book_again(client: httpx.AsyncClient):
    hall, line, item = await place()
    owner, person = await make.citizen()
    held = await make.held(await make.slot(line, dt.date(2026, 11, 19)), item, owner, person, "missed")
    await signed_in(client, owner)
    assert "再约一次" in (await client.get(f"/appointments/{held.id}")).text
    await paused(owner, hall)
    page = (await client.get(f"/appointments/{held.id}")).text
    assert "再约一次" not in page
    assert f"打电话预约 {hall.phone}" in page


async def hours(hall: Hall, weekday: int, booking_only: bool) -> None:
    await Opening.delete().where(Opening.hall == hall.id)
    await Opening.insert(
        Opening(
            hall=hall.id, weekday=weekday, opens=dt.time(9), closes=dt.time(12), booking_only=booking_only
        )
    )


async def test_walking_in_is_proposed_only_where_the_hall_takes_who_walks_in(client: httpx.AsyncClient):
    hall, line, item = await place()
    await make.slot(line)
    owner, _ = await make.citizen()
    await signed_in(client, owner)
    found = await appointments.choose(item.id, hall.code)
    assert not found.walk_in, "no hours are known"
    await hours(hall, 3, booking_only=True)
    assert not (await appointments.choose(item.id, hall.code)).walk_in
    await hours(hall, 3, booking_only=False)
    assert (await appointments.choose(item.id, hall.code)).walk_in


async def test_with_one_hall_no_other_place_is_proposed(client: httpx.AsyncClient):
    _, line, item = await place()
    slot = await make.slot(line)
    await Slot.update({Slot.taken: Slot.offered}).where(Slot.id == slot.id)
    page = await times(client, item, day=slot.day)
    assert "这一天约满了。可以换一天，或等有人取消" in page
    assert "换个地方" not in page


async def test_who_comes_too_late_for_the_day_s_last_place_is_told_of_the_waiting_list(
    client: httpx.AsyncClient,
):
    hall, line, item = await place()
    slot, other = await make.slot(line, capacity=1), await make.slot(line, time="11:00", capacity=1)
    owner, person = await make.citizen()
    await signed_in(client, owner)
    form = {
        "item": str(item.id),
        "slot": str(slot.id),
        "person": str(person.id),
        "hall": hall.code,
        "day": str(slot.day),
    }
    await Slot.update({Slot.taken: 1}).where(Slot.id == slot.id)
    answer = await client.post("/appointments", data=form)
    assert (answer.status_code, "现在有空的时段都列在下面" in answer.text) == (409, True)
    await Slot.update({Slot.taken: 1}).where(Slot.id == other.id)
    answer = await client.post("/appointments", data=form)
    assert (answer.status_code, "有人取消时通知你" in answer.text) == (409, True)
    assert "都列在下面" not in answer.text


async def test_a_moved_time_tells_until_when_the_place_is_kept(client: httpx.AsyncClient):
    from tests import world

    found = await world.build()
    await world.be(client, found, world.AN_OWNER)
    page = (await client.get(f"/appointments/{found.own['moved_out']}/move")).text
    assert re.search(r"给你留的 11 月 30 日（周一）10:00 留到 \S+", page)


async def test_noon_is_neither_morning_nor_afternoon(client: httpx.AsyncClient):
    _, line, item = await place()
    for time in ("11:30", "12:00", "12:30", "13:00"):
        await make.slot(line, time=time)
    page = await times(client, item)
    parts = re.findall(r'class="halfday">(\S+?)<|for="slot-[^"]+">(\d\d:\d\d)', page)
    assert [one or two for one, two in parts] == ["上午", "11:30", "中午", "12:00", "12:30", "下午", "13:00"]


async def twice(person: Person, owner: Account, time: str) -> tuple[UUID, Item, dt.date]:
    """A booking at 10:00, and another matter at the same line, whose slot begins at `time`."""
    _, line, item = await place()
    first = await make.slot(line)
    await appointments.book(first.id, item.id, person.id, by=owner.id)
    passport, second = await make.item(line, "护照"), first
    if time != "10:00":
        second = await make.slot(line, time=time)
    booked = await appointments.book(second.id, passport.id, person.id, by=owner.id)
    return UUID(str(booked.id)), passport, first.day


async def test_two_matters_at_one_time_are_booked_and_said(client: httpx.AsyncClient):
    owner, _ = await make.citizen()
    mother = await make.person(owner, relation="family", name="施桂英")
    booked, passport, day = await twice(mother, owner, "10:00")
    await signed_in(client, owner)
    for path in ("", "/materials"):
        page = (await client.get(f"/appointments/{booked}{path}")).text
        assert "施*英 11 月 25 日（周三）10:00 还约了身份证换领，和这个时间重叠" in page.replace(
            "后天 ", "11 月 25 日（周三）"
        ), path
    page = await times(client, passport, day=day, person=mother.id)
    assert "施*英 这天还约了 10:00 身份证换领、10:00 护照，" in page


async def test_two_matters_one_after_the_other_are_no_overlap(client: httpx.AsyncClient):
    owner, me = await make.citizen()
    booked, passport, day = await twice(me, owner, "10:30")
    await signed_in(client, owner)
    assert "重叠" not in (await client.get(f"/appointments/{booked}")).text
    assert "你这天还约了 10:00 身份证换领、10:30 护照，" in await times(client, passport, day=day)
