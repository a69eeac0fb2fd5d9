"""The first page, 我的, and pages for ways that are not online."""

import datetime as dt

import httpx
import pytest

from backend import appointments, clock
from backend.appointments.tables import CapacityException
from backend.catalog.tables import Hall, Opening
from backend.clock import CalendarDay
from backend.home.hall import hall_today
from backend.identity.sessions import open_session
from backend.identity.tables import Account, Person, Staff
from tests import factories, world


async def open_hall() -> Hall:
    hall = await factories.hall(code="city")
    spans = [(1, "09:00", "12:00", False), (1, "12:00", "13:00", True), (1, "13:00", "17:00", False)]
    for weekday, opens, closes, booked in spans:
        times = dt.time.fromisoformat(opens), dt.time.fromisoformat(closes)
        await Opening.insert(
            Opening(hall=hall.id, weekday=weekday, opens=times[0], closes=times[1], booking_only=booked)
        )
    return hall


def monday(time: str, day: int = 23) -> dt.datetime:
    return dt.datetime.combine(dt.date(2026, 11, day), dt.time.fromisoformat(time), tzinfo=clock.SHANGHAI)


async def sign_in(client: httpx.AsyncClient) -> tuple[Account, Person]:
    account, person = await factories.citizen()
    client.cookies.set("session", await open_session(await clock.now(), "安卓 · 微信", account=account.id))
    return account, person


@pytest.mark.parametrize(
    ("role", "where"),
    [("clerk", "counter"), ("guide", "hall"), ("officer", "cases"), ("manager", "appointments")],
)
async def test_staff_begin_where_they_work(client: httpx.AsyncClient, role: str, where: str) -> None:
    await world.be(client, await world.build(), world.Who(role=role))
    assert (await client.get("/console")).headers["location"] == f"/console/{where}"


async def test_the_first_page_greets_and_offers_the_search_and_the_doors(client: httpx.AsyncClient) -> None:
    await factories.item(await factories.line(await open_hall()), shanghai=True)
    page = (await client.get("/")).text
    assert "上午好，要办什么事？" in page
    assert 'action="/items"' in page
    assert all(f'href="{door}"' in page for door in ("/items", "/tickets", "/doorstep", "/shanghai"))
    assert "登录后预约" in page
    assert "现在开着" in page


async def test_a_city_without_a_desk_in_shanghai_shows_no_door_to_it(client: httpx.AsyncClient) -> None:
    await factories.item(await factories.line(await open_hall()))
    assert 'href="/shanghai"' not in (await client.get("/")).text


async def test_the_next_appointment_stands_on_the_first_page(client: httpx.AsyncClient) -> None:
    account, person = await sign_in(client)
    item, slot = await factories.bookable()
    booked = await appointments.book(slot.id, item.id, person.id, by=account.id)
    page = (await client.get("/")).text
    assert f"/appointments/{booked.id}" in page
    assert f"后天 10:00 · {item.name}" in page


async def test_a_strangers_appointment_is_not_on_my_first_page(client: httpx.AsyncClient) -> None:
    other, person = await factories.citizen()
    item, slot = await factories.bookable()
    booked = await appointments.book(slot.id, item.id, person.id, by=other.id)
    await sign_in(client)
    assert str(booked.id) not in (await client.get("/")).text


async def test_me_masks_name_and_phone(client: httpx.AsyncClient) -> None:
    await sign_in(client)
    page = (await client.get("/me")).text
    assert "张*丰" in page
    assert "张三丰" not in page
    assert "100****" in page


async def test_me_without_an_account_leads_to_the_sign_in_and_still_has_the_looks(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/me")).text
    assert 'href="/session/new?next=/me"' in page
    assert 'action="/preferences"' in page


@pytest.mark.parametrize(
    ("path", "says"),
    [("/tickets", "扫大厅的码"), ("/doorstep", "选一件事就能申请"), ("/shanghai", "受理和决定都在启东")],
)
async def test_a_door_says_honestly_what_is_not_there_yet(
    client: httpx.AsyncClient, path: str, says: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert says in answer.text


async def test_the_door_of_the_desk_in_shanghai_says_where_and_when(client: httpx.AsyncClient) -> None:
    hall = await factories.hall("启东市驻沪政务服务办事点", "shanghai")
    await Hall.update({Hall.kind: "shanghai", Hall.address: "上海市某路 1 号"}).where(Hall.id == hall.id)
    await factories.item(await factories.line(hall), "公司设立", shanghai=True)
    page = (await client.get("/shanghai")).text
    for said in (
        "上海市某路 1 号",
        "0513-83000000",
        "/halls/shanghai",
        "在上海就能办的 1 件事",
        "点开下面要办的事再约",
    ):
        assert said in page
    assert "还没开通" not in page


async def test_a_door_lists_only_what_can_be_done_that_way(client: httpx.AsyncClient) -> None:
    line = await factories.line(await factories.hall())
    await factories.item(line, "老年人优待证", doorstep=True)
    await factories.item(line, "公司设立", shanghai=True)
    doorstep, shanghai = (await client.get("/doorstep")).text, (await client.get("/shanghai")).text
    assert "老年人优待证" in doorstep
    assert "公司设立" not in doorstep
    assert "公司设立" in shanghai
    assert "老年人优待证" not in shanghai


@pytest.mark.parametrize(
    ("time", "is_open", "said"),
    [
        ("08:59", False, "09:00 开门"),
        ("09:00", True, "现在开着"),
        ("12:30", True, "只接待预约，到 13:00"),
        ("17:00", False, "今天已经下班"),
    ],
)
async def test_the_hall_says_whether_it_is_open_now(time: str, is_open: bool, said: str) -> None:
    await open_hall()
    hall = await hall_today("city", monday(time))
    assert hall is not None
    assert (hall.open, hall.said, hall.hours) == (is_open, said, "09:00–17:00")


async def test_a_holiday_shuts_the_hall_and_an_adjusted_weekend_opens_it() -> None:
    await open_hall()
    await CalendarDay.insert(
        CalendarDay(day=dt.date(2026, 11, 23), working=False, name="试验节"),
        CalendarDay(day=dt.date(2026, 11, 28), working=True, name="试验节"),
    )
    shut, adjusted = await hall_today("city", monday("10:00")), await hall_today("city", monday("10:00", 28))
    assert shut is not None
    assert adjusted is not None
    assert (shut.said, shut.hours) == ("今天不开放", "")
    assert adjusted.open


async def test_a_closed_hall_says_why() -> None:
    hall = await open_hall()
    boss = Staff(username="boss", name="王主任", created_at=await clock.now())
    await Staff.insert(boss)
    await CapacityException.insert(
        CapacityException(
            hall=hall.id,
            day=dt.date(2026, 11, 23),
            reason="台风停电",
            by=boss.id,
            created_at=await clock.now(),
        )
    )
    found = await hall_today("city", monday("10:00"))
    assert found is not None
    assert (found.open, found.said) == (False, "临时不开放：台风停电")


async def test_who_reads_in_elder_mode_keeps_it_when_adding_oneself(client: httpx.AsyncClient) -> None:
    owner = await factories.account()
    client.cookies.set("session", await open_session(await clock.now(), "安卓", account=owner.id))
    client.cookies.set("elder", "1")
    form = (await client.get("/people/new")).text
    assert 'name="elder" value="yes" checked' in form
