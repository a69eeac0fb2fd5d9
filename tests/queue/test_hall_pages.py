"""The guide's screen: the whole hall with why each one waits, a number for whoever comes, and what a guide changes."""

import re
from uuid import UUID, uuid4

import httpx
import pytest

from backend import clock, db, queue
from backend.identity.sessions import open_session
from tests import factories as make
from tests.queue import hall
from tests.queue.hall import Place
from tests.world import HERE

PAGE = "/console/hall"


@pytest.fixture
async def at(client: httpx.AsyncClient) -> Place:
    """The hall, its guide signed in."""
    found = await hall.place()
    await be(client, found.guide)
    return found


async def be(client: httpx.AsyncClient, staff: UUID) -> None:
    client.cookies.clear()
    client.cookies.set("session", await open_session(await clock.now(), "测试", staff=staff))


def words(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text.partition("<main")[2]))


async def walk_in(client: httpx.AsyncClient, at: Place, **more: object) -> httpx.Response:
    """The guide's form for a number, with what is filled in beside."""
    form = {"party": uuid4(), "matter": at.items["E"].id, "id_type": "resident", **more}
    data = {name: str(value) for name, value in form.items()}
    return await client.post(f"/console/halls/{at.hall.id}/tickets", data=data)


async def deed(client: httpx.AsyncClient, ticket: object, noun: str, **form: object) -> httpx.Response:
    data = {name: str(value) for name, value in form.items()}
    return await client.post(f"/console/tickets/{ticket}/{noun}", data=data)


async def booking(at: Place, time: str = "10:00") -> tuple[str, UUID, str]:
    """A booking of today: its id, its owner, and its number."""
    slot = await make.slot(at.lines["E"], clock.local(await clock.now()).date(), time)
    owner, person = await make.citizen()
    held = await make.held(slot, at.items["E"], owner, person)
    return str(held.id), UUID(str(owner.id)), held.number


async def test_an_empty_hall_says_what_to_do(client: httpx.AsyncClient, at: Place) -> None:
    said = words(await client.get(PAGE))
    assert "现在没有人等" in said
    assert "还没有窗口打开" in said


async def test_every_one_who_waits_stands_in_their_line_with_the_reason(
    client: httpx.AsyncClient, at: Place
) -> None:
    await hall.walk_in(at)
    elder = await hall.walk_in(at, "C", priority="elder")
    await queue.open_desk(at.counters[1], at.clerk)
    await queue.call_next(at.counters[1], at.clerk)
    said = words(await client.get(PAGE))
    assert f"{elder.number} C 的事 优先（70 岁以上老人），10:00 取号" in said
    assert "E001 叫号中" in said
    assert "最早到号" not in said
    assert said == words(await client.get(PAGE, params={"hall": "nowhere"}))


async def test_whoever_comes_gets_a_number_of_the_guide_and_pressed_twice_the_same(
    client: httpx.AsyncClient, at: Place
) -> None:
    party = uuid4()
    first = await walk_in(client, at, party=party, priority="elder")
    again = await walk_in(client, at, party=party, priority="elder")
    assert first.headers["location"] == again.headers["location"]
    said = words(await client.get(first.headers["location"]))
    assert "V001" in said
    assert "前面 0 人" in said
    assert "给下一个人取号" in said
    assert [row["source"] for row in await db.rows("SELECT source FROM ticket")] == ["guide"]


async def test_an_id_binds_the_numbers_of_one_person_and_is_not_kept_in_words(
    client: httpx.AsyncClient, at: Place
) -> None:
    number = make.id_number(7)
    await walk_in(client, at, id_number=number)
    await walk_in(client, at, id_number=number, matter=at.items["C"].id)
    rows = await db.rows("SELECT party, person_index FROM ticket")
    assert len({(row["party"], row["person_index"]) for row in rows}) == 1
    wrong = await walk_in(client, at, id_number=number[:-1] + "0")
    assert (wrong.status_code, 'href="#f-id_number"' in wrong.text) == (422, True)
    found = await client.post(f"{PAGE}/search", data={"hall": HERE, "q": number})
    assert all(one in found.text for one in ("E001", "C001"))


async def test_without_a_matter_a_line_will_do_but_something_must_be_chosen(
    client: httpx.AsyncClient, at: Place
) -> None:
    nothing = await walk_in(client, at, matter="")
    assert (nothing.status_code, 'href="#f-matter"' in nothing.text) == (422, True)
    assert (await walk_in(client, at, matter="", line=at.lines["C"].id)).status_code == 303
    assert await hall.numbers() == ["C001"]


async def test_another_matter_of_the_same_person_is_the_same_party(
    client: httpx.AsyncClient, at: Place
) -> None:
    first = await hall.walk_in(at)
    page = await client.get(f"{PAGE}/new", params={"beside": str(first.id)})
    assert f'name="party" value="{first.party}"' in page.text


async def test_a_booking_is_found_by_its_number_and_checked_in(client: httpx.AsyncClient, at: Place) -> None:
    id, _, number = await booking(at)
    found = await client.post(f"{PAGE}/search", data={"hall": HERE, "q": number})
    assert "签到取号" in found.text
    done = await client.post(f"/console/bookings/{id}/check-in")
    assert "Y001" in words(await client.get(done.headers["location"]))
    again = await client.post(f"/console/bookings/{id}/check-in")
    assert again.status_code == 409


async def test_one_number_that_is_looked_for_opens_at_once(client: httpx.AsyncClient, at: Place) -> None:
    ticket = await hall.walk_in(at)
    found = await client.post(f"{PAGE}/search", data={"hall": HERE, "q": "e001"})
    assert found.headers["location"] == f"/console/tickets/{ticket.id}"
    none = await client.post(f"{PAGE}/search", data={"hall": HERE, "q": "E002"})
    assert "今天没有这个号或预约" in none.text


async def test_a_number_is_moved_preferred_and_voided_each_with_a_reason_that_is_kept(
    client: httpx.AsyncClient, at: Place
) -> None:
    one = await hall.walk_in(at)
    bare = await deed(client, one.id, "moves", line=at.lines["C"].id, why="")
    assert (bare.status_code, 'href="#f-why"' in bare.text) == (422, True)
    await deed(client, one.id, "moves", line=at.lines["C"].id, why="办错类了")
    await deed(client, one.id, "priority", priority="elder", seen_why="看过老年证")
    said = words(await client.get(f"/console/tickets/{one.id}"))
    assert all(reason in said for reason in ("办错类了", "看过老年证"))
    assert (
        await deed(client, one.id, "priority", priority="elder", seen_why="看过老年证")
    ).status_code == 409
    await deed(client, one.id, "voiding", void_why="打错了")
    assert (await hall.ticket(UUID(str(one.id)))).state == "voided"


async def test_whoever_missed_it_comes_back_once(client: httpx.AsyncClient, at: Place) -> None:
    await db.rows("UPDATE queue_rules SET rings = 1, ring_seconds = 0")
    one = await hall.walk_in(at)
    await queue.open_desk(at.counters[1], at.clerk)
    await queue.call_next(at.counters[1], at.clerk)
    await queue.miss(at.counters[1], at.clerk, UUID(str(one.id)))
    assert "过号 1" in words(await client.get(PAGE))
    assert "他回来了" in words(await client.get(f"/console/tickets/{one.id}"))
    assert (await deed(client, one.id, "returns", back="")).status_code == 303
    assert (await deed(client, one.id, "returns", back="")).status_code == 409


async def test_a_clerk_looks_and_gives_numbers_but_moves_nobody(client: httpx.AsyncClient, at: Place) -> None:
    one = await hall.walk_in(at)
    await be(client, at.clerk)
    page = await client.get(f"/console/tickets/{one.id}")
    assert (page.status_code, "作废" in page.text) == (200, False)
    assert (await deed(client, one.id, "voiding", void_why="打错了")).status_code == 403
