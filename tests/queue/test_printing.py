"""号票: the paper of a number, by a network printer or by the browser; and what is offered where none comes out."""

import re
import time

import httpx
import pytest

from backend import db, queue, secrecy
from backend.local.server import free_port
from backend.queue import devices, printing, slips, trial
from backend.queue.paper_links import paper_token
from backend.refusal import Refusal
from tests import factories as make
from tests.queue import hall, kiosk, printer


def said(text: str) -> bytes:
    """As the printer's own font takes it."""
    return text.encode("gb18030")


async def test_a_number_comes_out_on_paper_with_all_that_one_needs(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await hall.walk_in(at)
    async with printer.running() as made:
        await kiosk.paired(client, at, printer=made.address, paper=58)
        page = await kiosk.tap(client, item=at.items["E"].id)
    assert "请拿号票" in page.text
    for words in ("E002", "启东市政务服务中心", "2 楼 公安", "E 的事", "前面 1 人", "11 月 23 日 10:0"):
        assert said(words) in made.printed, words
    [row] = await db.rows("SELECT id FROM ticket WHERE digits = 2")
    assert f"http://qiban.test/q/{paper_token(row['id'])}".encode() in made.printed
    assert made.printed.endswith(b"\x1dV\x00"), "and is cut off"
    assert ID_BYTES not in made.printed


ID = make.id_number(7)
ID_BYTES = ID.encode()


async def test_nothing_of_an_id_is_printed(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    async with printer.running() as made:
        await kiosk.paired(client, at, printer=made.address)
        await kiosk.show(client, ID)
        await kiosk.tap(client, item=at.items["E"].id)
    assert b"E001" in made.printed
    assert ID_BYTES not in made.printed
    assert ID[-4:].encode() not in made.printed.replace(b"qiban.test/q/", b"").partition(b"(k")[0]


async def test_the_link_on_the_paper_is_the_same_when_it_is_printed_again(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    async with printer.running() as made:
        await kiosk.paired(client, at, printer=made.address)
        page = await kiosk.tap(client, item=at.items["E"].id)
        first, made.printed = made.printed, b""
        await client.post(f"/kiosk/plans/{kiosk.plan(page)}/printing")
    links = [re.findall(rb"/q/([A-Za-z0-9_-]{24})", one) for one in (first, made.printed)]
    assert links[0] == links[1]
    [row] = await db.rows("SELECT token_hash, kind FROM ticket_link")
    assert (row["token_hash"], row["kind"]) == (secrecy.token_hash(links[0][0].decode()), "paper")
    assert await hall.numbers() == ["E001"]


@pytest.mark.parametrize("paper", [58, 80])
async def test_the_longest_line_fits_the_roll(paper: int) -> None:
    at = await hall.place()
    ticket = await hall.walk_in(at)
    slip = slips.Slip(
        number="Y1000", hall="启东市政务服务中心", line="2 楼 公安", matter="身份证换领", note="", said="前面 12 人",
        at=ticket.taken_at, link="https://qiban.test/q/" + "a" * 24,
    )  # fmt: skip
    body = printing.written([slip], paper)
    size = body[body.index(b"Y1000") - 30 : body.index(b"Y1000")]
    width = size[size.rindex(b"\x1d!") + 2] // 16 + 1
    assert width * 12 * len("Y1000") <= {58: 384, 80: 576}[paper], "dots"


FAILURES: dict[str, tuple[dict[str, object], str]] = {
    "no paper": ({"status": printer.PAPER_OUT}, "没纸了"),
    "hangs": ({"status": b""}, "没有回应"),
    "unplugged while it prints": ({"cuts": True}, "没有回应"),
}


@pytest.mark.parametrize("how", FAILURES)
async def test_where_the_printer_fails_the_screen_offers_the_code_soon(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(printing, "ANSWER", 0.2)
    at, (given, why) = await hall.place(), FAILURES[how]
    async with printer.running(**given) as made:
        await kiosk.paired(client, at, printer=made.address)
        page = await kiosk.tap(client, item=at.items["E"].id)
    assert kiosk.numbers(page) == ["E001"]
    assert why in page.text
    assert "扫码，把号带走" in page.text
    assert "data-print-now" not in page.text


async def test_a_printer_that_is_away_costs_no_number_and_no_wait(client: httpx.AsyncClient) -> None:
    at, began = await hall.place(), time.monotonic()
    await kiosk.paired(client, at, printer=f"127.0.0.1:{free_port()}")
    page = await kiosk.tap(client, item=at.items["E"].id)
    assert "打印机没连上" in page.text
    assert time.monotonic() - began < printing.CONNECT + printing.ANSWER + 10


async def test_what_was_not_printed_may_be_void_and_its_number_stays_used(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at, printer=f"127.0.0.1:{free_port()}")
    page = await kiosk.tap(client, item=at.items["E"].id)
    assert "不要这个号了" in page.text
    answer = await client.post(f"/kiosk/plans/{kiosk.plan(page)}/voiding")
    assert answer.headers["location"] == "/kiosk"
    [row] = await db.rows(
        "SELECT t.state, e.kind, e.why FROM ticket t JOIN ticket_event e ON e.ticket = t.id AND e.kind <> 'taken'"
    )
    assert (row["state"], row["kind"], row["why"]) == ("voided", "voided", "号票没打出来")
    assert kiosk.numbers(await kiosk.tap(client, item=at.items["E"].id)) == ["E002"]
    assert (await client.post(f"/kiosk/plans/{kiosk.plan(page)}/voiding")).status_code == 404


async def test_only_what_was_issued_just_now_at_this_kiosk_may_be_void(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at)
    page = await kiosk.tap(client, item=at.items["E"].id)
    await hall.later(6)
    assert (await client.post(f"/kiosk/plans/{kiosk.plan(page)}/voiding")).status_code == 404
    other = await hall.walk_in(at)
    assert (await client.post(f"/kiosk/plans/{other.party}/voiding")).status_code == 404


async def test_without_a_network_printer_the_browser_prints(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await kiosk.paired(client, at, paper=58)
    page = await kiosk.tap(client, item=at.items["E"].id)
    assert "data-print-now" in page.text
    assert 'data-paper="58"' in page.text
    slip = page.text.partition('class="slip"')[2]
    assert [words in slip for words in ("E001", "2 楼 公安", "E 的事", "前面没有人", "<svg")] == [True] * 5


async def test_a_manager_tries_the_printer_before_people_stand_there(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    async with printer.running() as made:
        device = await kiosk.paired(client, at, printer=made.address)
        assert await trial.try_printer(device, at.manager, "http://qiban.test") == ""
        assert said("不能用来办事") in made.printed
    assert await trial.try_printer(device, at.manager, "http://qiban.test") == "打印机没连上"
    events = (await devices.show_device(device, at.manager))["events"]
    assert [(one["kind"], one["why"]) for one in events[:2]] == [("printed", "打印机没连上"), ("printed", "")]
    assert await hall.numbers() == []
    await devices.change_device(device, at.manager, printer="")
    with pytest.raises(Refusal, match="没有填网络打印机"):
        await trial.try_printer(device, at.manager, "http://qiban.test")


async def test_the_paper_says_how_long_it_will_take_as_the_phone_does(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await queue.open_desk(at.counters[1], at.clerk)
    await hall.walk_in(at)
    async with printer.running() as made:
        await kiosk.paired(client, at, printer=made.address)
        page = await kiosk.tap(client, item=at.items["E"].id)
    told = re.search(r'class="said">([^<]+)<', page.text)
    assert told
    assert re.fullmatch(r"前面 1 人，.+分钟.*", told[1])
    assert re.search("前面 1 人，.+分钟", made.printed.decode("gb18030", "ignore"))
    assert re.search("在等 2 人 · .+分钟", (await client.get("/kiosk/lines")).text)
