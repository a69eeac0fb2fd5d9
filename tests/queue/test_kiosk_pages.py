"""The touch screen at a hall's door: two taps to a number, known by an ID that is never shown, forgotten at once."""

import datetime as dt
import re
from uuid import uuid4

import httpx
import pytest

from backend import catalog, clock, db, identity, queue, secrecy
from backend.appointments.tables import CapacityException
from backend.queue import cards, devices
from backend.queue.paper_links import paper_token
from backend.queue.tables import Ticket
from tests import factories as make
from tests import world
from tests.queue import hall, kiosk

ID = make.id_number(7)


async def booking(at: hall.Place, number: str = ID, time: str = "10:00") -> str:
    """Somebody's booking of today."""
    owner = await make.account()
    person = await make.person(owner, number)
    slot = await make.slot(at.lines["E"], make.MONDAY.date(), time)
    return str((await make.held(slot, at.items["E"], owner, person)).id)


async def test_two_taps_lead_to_a_number_by_matter_or_by_line(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    screen = await kiosk.paired(client, at)
    first = await client.get("/kiosk")
    assert [f'href="/kiosk/{way}"' in first.text for way in ("items", "lines", "card")] == [True] * 3
    matters = await client.get("/kiosk/items")
    assert f'name="item" value="{at.items["E"].id}"' in matters.text
    assert kiosk.numbers(await kiosk.tap(client, item=at.items["E"].id)) == ["E001"]
    lines = await client.get("/kiosk/lines")
    assert "在等 1 人" in lines.text
    assert "优先" not in lines.text.partition("<footer")[0], "nobody takes a number of the letters V and Y"
    assert kiosk.numbers(await kiosk.tap(client, line=at.lines["C"].id)) == ["C001"]
    [row, _] = await db.rows("SELECT source, device, person_index FROM ticket ORDER BY letter DESC")
    assert (row["source"], row["device"], row["person_index"]) == ("kiosk", screen, None)


async def test_a_double_tap_takes_one_number(client: httpx.AsyncClient) -> None:
    at, party = await hall.place(), uuid4()
    await kiosk.paired(client, at)
    pages = [await kiosk.tap(client, party, item=at.items["E"].id) for _ in range(2)]
    assert [kiosk.numbers(page) for page in pages] == [["E001"], ["E001"]]
    assert "还是这一个" in pages[1].text
    assert await hall.numbers() == ["E001"]


async def test_a_number_just_taken_without_an_id_is_asked_about_before_the_next(
    client: httpx.AsyncClient,
) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    await kiosk.tap(client, item=at.items["E"].id)
    asked = await kiosk.tap(client, party := uuid4(), item=at.items["E"].id)
    assert (asked.status_code, kiosk.numbers(asked)) == (409, ["E001"])
    assert await hall.numbers() == ["E001"]
    mine = re.search(r'action="(/kiosk/plans/[^"]+/printing)"', asked.text)
    assert mine
    assert kiosk.numbers(await kiosk.follow(client, await client.post(mine[1]))) == ["E001"], "it is mine"
    assert kiosk.numbers(await kiosk.tap(client, party, item=at.items["E"].id, another="yes")) == ["E002"]
    assert kiosk.numbers(await kiosk.tap(client, item=at.items["C"].id)) == ["C001"], "another matter"


async def test_nobody_is_asked_later_elsewhere_with_an_id_or_where_the_hall_does_not_want_it(
    client: httpx.AsyncClient,
) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    await kiosk.tap(client, item=at.items["E"].id)
    await clock.move_to(await clock.now() + dt.timedelta(seconds=21))
    assert kiosk.numbers(await kiosk.tap(client, item=at.items["E"].id)) == ["E002"]
    await kiosk.show(client, ID)
    assert kiosk.numbers(await kiosk.tap(client, item=at.items["E"].id)) == ["E003"]
    await client.get("/kiosk")
    assert (await kiosk.tap(client, item=at.items["E"].id)).status_code == 409
    await db.rows("UPDATE queue_rules SET anonymous_seconds = 0")
    assert kiosk.numbers(await kiosk.tap(client, item=at.items["E"].id)) == ["E004"]
    await db.rows("UPDATE queue_rules SET anonymous_seconds = 20")
    client.cookies.clear()
    await kiosk.paired(client, at)
    assert kiosk.numbers(await kiosk.tap(client, item=at.items["E"].id)) == ["E005"], "another kiosk"


async def test_a_number_that_was_not_wanted_is_not_asked_about(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at, printer="127.0.0.1:9")
    page = await kiosk.tap(client, line=at.lines["E"].id)
    await client.post(f"/kiosk/plans/{kiosk.plan(page)}/voiding")
    assert kiosk.numbers(await kiosk.tap(client, line=at.lines["E"].id)) == ["E002"]


async def test_several_matters_are_one_plan(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    page = await kiosk.tap(client, item=at.items["E"].id)
    more = await client.get(f"/kiosk/items?plan={kiosk.plan(page)}")
    assert f'name="party" value="{kiosk.plan(page)}"' in more.text
    both = await client.post(
        "/kiosk/tickets", data={"party": kiosk.plan(page), "item": str(at.items["C"].id)}
    )
    page = await kiosk.follow(client, both)
    assert kiosk.numbers(page) == ["E001", "C001"]
    assert "不会同时叫" in page.text


@pytest.mark.parametrize("q", ["hz", "HZHL", "huzhao", "护照"])
async def test_a_matter_is_found_by_the_letters_of_its_sound(client: httpx.AsyncClient, q: str) -> None:
    at = await hall.place()
    passport = await make.item(at.lines["E"], "护照换领", **catalog.sounds("护照换领"))
    await kiosk.paired(client, at)
    page = await client.get("/kiosk/items", params={"q": q})
    assert str(passport.id) in page.text
    assert str(at.items["C"].id) not in page.text


async def test_an_id_checks_in_its_booking_and_is_shown_nowhere(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    coming = await booking(at)
    answer = await client.post("/kiosk/search", data={"card": ID})
    assert answer.headers["location"] == "/kiosk/visit"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert ID not in cookie
    page = await client.get("/kiosk/visit")
    assert "10:00 E 的事" in page.text
    assert ID not in page.text
    assert ID[-4:] not in page.text
    done = await client.post(f"/kiosk/bookings/{coming}/check-in")
    page = await kiosk.follow(client, done)
    assert kiosk.numbers(page) == ["Y001"]
    assert "预约 10:00，已签到" in page.text
    again = await kiosk.follow(client, await client.post(f"/kiosk/bookings/{coming}/check-in"))
    assert kiosk.numbers(again) == ["Y001"], "twice, it is the same number"
    [row] = await db.rows("SELECT person_index, account IS NOT NULL AS account FROM ticket")
    assert row["person_index"] in identity.id_indexes("resident", ID)


async def test_the_first_page_forgets_who_was_there(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    coming = await booking(at)
    await kiosk.show(client, ID)
    await client.get("/kiosk")
    assert (await client.get("/kiosk/visit")).headers["location"] == "/kiosk/card"
    assert (await client.post(f"/kiosk/bookings/{coming}/check-in")).status_code == 404


async def test_what_was_shown_is_worth_nothing_later_or_at_another_kiosk(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    await kiosk.show(client, ID)
    shown = client.cookies["visit"]
    client.cookies.clear()
    await kiosk.paired(client, at)
    client.cookies.set("visit", shown)
    assert (await client.get("/kiosk/visit")).status_code == 303, "another kiosk"
    client.cookies.delete("visit")
    await kiosk.show(client, ID)
    assert (await client.get("/kiosk/visit")).status_code == 200
    await clock.move_to(await clock.now() + dt.timedelta(seconds=121))
    assert (await client.get("/kiosk/visit")).status_code == 303


async def test_nobody_checks_in_somebody_else_s_booking(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    theirs = await booking(at, make.id_number(8))
    page = await kiosk.show(client, ID)
    assert theirs not in page.text
    assert (await client.post(f"/kiosk/bookings/{theirs}/check-in")).status_code == 404
    assert await hall.numbers() == []


async def test_a_voucher_s_code_checks_in_that_booking(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    coming = await booking(at)
    page = await kiosk.show(client, f"QB1.{coming.replace('-', '')}")
    assert "签到取号" in page.text
    page = await kiosk.follow(client, await client.post(f"/kiosk/bookings/{coming}/check-in"))
    assert kiosk.numbers(page) == ["Y001"]


async def test_too_early_is_said_on_the_page_with_the_hour(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    coming = await booking(at, time="11:00")
    await kiosk.show(client, ID)
    answer = await client.post(f"/kiosk/bookings/{coming}/check-in")
    assert answer.status_code == 409
    assert "10:30 起可以签到" in answer.text


async def test_an_id_gets_its_own_numbers_again_without_a_second_place(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    await kiosk.show(client, ID)
    page = await kiosk.tap(client, item=at.items["E"].id)
    before = await hall.ticket((await Ticket.objects())[0].id)
    await client.get("/kiosk")
    page = await kiosk.show(client, ID)
    assert kiosk.numbers(page) == ["E001"]
    again = await kiosk.follow(client, await client.post(f"/kiosk/plans/{before.party}/printing"))
    assert kiosk.numbers(again) == ["E001"]
    assert (await hall.ticket(before.id)).turn_at == before.turn_at
    assert kiosk.numbers(await kiosk.tap(client, item=at.items["C"].id)) == ["E001", "C001"], (
        "known by the ID"
    )


async def test_who_missed_their_number_comes_back_with_its_paper(client: httpx.AsyncClient) -> None:
    at = await hall.place(rings=1, ring_seconds=1)
    await kiosk.paired(client, at)
    await kiosk.tap(client, item=at.items["E"].id)
    await queue.open_desk(at.counters[1], at.clerk)
    called = await queue.call_next(at.counters[1], at.clerk)
    assert called
    await hall.later(1)
    await queue.miss(at.counters[1], at.clerk, called.ticket)
    page = await kiosk.show(client, f"http://qiban.test/q/{paper_token(called.ticket)}")
    assert "过号了" in page.text
    page = await kiosk.follow(client, await client.post(f"/kiosk/tickets/{called.ticket}/return"))
    assert "重新排上了" in page.text
    assert (await hall.ticket(called.ticket)).state == "waiting"
    assert (await client.post(f"/kiosk/tickets/{uuid4()}/return")).status_code == 404


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (ID[:-1] + ("0" if ID[-1] != "0" else "1"), "有一位不对"),
        ("SFM-9F2C", "认不出"),
        ("QB1.nothing", "认不出"),
    ],
)
async def test_what_nobody_knows_is_refused_in_plain_words(
    client: httpx.AsyncClient, card: str, said: str
) -> None:
    await kiosk.paired(client, await hall.place())
    answer = await client.post("/kiosk/search", data={"card": card})
    assert answer.status_code == 422
    assert said in answer.text
    assert card not in answer.text


async def test_a_city_s_own_code_is_read_as_the_id_it_stands_for(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sufu(text: str) -> str | None:
        return ID if text == "SFM-9F2C" else None

    monkeypatch.setattr(cards, "CODES", [sufu])
    at = await hall.place()
    await kiosk.paired(client, at)
    await booking(at)
    assert "10:00 E 的事" in (await kiosk.show(client, "SFM-9F2C")).text


async def test_a_hall_may_ask_for_the_id_first(client: httpx.AsyncClient) -> None:
    at = await hall.place(kiosk_identity=True)
    await kiosk.paired(client, at)
    assert "先刷身份证" in (await client.get("/kiosk/items")).text
    refused = await kiosk.tap(client, item=at.items["E"].id)
    assert refused.status_code == 409
    assert 'href="/kiosk/card"' in refused.text
    await kiosk.show(client, ID)
    assert kiosk.numbers(await kiosk.tap(client, item=at.items["E"].id)) == ["E001"]


async def test_after_hours_every_page_says_when_it_begins_again_and_a_tap_is_refused(
    client: httpx.AsyncClient,
) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    await clock.move_to(make.MONDAY.replace(hour=16, minute=45))
    for way in ("/kiosk", "/kiosk/items", "/kiosk/lines"):
        page = (await client.get(way)).text
        assert "16:30 起不再取号" in page
        assert "明天 08:30 起再取号" in page
        assert page.count("disabled") == page.count('<button class="pick-item"'), "nothing to tap in vain"
    refused = await kiosk.tap(client, item=at.items["E"].id)
    assert (refused.status_code, "不再取号" in refused.text) == (409, True)


async def test_before_opening_the_sentence_itself_says_from_when(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    await clock.move_to(make.MONDAY.replace(hour=8, minute=0))
    page = (await client.get("/kiosk")).text
    assert "08:30 起取号" in page
    assert "起再取号" not in page
    await clock.move_to(make.MONDAY.replace(hour=8, minute=40))
    assert "现在没有窗口在办，09:00 开始" in (await client.get("/kiosk/items")).text


async def test_over_a_weekend_and_a_closing_it_says_the_day_on_which_it_issues_again(
    client: httpx.AsyncClient,
) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    await closed(at, make.MONDAY.date(), dt.time(13, 30))
    assert "今天 13:30 起再取号" in (await client.get("/kiosk")).text
    friday = make.MONDAY + dt.timedelta(days=4)
    await closed(at, friday.date() + dt.timedelta(days=3))
    await clock.move_to(friday.replace(hour=16, minute=45))
    assert "12 月 1 日（周二）08:30 起再取号" in (await client.get("/kiosk")).text


async def closed(at: hall.Place, day: dt.date, ends: dt.time | None = None) -> None:
    """The whole hall is shut on a day, until `ends`."""
    row = CapacityException(
        hall=at.hall.id,
        day=day,
        ends=ends,
        counters=0,
        reason="停电",
        by=at.manager,
        created_at=await clock.now(),
    )
    await CapacityException.insert(row)


async def test_where_no_counter_is_open_it_is_said_and_a_number_is_taken_all_the_same(
    client: httpx.AsyncClient,
) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    await queue.open_desk(at.counters[1], at.clerk)
    lines = (await client.get("/kiosk/lines")).text
    assert lines.count("现在没有窗口在办") == 2, "of the lines A and C, not of E"
    await queue.pause_desk(at.counters[1], at.clerk, "午休")
    items = (await client.get("/kiosk/items")).text
    assert "现在没有窗口在办，1 个午休" in items
    assert kiosk.numbers(await kiosk.tap(client, item=at.items["C"].id)) == ["C001"]
    await queue.open_desk(at.counters[9], await hall.clerk(9))
    assert "现在没有窗口在办" not in (await client.get("/kiosk/items")).text, "counter 9 does anything"


async def test_who_is_late_reads_what_it_means_before_they_check_in(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    await queue.open_desk(at.counters[1], at.clerk)
    coming = await booking(at)
    await clock.move_to(make.MONDAY.replace(hour=10, minute=14))
    assert "按普通号" not in (await kiosk.show(client, ID)).text
    await clock.move_to(make.MONDAY.replace(hour=10, minute=20, second=30))
    page = (await kiosk.show(client, ID)).text
    assert "过了预约时间 20 分钟，现在签到按普通号排队，" in page
    assert "按普通号签到</button>" in page
    done = await kiosk.follow(client, await client.post(f"/kiosk/bookings/{coming}/check-in"))
    assert kiosk.numbers(done) == ["E001"]


async def test_who_is_early_reads_from_when_on(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    await booking(at, time="11:00")
    page = (await kiosk.show(client, ID)).text
    assert "10:30 起可以签到" in page
    assert "/check-in" not in page


async def test_a_kiosk_sees_nothing_of_another_hall(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    page = await kiosk.tap(client, item=at.items["E"].id)
    await make.hall(code="town")
    manager = await world.staff(world.Who(role="manager", hall="town"))
    made = await devices.add_device("town", "kiosk", "那边", manager, secrecy.fresh_token())
    client.cookies.clear()
    client.cookies.set("device", (await devices.pair(made.token))[1])
    address = f"/kiosk/plans/{kiosk.plan(page)}"
    assert (await client.get(address)).status_code == 404
    for deed in ("printing", "voiding"):
        assert (await client.post(f"{address}/{deed}")).status_code == 404
    assert str(at.items["E"].id) not in (await client.get("/kiosk/items")).text
