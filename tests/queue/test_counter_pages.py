"""A clerk's page: what it shows, what each key does, what it says when the rules say no."""

import re
from uuid import UUID

import httpx
import pytest

from backend import clock, db, queue
from backend.identity.sessions import open_session
from tests import factories as make
from tests.queue import hall
from tests.queue.hall import Place
from tests.world import HERE

PAGE = "/console/counter"
EVENT = "SELECT id FROM ticket_event ORDER BY at DESC LIMIT 1"


@pytest.fixture
async def at(client: httpx.AsyncClient) -> Place:
    """The hall, its clerk signed in."""
    found = await hall.place()
    await be(client, found.clerk)
    return found


async def be(client: httpx.AsyncClient, staff: UUID) -> None:
    client.cookies.clear()
    client.cookies.set("session", await open_session(await clock.now(), "测试", staff=staff))


async def press(
    client: httpx.AsyncClient, at: Place, deed: str, n: int = 1, **form: object
) -> httpx.Response:
    """A key of the counter."""
    data = {name: str(value) for name, value in form.items()}
    return await client.post(f"/console/counters/{at.counters[n]}/{deed}", data=data)


async def shown(client: httpx.AsyncClient) -> str:
    """The page as words."""
    text = (await client.get(PAGE)).text.partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


async def calling(client: httpx.AsyncClient, at: Place, *letters: str) -> UUID:
    """Somebody comes for each letter, and the first is called to counter 9, which does any matter."""
    tickets = [await hall.walk_in(at, letter) for letter in letters or "E"]
    await press(client, at, "openings", 9)
    assert (await press(client, at, "calls", 9)).status_code == 303
    return UUID(str(tickets[0].id))


async def test_whoever_has_no_counter_picks_one_and_it_is_remembered(
    client: httpx.AsyncClient, at: Place
) -> None:
    first = await client.get(PAGE)
    assert all(f"{n} 号" in first.text for n in (1, 2, 3, 9))
    only = await client.get(PAGE, params={"n": "3"})
    assert ("3 号" in only.text, "<b>9 号</b>" in only.text) == (True, False)
    await press(client, at, "openings", 3)
    assert "3 号窗口 · 社保医保" in await shown(client)
    await press(client, at, "closures", 3)
    assert "3 号窗口没开" in await shown(client)


async def test_a_counter_where_somebody_is_at_work_is_not_taken_from_them(
    client: httpx.AsyncClient, at: Place
) -> None:
    other = await hall.clerk(5)
    await hall.walk_in(at)
    await queue.open_desk(at.counters[1], other)
    await queue.call_next(at.counters[1], other)
    answer = await press(client, at, "openings")
    assert (answer.status_code, "窗口5正在这个窗口办理" in answer.text) == (409, True)


async def test_the_one_called_stands_with_why_it_is_this_one(client: httpx.AsyncClient, at: Place) -> None:
    await calling(client, at, "E", "C")
    said = await shown(client)
    assert "E001" in said
    assert "10:00 取号，最早到号" in said
    assert "第 1/3 次" in said
    assert "下一位 C001" in said


async def test_a_booking_that_checked_in_says_so_with_the_name_masked(
    client: httpx.AsyncClient, at: Place
) -> None:
    await clock.move_to(make.MONDAY.replace(hour=13, minute=50))
    today = clock.local(await clock.now()).date()
    slot = await make.slot(at.lines["E"], today, "14:00")
    owner, person = await make.citizen()
    held = await make.held(slot, at.items["E"], owner, person)
    await queue.check_in(UUID(str(held.id)), queue.Visitor(UUID(int=1)), queue.Asker(account=owner.id))
    await press(client, at, "openings")
    assert "下一位 Y001 — 预约 14:00，已签到" in await shown(client)
    await press(client, at, "calls")
    said = await shown(client)
    assert "张*丰" in said
    assert "张三丰" not in said


async def test_a_number_is_rung_three_times_before_it_is_missed_and_comes_back(
    client: httpx.AsyncClient, at: Place
) -> None:
    ticket = await calling(client, at)
    early = await press(client, at, "rings", 9, ticket=ticket)
    assert (early.status_code, "刚刚叫过" in early.text) == (409, True)
    for _ in range(2):
        await hall.later(0.5)
        assert (await press(client, at, "rings", 9, ticket=ticket)).status_code == 303
    assert "第 3/3 次" in await shown(client)
    await hall.later(0.5)
    await press(client, at, "misses", 9, ticket=ticket)
    assert "E001 过号" in await shown(client)
    back = await client.post(f"/console/tickets/{ticket}/returns", data={"back": "counter"})
    assert back.headers["location"] == PAGE
    assert (await hall.ticket(ticket)).state == "waiting"


async def test_a_browser_that_was_closed_goes_on_where_it_was(client: httpx.AsyncClient, at: Place) -> None:
    ticket = await calling(client, at)
    await press(client, at, "starts", 9, ticket=ticket)
    await be(client, at.clerk)
    said = await shown(client)
    assert "E001" in said
    assert "办理中" in said


async def test_held_ones_are_listed_and_called_back(client: httpx.AsyncClient, at: Place) -> None:
    ticket = await calling(client, at)
    await press(client, at, "holds", 9, ticket=ticket)
    assert "挂起 1" in await shown(client)
    await press(client, at, "resumptions", 9, ticket=ticket)
    assert (await hall.ticket(ticket)).state == "called"


async def test_done_with_another_matter_and_the_next_one_is_called(
    client: httpx.AsyncClient, at: Place
) -> None:
    ticket = await calling(client, at, "E", "C")
    await press(client, at, "starts", 9, ticket=ticket)
    other = at.items["C"].id
    await press(client, at, "completions", 9, ticket=ticket, item=other, call="yes")
    done = await hall.ticket(ticket)
    assert (done.state, done.item) == ("done", other)
    said = await shown(client)
    assert "C001" in said
    assert "今天已办 1 件" in said


async def test_pressed_again_from_an_old_page_it_is_no_deed_on_the_next_number(
    client: httpx.AsyncClient, at: Place
) -> None:
    ticket = await calling(client, at, "E", "C")
    await press(client, at, "completions", 9, ticket=ticket, call="yes")
    again = await press(client, at, "completions", 9, ticket=ticket, call="yes")
    assert again.status_code == 409
    assert "C001" in again.text


async def test_a_second_matter_waits_here_and_says_why(client: httpx.AsyncClient, at: Place) -> None:
    ticket = await calling(client, at)
    await press(client, at, "additions", 9, ticket=ticket, matter=at.items["C"].id)
    await press(client, at, "completions", 9, ticket=ticket, call="yes")
    assert "同一个人加办的" in await shown(client)


async def test_it_is_sent_to_a_line_or_to_one_counter_and_never_to_both(
    client: httpx.AsyncClient, at: Place
) -> None:
    ticket = await calling(client, at)
    nowhere = await press(client, at, "transfers", 9, ticket=ticket, why="办错窗口了")
    assert (nowhere.status_code, 'href="#f-line"' in nowhere.text, "办错窗口了" in nowhere.text) == (
        422,
        True,
        True,
    )
    both = {"line": at.lines["C"].id, "window": at.counters[1]}
    assert (await press(client, at, "transfers", 9, ticket=ticket, **both)).status_code == 409
    assert (await press(client, at, "transfers", 9, ticket=ticket, window=at.counters[1])).status_code == 303
    sent = await hall.ticket(ticket)
    assert (sent.state, sent.only) == ("waiting", at.counters[1])


async def test_who_asks_for_it_lets_the_next_go_first(client: httpx.AsyncClient, at: Place) -> None:
    ticket = await calling(client, at, "E", "C")
    await press(client, at, "swaps", 9, ticket=ticket)
    assert "C001" in await shown(client)
    assert (await hall.ticket(ticket)).state == "waiting"


async def test_a_key_is_answered_with_the_page_at_once_where_htmx_asks(
    client: httpx.AsyncClient, at: Place
) -> None:
    await calling(client, at)
    answer = await client.post(f"/console/counters/{at.counters[9]}/closures", headers={"hx-request": "true"})
    assert answer.status_code == 409
    [held] = await db.rows("SELECT id FROM ticket WHERE state = 'called'")
    to = f"/console/counters/{at.counters[9]}/starts"
    answer = await client.post(to, data={"ticket": str(held["id"])}, headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert 'id="work"' in answer.text
    assert "办理中" in answer.text


async def test_a_slip_is_taken_back_for_as_long_as_the_bar_is_there(
    client: httpx.AsyncClient, at: Place
) -> None:
    ticket = await calling(client, at)
    await press(client, at, "completions", 9, ticket=ticket)
    assert "刚刚：E001 办结" in await shown(client)
    [event] = await db.rows(EVENT)
    await press(client, at, "undoings", 9, event=event["id"])
    assert (await hall.ticket(ticket)).state == "called"
    await press(client, at, "completions", 9, ticket=ticket)
    await hall.later(0.2)
    assert "刚刚：E001" not in await shown(client)


async def test_who_waits_stands_with_the_matter_and_for_how_long(
    client: httpx.AsyncClient, at: Place
) -> None:
    await press(client, at, "openings", 9)
    await hall.walk_in(at, "E")
    assert "等候 1 人 · 最久等了不到 1 分钟" in await shown(client)
    await hall.later(12)
    await hall.walk_in(at, "C")
    said = await shown(client)
    assert "等候 2 人 · 最久等了 12 分钟" in said
    assert "E001 E 的事 10:00 取号 下一位" in said
    assert "C001 C 的事 10:12 取号 不到 1 分钟" in said


async def test_a_pause_has_a_reason_and_ends_with_a_key(client: httpx.AsyncClient, at: Place) -> None:
    await press(client, at, "openings")
    none = await press(client, at, "pauses", reason="")
    assert (none.status_code, 'href="#f-reason"' in none.text) == (422, True)
    await press(client, at, "pauses", reason="午休")
    assert "暂停：午休" in await shown(client)
    await press(client, at, "openings")
    assert "在岗" in await shown(client)


async def test_what_else_a_pause_is_for_is_read_by_staff_and_never_by_those_who_wait(
    client: httpx.AsyncClient, at: Place
) -> None:
    await hall.walk_in(at)
    await press(client, at, "openings")
    long = await press(client, at, "pauses", reason="其他", note="很" * 21)
    assert (long.status_code, 'href="#f-note"' in long.text) == (422, True)
    await press(client, at, "pauses", reason="其他", note=" 打印机  没纸 ")
    staff = (PAGE, "/console/counters", f"/console/counters/{at.counters[1]}", f"/console/hall?hall={HERE}")
    await be(client, at.manager)
    await press(client, at, "skills", lines=at.lines["C"].id)
    for path in staff[1:]:
        assert "暂停：打印机 没纸" in (await client.get(path)).text, path
    await be(client, at.clerk)
    assert "只看到“暂停”" in await shown(client)
    for path in (f"/halls/{HERE}", f"/boards/{HERE}", f"/boards/{HERE}/now"):
        page = (await client.get(path)).text
        assert ("打印机" in page, "其他" in page) == (False, False), path
    assert "1 号窗口暂停" in (await client.get(f"/boards/{HERE}")).text


async def test_words_beside_another_reason_are_not_kept_and_the_reason_is_one_of_the_list(
    client: httpx.AsyncClient, at: Place
) -> None:
    await press(client, at, "openings")
    assert (await press(client, at, "pauses", reason="老板不在")).status_code == 409
    await press(client, at, "pauses", reason="午休", note="在楼下")
    assert "暂停：午休" in await shown(client)


async def test_matters_are_found_by_everyday_words_among_those_of_the_hall(
    client: httpx.AsyncClient, at: Place
) -> None:
    elsewhere = await make.line(await make.hall("别处"))
    await make.item(elsewhere, "E 的事，在别处办")
    found = await client.get("/console/matters", params={"hall": HERE, "q": "E 的事", "field": "item"})
    assert found.text.count('type="radio"') == 1
    assert 'name="item"' in found.text


async def test_an_auditor_has_no_counter(client: httpx.AsyncClient, at: Place) -> None:
    from tests import world

    await be(client, await world.staff(world.AUDITOR))
    assert (await client.get(PAGE)).status_code == 403
    assert (await press(client, at, "calls")).status_code == 403


async def test_without_a_script_a_dialog_stands_open_on_the_page_its_key_leads_to(
    client: httpx.AsyncClient, at: Place
) -> None:
    await calling(client, at)
    for step in ("complete", "transfer", "add"):
        text = (await client.get(PAGE, params={"step": step})).text
        assert re.findall(r'<dialog[^>]*id="(\w+)"[^>]*\bopen>', text) == [step]
    assert "你坐几号窗口" in (await client.get(PAGE, params={"step": "pick"})).text


async def test_what_changes_of_the_page_has_an_address_of_its_own(
    client: httpx.AsyncClient, at: Place
) -> None:
    assert "还没有选窗口" in (await client.get(f"{PAGE}/state")).text
    await calling(client, at)
    part = await client.get(f"{PAGE}/state")
    assert "E001" in part.text
    assert "<html" not in part.text


async def test_only_one_who_is_served_is_done_by_the_key_that_calls_the_next(
    client: httpx.AsyncClient, at: Place
) -> None:
    ticket = await calling(client, at, "E", "C")
    assert "办结并叫下一位" not in await shown(client)
    await press(client, at, "starts", 9, ticket=ticket)
    assert "办结并叫下一位" in await shown(client)
