"""For whom one books: the page of times remembers it, says it, and offers nobody else's people."""

import datetime as dt
import re
from typing import cast
from uuid import UUID

import httpx
import pytest

from backend import appointments, clock, identity, notify
from backend.appointments.tables import Appointment, Slot
from backend.catalog.tables import Item
from backend.identity.sessions import open_session
from backend.identity.tables import Account, Person
from backend.notify.tables import Notice
from tests import factories as make
from tests.identity.steps import later

BANNER = "正在为 <b>"


class Home:
    """An account with oneself, a mother and an item to book."""

    owner: Account
    me: Person
    mother: Person
    item: Item
    slot: UUID


@pytest.fixture
async def home(fresh: None, client: httpx.AsyncClient) -> Home:
    """Signed in."""
    found = Home()
    found.owner, found.me = await make.citizen()
    found.mother = await make.person(found.owner, relation="family", name="施桂英")
    found.item, slot = await make.bookable()
    found.slot = slot.id
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=found.owner.id))
    return found


def chosen(page: str) -> str:
    """The person that the form would book for."""
    found = re.search(r'name="person" value="([^"]+)"', page)
    return found[1] if found else ""


async def times(client: httpx.AsyncClient, home: Home, person: object = "") -> str:
    """The page of times."""
    query = f"&person={person}" if person else ""
    return (await client.get(f"/appointments/new?item={home.item.id}{query}")).text


async def full(home: Home) -> dt.date:
    """Everything of the slot's day is taken; the day."""
    await Slot.update({Slot.taken: Slot.offered}).where(Slot.id == home.slot)
    row = await Slot.select(Slot.day).where(Slot.id == home.slot).first()
    assert row
    return cast(dt.date, row["day"])


async def hall_of(home: Home) -> str:
    """The code of the slot's hall."""
    row = await Slot.select(Slot.hall.code).where(Slot.id == home.slot).first()
    assert row
    return str(row["hall.code"])


async def test_oneself_is_chosen_first_and_no_banner_is_needed(client: httpx.AsyncClient, home: Home) -> None:
    page = await times(client, home)
    assert chosen(page) == str(home.me.id)
    assert BANNER not in page


async def test_the_chosen_person_is_said_at_the_top_and_stays_in_every_link(
    client: httpx.AsyncClient, home: Home
) -> None:
    page = await times(client, home, home.mother.id)
    assert chosen(page) == str(home.mother.id)
    assert f"{BANNER}施*英" in page
    days = re.findall(r'class="day" href="([^"]+)"', page)
    assert days
    assert all(f"person={home.mother.id}" in href for href in days)
    assert str(home.mother.id) in re.findall(r'href="([^"]+/month[^"]+)"', page)[0]


async def test_a_stranger_s_person_in_the_address_is_nobody(client: httpx.AsyncClient, home: Home) -> None:
    stranger = await make.person(await make.account(), name="周海生")
    page = await times(client, home, stranger.id)
    assert chosen(page) == str(home.me.id)
    assert "周*生" not in page
    assert str(stranger.id) not in page


async def test_who_is_acted_for_is_said_on_every_page_of_the_booking(
    client: httpx.AsyncClient, home: Home
) -> None:
    form = {"item": str(home.item.id), "slot": str(home.slot), "hall": "", "day": ""}
    for person, said in ((home.mother, True), (home.me, False)):
        answer = await client.post("/appointments", data={**form, "person": str(person.id)})
        assert answer.status_code == 303, answer.text
        held = await Appointment.objects().where(Appointment.person == person.id).first()
        assert held
        for path in ("", "/materials", "/move", "/links"):
            page = (await client.get(f"/appointments/{held.id}{path}")).text
            assert (BANNER in page) is said, path
            assert (f"{BANNER}施*英" in page) is said, path


async def test_the_month_says_for_whom_too_also_while_a_booking_is_moved(
    client: httpx.AsyncClient, home: Home
) -> None:
    month = f"/appointments/month?item={home.item.id}"
    assert f"{BANNER}施*英" in (await client.get(f"{month}&person={home.mother.id}")).text
    for person in ("", home.me.id):
        assert BANNER not in (await client.get(f"{month}&person={person}")).text
    held = await appointments.book(home.slot, home.item.id, home.mother.id, by=home.owner.id)
    assert f"{BANNER}施*英" in (await client.get(f"{month}&moving={held.id}")).text


async def test_the_inbox_says_for_whom_where_that_is_not_oneself_and_the_notice_itself_does_not(
    client: httpx.AsyncClient, home: Home
) -> None:
    for person in (home.me, home.mother):
        await appointments.book(home.slot, home.item.id, person.id, by=home.owner.id)
    await notify.sweep()
    page = (await client.get("/notices")).text
    assert page.count("为 施*英 · ") == 1
    assert "张*丰" not in page
    told = await Notice.select(Notice.title, Notice.body).where(Notice.account == home.owner.id)
    assert "施" not in str(told)


async def test_an_ended_authority_is_not_offered_and_says_the_way_on(
    client: httpx.AsyncClient, home: Home
) -> None:
    today = clock.local(await clock.now()).date()
    friend = await identity.add_person(
        home.owner.id, "顾海燕", "authorised", "resident", make.id_number(900), until=today, agreed=True
    )
    assert f"{BANNER}顾*燕" in await times(client, home, friend.id)
    await later(days=1)
    page = await times(client, home, friend.id)
    assert chosen(page) == str(home.me.id)
    assert "顾*燕 的授权已到期" in page
    assert f"/people/{friend.id}" in page


async def test_who_waits_is_said_on_the_pages_of_the_waiting_list(
    client: httpx.AsyncClient, home: Home
) -> None:
    day = await full(home)
    form = f"/waiting/new?item={home.item.id}&hall=&day={day}"
    page = (await client.get(f"{form}&person={home.mother.id}")).text
    assert chosen(page) == str(home.mother.id)
    assert f"{BANNER}施*英" in page
    assert f"person={home.me.id}" in page
    for person, said in ((home.mother, True), (home.me, False)):
        data = {
            "item": str(home.item.id),
            "hall": await hall_of(home),
            "days": str(day),
            "person": str(person.id),
        }
        answer = await client.post("/waiting", data=data)
        assert answer.status_code == 303, answer.text
        shown = (await client.get(answer.headers["location"])).text
        assert (f"{BANNER}施*英" in shown) is said


async def test_an_ended_authority_is_not_offered_a_wait(client: httpx.AsyncClient, home: Home) -> None:
    today = clock.local(await clock.now()).date()
    friend = await identity.add_person(
        home.owner.id, "顾海燕", "authorised", "resident", make.id_number(901), until=today, agreed=True
    )
    await later(days=1)
    day = await full(home)
    page = (await client.get(f"/waiting/new?item={home.item.id}&hall=&day={day}&person={friend.id}")).text
    assert chosen(page) == str(home.me.id)
    assert "顾*燕 的授权已到期" in page
