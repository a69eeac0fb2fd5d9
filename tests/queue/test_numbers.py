"""A hall's queue in numbers: counted by line, matter, counter and hour; a page, a chart, a workbook; nobody ranked."""

import datetime as dt
import io
from typing import Any
from uuid import UUID

import httpx
import pytest
from openpyxl import load_workbook

from backend import clock, queue
from backend.identity.sessions import open_session
from backend.queue import chart, numbers
from backend.queue.tables import Ticket
from backend.refusal import Refusal
from tests import factories as make
from tests.queue import hall
from tests.queue.hall import Place
from tests.world import HERE

TODAY = make.MONDAY.date()


async def morning() -> Place:
    """E001 waited 10 minutes and was served for 5; E002 waits; C001 was given back."""
    at = await hall.place()
    await queue.open_desk(at.counters[1], at.clerk)
    await hall.walk_in(at)
    await hall.later(10)
    called = await queue.call_next(at.counters[1], at.clerk)
    assert called
    await queue.start(at.counters[1], at.clerk, called.ticket)
    await hall.later(5)
    await queue.complete(at.counters[1], at.clerk, called.ticket)
    await hall.walk_in(at)
    given_back = await hall.walk_in(at, "C")
    await queue.withdraw(UUID(str(given_back.id)), queue.Asker())
    return at


async def test_what_happened_is_counted_by_each_part() -> None:
    at = await morning()
    found = await numbers.numbers(HERE, TODAY, TODAY, at.manager)
    (total,) = found["total"]
    assert (total.arrivals, total.done, total.waiting, total.abandoned) == (3, 1, 1, 1)
    assert (round(total.wait or 0), round(total.service or 0)) == (10, 5)
    assert [(one.name, one.arrivals) for one in found["line"]] == [("C 社保医保", 1), ("E 公安", 2)]
    assert [(one.name, one.done) for one in found["counter"]] == [(1, 1)]
    assert [(one.name, one.arrivals) for one in found["hour"]] == [(10, 3)]


async def test_a_hall_knows_how_wrong_it_was_yesterday() -> None:
    at = await morning()
    told: dict[Any, Any] = {Ticket.told_low: 8, Ticket.told_middle: 12, Ticket.told_high: 15}
    await Ticket.update(told).where(Ticket.state == "done")
    await clock.move_to(make.MONDAY + dt.timedelta(days=1))
    wrong = await numbers.last_error(HERE, at.manager)
    assert (wrong.judged, round(wrong.error or 0), wrong.covered) == (1, 2, 1.0)
    await clock.move_to(make.MONDAY + dt.timedelta(days=5))  # nobody came since
    assert await numbers.last_error(HERE, at.manager) == wrong


async def test_what_was_said_is_judged_from_when_the_number_was_taken_also_of_a_booking() -> None:
    at = await morning()
    owner, person = await make.citizen()
    slot = await make.slot(at.lines["E"], TODAY, "10:30")  # a quarter of an hour after its call
    booking = await make.held(slot, at.items["E"], owner, person)
    told: dict[Any, Any] = {Ticket.told_low: 8, Ticket.told_middle: 11, Ticket.told_high: 15}
    await Ticket.update({**told, Ticket.appointment: booking.id}).where(Ticket.state == "done")
    await clock.move_to(make.MONDAY + dt.timedelta(days=1))
    wrong = await numbers.last_error(HERE, at.manager)
    assert (wrong.judged, round(wrong.error or 0), wrong.covered) == (1, 1, 1.0)


async def test_days_the_wrong_way_round_are_refused() -> None:
    at = await hall.place()
    with pytest.raises(Refusal, match="不能早于"):
        await numbers.numbers(HERE, TODAY, TODAY - dt.timedelta(days=1), at.manager)


async def test_the_page_shows_them_and_the_workbook_takes_them_away(client: httpx.AsyncClient) -> None:
    at = await morning()
    client.cookies.set("session", await open_session(await clock.now(), "测试", staff=at.manager))
    page = (await client.get(f"/console/numbers?hall={HERE}")).text
    assert "每个钟点取号：10 点 3 个" in page
    assert "每个钟点等候，一半的人不超过、九成的人不超过：10 点 10、10 分钟" in page
    assert "每个钟点没等到的，过号；弃号、取消：10 点 0、1 个" in page
    assert "每类业务办理，一半的人不超过：E 公安 5 分钟" in page
    assert "常办的事办理，一半的人不超过：E 的事 5 分钟" in page
    assert "1 号窗口" in page
    answer = await client.get(f"/console/halls/{at.hall.id}/numbers")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["按业务", "按事项", "按窗口", "按钟点", "按天"]
    assert [row[:3] for row in book["按业务"].iter_rows(min_row=2, values_only=True)] == [
        ("C 社保医保", 1, 0),
        ("E 公安", 2, 1),
    ]
    refused = await client.get(f"/console/numbers?hall={HERE}&first=2026-11-25&last=2026-11-24")
    assert refused.status_code == 409
    assert "最后一天不能早于第一天" in refused.text


async def test_a_day_without_numbers_says_so(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    client.cookies.set("session", await open_session(await clock.now(), "测试", staff=at.manager))
    page = (await client.get(f"/console/numbers?hall={HERE}")).text
    assert "这几天没有人取号" in page
    assert 'class="chart"' not in page


def test_a_chart_says_in_words_what_it_shows_and_escapes_what_it_is_given() -> None:
    drawn = chart.bars("取号<b>", [("9", [3]), ("10", [0])], "个")
    assert 'aria-label="取号&lt;b&gt;：9 3 个，10 0 个"' in drawn
    assert "事&lt;b&gt;" in chart.rows("办理", [("事<b>", [3])], "分钟")
    assert chart.bars("取号", [], "个") == chart.rows("办理", [("E", [None])], "分钟") == ""


def test_an_hour_in_which_nobody_was_called_has_no_bar_and_is_not_said() -> None:
    drawn = chart.bars("等候", [("9 点", [4, 12]), ("10 点", [None, None])], "分钟")
    assert 'aria-label="等候：9 点 4、12 分钟"' in drawn
    assert drawn.count("<rect") == 2
    assert ">10 点</text>" in drawn


def test_a_year_of_days_is_drawn_with_few_names_and_no_numbers() -> None:
    drawn = chart.bars("每天取号", [(f"天{n}", [n]) for n in range(366)], "个")
    assert drawn.count("<rect") == 366
    assert drawn.count("<text") == 8
