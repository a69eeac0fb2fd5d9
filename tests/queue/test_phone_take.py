"""手机取号: scan, sign in, choose, take; and checking in a booking by phone, in the hall only."""

import re
from uuid import uuid4

import httpx
import pytest

from backend import clock, db, queue
from backend.identity.sessions import open_session
from backend.identity.tables import Account, Person
from tests import factories as make
from tests.queue import hall
from tests.world import HERE


async def signed_in(client: httpx.AsyncClient) -> tuple[Account, Person]:
    """Somebody with an account, at their phone."""
    owner, person = await make.citizen()
    client.cookies.set("session", await open_session(await clock.now(), "手机", account=owner.id))
    return owner, person


async def scan(client: httpx.AsyncClient, at: str = HERE) -> None:
    """They scan the code of a hall."""
    answer = await client.get("/tickets/here", params={"hall": at, "code": await queue.hall_code(at)})
    assert answer.status_code == 303


async def take(client: httpx.AsyncClient, person: Person, *items: object, **more: str) -> httpx.Response:
    """Send the form."""
    form = {"person": str(person.id), "party": str(uuid4()), "items": [str(item) for item in items], **more}
    return await client.post("/tickets", data=form)


async def test_scan_sign_in_choose_take(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await scan(client)
    answer = await client.get("/tickets/new")
    assert answer.headers["location"] == "/session/new?next=/tickets/new", "the scan waits for the sign-in"
    _, person = await signed_in(client)
    page = await client.get("/tickets/new")
    assert str(at.items["E"].id) in page.text
    answer = await take(client, person, at.items["E"].id)
    [row] = await db.rows("SELECT id, letter, source, person, account, person_index FROM ticket")
    assert answer.headers["location"] == f"/tickets/{row['id']}"
    assert (row["source"], row["person"], row["person_index"]) == ("phone", person.id, person.id_index)
    own = (await client.get("/tickets")).text
    assert "E001" in own
    assert "前面没有人" in own


async def test_from_home_there_is_no_number(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    _, person = await signed_in(client)
    assert "先扫大厅" in (await client.get("/tickets/new")).text
    answer = await take(client, person, at.items["E"].id)
    assert (answer.status_code, "先扫大厅" in answer.text) == (409, True)
    await scan(client)
    await hall.later(11)
    assert (await take(client, person, at.items["E"].id)).status_code == 409
    assert await hall.numbers() == []


async def test_several_matters_are_one_party_and_twice_is_once(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    _, person = await signed_in(client)
    await scan(client)
    for _ in range(2):
        answer = await take(client, person, at.items["E"].id, at.items["C"].id, party=str(uuid4()))
        assert answer.headers["location"] == "/tickets"
    assert await hall.numbers() == ["C001", "E001"]
    assert len({row["party"] for row in await db.rows("SELECT party FROM ticket")}) == 1


async def test_one_takes_for_one_s_own_people_only_and_within_limits(client: httpx.AsyncClient) -> None:
    at = await hall.place(live_per_person=1)
    owner, person = await signed_in(client)
    _, stranger = await make.citizen()
    await scan(client)
    assert (await take(client, stranger, at.items["E"].id)).status_code == 404
    assert (await take(client, person, at.items["E"].id)).status_code == 303
    refused = await take(client, person, at.items["C"].id)
    assert (refused.status_code, "最多同时有 1 个号" in refused.text) == (409, True)
    family = await make.person(owner, relation="family", name="李小燕")
    assert (await take(client, family, at.items["C"].id)).status_code == 303
    assert await hall.numbers() == ["C001", "E001"]


@pytest.mark.parametrize("letter", ["V", "Y"])
async def test_nobody_takes_a_number_of_the_letters_that_booking_and_priority_carry(
    client: httpx.AsyncClient, letter: str
) -> None:
    at = await hall.place()
    _, person = await signed_in(client)
    await scan(client)
    page = await client.get("/tickets/new")
    assert str(at.lines[letter].id) not in page.text
    assert (await take(client, person, lines=str(at.lines[letter].id))).status_code == 404
    assert (await take(client, person, lines=str(at.lines["C"].id))).status_code == 303


async def test_nothing_chosen_is_said_and_looking_loses_nothing(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    _, person = await signed_in(client)
    await scan(client)
    answer = await take(client, person)
    assert (answer.status_code, "请至少选一件" in answer.text) == (422, True)
    page = await client.get("/tickets/new", params={"q": "C 的事", "items": str(at.items["E"].id)})
    assert re.search(rf'value="{at.items["E"].id}" checked', page.text)


async def test_a_booking_is_checked_in_by_phone_in_its_hall_only(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    owner, person = await signed_in(client)
    slot = await make.slot(at.lines["E"], make.MONDAY.date(), "10:00")
    booked = await make.held(slot, at.items["E"], owner, person)
    address = f"/appointments/{booked.id}/check-in"
    assert f'hx-get="{address}"' in (await client.get(f"/appointments/{booked.id}")).text
    assert "到大厅扫码签到" in (await client.get(address)).text
    assert address not in (await client.get("/tickets")).text, "not here yet"
    assert (await client.post(address)).status_code == 409
    await make.hall("吕四港镇便民服务中心", "town")
    await scan(client, "town")
    refused = await client.post(address)
    assert (refused.status_code, "启东市政务服务中心" in refused.text) == (409, True)
    await scan(client)
    assert "签到，取 10:00 的号" in (await client.get(address)).text
    assert address in (await client.get("/tickets")).text
    answer = await client.post(address)
    [row] = await db.rows("SELECT id, letter, source, account FROM ticket")
    assert answer.headers["location"] == f"/tickets/{row['id']}"
    assert (row["letter"], row["source"], row["account"]) == ("Y", "booking", owner.id)
    assert (await client.post(address)).status_code == 409


async def test_too_early_the_page_says_from_when(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    owner, person = await signed_in(client)
    slot = await make.slot(at.lines["E"], make.MONDAY.date(), "11:00")
    booked = await make.held(slot, at.items["E"], owner, person)
    await scan(client)
    assert "10:30 起可以到大厅扫码签到" in (await client.get("/tickets")).text
    assert "10:30 起可以到大厅扫码签到" in (await client.get(f"/appointments/{booked.id}/check-in")).text
    refused = await client.post(f"/appointments/{booked.id}/check-in")
    assert (refused.status_code, "10:30 起可以签到" in refused.text) == (409, True)


async def test_who_is_late_reads_what_it_means_and_may_choose_another_time(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    owner, person = await signed_in(client)
    slot = await make.slot(at.lines["E"], make.MONDAY.date(), "10:00")
    booked = await make.held(slot, at.items["E"], owner, person)
    await clock.move_to(make.MONDAY.replace(hour=10, minute=20))
    await scan(client)
    for address in ("/tickets", f"/appointments/{booked.id}/check-in"):
        page = (await client.get(address)).text
        assert "过了预约时间 20 分钟，现在签到按普通号排队" in page
        assert "按普通号签到</button>" in page
    assert f"/appointments/new?item={at.items['E'].id}" in (await client.get("/tickets")).text
    await clock.move_to(make.MONDAY.replace(hour=12, minute=5))
    await scan(client)
    assert "过了预约时间 2 小时 5 分钟" in (await client.get("/tickets")).text, (
        "its time is over, the hall takes it"
    )
    assert (await client.post(f"/appointments/{booked.id}/check-in")).status_code == 303
    assert await hall.numbers() == ["E001"]


async def test_after_hours_the_phone_says_so_and_offers_nothing_late(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    owner, person = await signed_in(client)
    slot = await make.slot(at.lines["E"], make.MONDAY.date(), "10:00")
    await make.held(slot, at.items["E"], owner, person)
    await clock.move_to(make.MONDAY.replace(hour=16, minute=45))
    await scan(client)
    page = (await client.get("/tickets/new")).text
    assert "明天 08:30 起再取号" in page
    assert 'form="take"' not in page
    assert "签到" not in (await client.get("/tickets")).text.partition("怎么取号")[0]


async def test_a_stranger_s_booking_is_not_there(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await signed_in(client)
    owner, person = await make.citizen()
    slot = await make.slot(at.lines["E"], make.MONDAY.date(), "10:00")
    booked = await make.held(slot, at.items["E"], owner, person)
    await scan(client)
    assert (await client.post(f"/appointments/{booked.id}/check-in")).status_code == 404
    assert (await client.get(f"/appointments/{booked.id}/check-in")).status_code == 404
    assert await hall.numbers() == []


async def test_an_id_that_one_types_opens_no_number_that_its_holder_took(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    _, person = await signed_in(client)
    await hall.walk_in(at, indexes=(person.id_index,))
    await scan(client)
    refused = await take(client, person, at.items["E"].id)
    assert (refused.status_code, "已经取过这件事的号" in refused.text) == (409, True)
    assert "E001" not in (await client.get("/tickets")).text
    assert (await take(client, person, at.items["E"].id, at.items["C"].id)).status_code == 303
    assert await hall.numbers() == ["C001", "E001"]
