"""What the owner of a number is told, in the transaction of the fact."""

import pytest

from backend import db, notify, queue
from backend.refusal import Refusal
from tests.queue import hall, phones
from tests.queue.phones import called, missed, next_one, opened, phone, told


async def test_three_ahead_are_told_with_the_call_that_brought_them_there_and_once() -> None:
    at = await opened(1)
    line = [await phone(at) for _ in range(7)]
    assert [await told(one) for one in line] == [[]] * 7
    await next_one(at)
    assert [await told(one) for one in line[1:]] == [["ticket-near"]] * 4 + [[]] * 2
    await next_one(at)
    assert await told(line[5]) == ["ticket-near"]
    assert (await told(line[2])).count("ticket-near") == 1


async def test_whoever_went_further_back_is_told_again_when_it_is_near_again() -> None:
    at = await opened(1, ahead=1)
    line = [await phone(at) for _ in range(6)]
    await next_one(at)
    mine = line[2]
    assert (await told(mine)).count("ticket-near") == 1
    await queue.step_back(mine.id, 2, queue.Asker(account=mine.account))
    assert (await told(mine)).count("ticket-near") == 1, "not while others are before them"
    await next_one(at)
    await next_one(at)
    assert (await told(mine)).count("ticket-near") == 2
    await queue.step_back(mine.id, 1, queue.Asker(account=mine.account))
    assert (await told(mine)).count("ticket-near") == 2, "still near"


async def test_whoever_gives_a_number_back_or_steps_back_lets_the_next_know() -> None:
    at = await opened(1, ahead=0)
    first, second, third = [await phone(at) for _ in range(3)]
    await queue.withdraw(first.id, queue.Asker(account=first.account))
    assert await told(second) == ["ticket-near"]
    await queue.step_back(second.id, 1, queue.Asker(account=second.account))
    assert await told(third) == ["ticket-near"]
    other = await phone(at, "C")
    assert await told(other) == [], "another line has its own order"


async def test_a_call_and_a_miss_are_told_with_the_counter_and_the_way_back() -> None:
    at = await opened(1)
    mine = await phone(at)
    await missed(at)
    assert await told(mine) == ["ticket-called", "ticket-missed"]
    await notify.sweep()
    found = await db.rows("SELECT title, body FROM notice WHERE about = $1 ORDER BY created_at", mine.id)
    assert found[0] == {
        "title": "E001 轮到你了",
        "body": "10:00 叫到你，请到启东市政务服务中心 2 楼 1 号窗口。",
    }
    assert "10:31 前回来" in found[1]["body"]


async def test_somebody_without_an_account_is_told_nothing_and_waits_all_the_same() -> None:
    at = await opened(1)
    await hall.walk_in(at)
    await hall.walk_in(at)
    await missed(at)
    assert await db.rows("SELECT id FROM notice") == []


async def test_a_slip_that_is_undone_takes_its_notice_back_and_the_next_call_tells_anew() -> None:
    at = await opened(1)
    mine = await phone(at)
    slip = await called(at)
    await queue.undo(at.counters[1], at.clerk, slip.event)
    assert await told(mine) == []
    await called(at)
    assert await told(mine) == ["ticket-called"]


async def test_whoever_stands_at_the_counter_gets_no_message_that_calls_them() -> None:
    at = await opened(1)
    mine = await phone(at)
    one = await called(at)
    await queue.start(at.counters[1], at.clerk, one.ticket)
    assert await told(mine) == []


async def test_a_deed_that_is_refused_tells_nobody() -> None:
    at = await opened(1)
    mine = await phone(at)
    with pytest.raises(Refusal):
        await queue.step_back(mine.id, 1, queue.Asker(account=mine.account))
    assert await told(mine) == []


async def test_a_notice_leads_to_the_number() -> None:
    from backend.notify.leads import leads

    at = await opened(1)
    mine = await phones.phone(at)
    assert leads("ticket-called", mine.id) == f"/tickets/{mine.id}"
