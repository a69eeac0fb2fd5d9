"""What a manager decides: what each counter can do, and how the hall's queue goes; and what the clock gives up."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import clock, db, queue
from backend.identity.sessions import open_session
from backend.queue import rules_edit
from backend.queue.rules import rules_of
from tests import factories as make
from tests.queue import hall
from tests.queue.hall import Place
from tests.routes import QUEUE
from tests.world import HERE
from workers.give_up import give_up


@pytest.fixture
async def at(client: httpx.AsyncClient) -> Place:
    """The hall, its manager signed in."""
    found = await hall.place()
    client.cookies.set("session", await open_session(await clock.now(), "测试", staff=found.manager))
    return found


def words(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text.partition("<main")[2]))


async def teach(client: httpx.AsyncClient, at: Place, n: int, **skills: Any) -> httpx.Response:
    return await client.post(f"/console/counters/{at.counters[n]}/skills", data=skills)


async def test_every_counter_stands_with_its_state_and_who_sits_there(
    client: httpx.AsyncClient, at: Place
) -> None:
    await queue.open_desk(at.counters[1], at.clerk)
    await queue.pause_desk(at.counters[1], at.clerk, "午休")
    said = words(await client.get("/console/counters"))
    assert "1 号 E 公安 暂停：午休 施经理" in said
    assert "9 号 A 综合窗口 没开 任何事" in said


async def test_a_counter_that_was_taught_calls_what_it_could_not(
    client: httpx.AsyncClient, at: Place
) -> None:
    await hall.walk_in(at, "C")
    await queue.open_desk(at.counters[1], at.clerk)
    assert await queue.call_next(at.counters[1], at.clerk) is None
    assert (await teach(client, at, 1, lines=[str(at.lines["C"].id)])).status_code == 303
    assert "改了分工" in words(await client.get(f"/console/counters/{at.counters[1]}"))
    called = await queue.call_next(at.counters[1], at.clerk)
    assert called
    assert called.number == "C001"


async def test_one_matter_alone_is_added_and_taken_away_again(client: httpx.AsyncClient, at: Place) -> None:
    matter = str(at.items["C"].id)
    await teach(client, at, 1, matter=matter)
    assert (await queue.counter(at.counters[1]))["items"] == [UUID(matter)]
    await teach(client, at, 1)
    assert (await queue.counter(at.counters[1]))["items"] == []
    elsewhere = await make.line(await make.hall("别处"))
    assert (await teach(client, at, 1, lines=[str(elsewhere.id)])).status_code == 404


async def rules(client: httpx.AsyncClient, at: Place, **more: str) -> httpx.Response:
    """Save the rules as they are shown, with some changed."""
    shown = await rules_edit.show(UUID(str(at.hall.id)), at.manager)
    known = {
        name: str(value)
        for name, value in shown["values"].items()
        if name in QUEUE.keys() - {"kiosk_identity"}
    }
    form = {**known, "classes": "elder", "minutes": "60", "seen": shown["seen"], **more}
    return await client.post(f"/console/halls/{at.hall.id}/queue-rules", data=form)


async def test_a_changed_credit_counts_for_the_next_number_and_is_told_with_who(
    client: httpx.AsyncClient, at: Place
) -> None:
    assert (await rules(client, at, minutes="30", rings="2")).status_code == 303
    said = words(await client.get("/console/queue-rules"))
    assert "70 岁以上老人提前 60 → 30 分钟" in said
    assert "叫几次算过号 3 → 2 次" in said
    elder = await hall.walk_in(at, priority="elder")
    assert round((elder.taken_at - elder.turn_at).total_seconds()) == 30 * 60


async def test_the_kiosk_and_the_code_follow_the_hall_s_rules_at_once(
    client: httpx.AsyncClient, at: Place
) -> None:
    changed = await rules(client, at, kiosk_identity="yes", idle_seconds="45", code_minutes="20")
    assert changed.status_code == 303
    said = words(await client.get("/console/queue-rules"))
    assert "取号机取号先刷证件 否 → 是" in said
    assert "没人操作回首页 30 → 45 秒" in said
    kept = await rules_of(HERE)
    assert (kept.kiosk_identity, kept.idle_seconds, kept.code_minutes) == (True, 45, 20)
    assert 'name="kiosk_identity" value="yes" checked' in (await client.get("/console/queue-rules")).text
    assert (await rules(client, at, kiosk_identity="")).status_code == 303, "a box that is not ticked"
    assert not (await rules_of(HERE)).kiosk_identity


async def test_what_makes_no_sense_is_named_and_what_was_typed_stays(
    client: httpx.AsyncClient, at: Place
) -> None:
    for field, value in (("rings", "0"), ("minutes", "9999"), ("minutes", "x"), ("any_lines", "综窗")):
        wrong = await rules(client, at, **{field: value})
        assert (wrong.status_code, f'href="#f-{field}"' in wrong.text) == (422, True), field
        assert f'value="{value}"' in wrong.text, field
    assert (await rules(client, at)).status_code == 409


async def test_two_managers_do_not_write_over_each_other(client: httpx.AsyncClient, at: Place) -> None:
    seen = (await rules_edit.show(UUID(str(at.hall.id)), at.manager))["seen"]
    await rules(client, at, rings="2")
    late = await rules(client, at, rings="4", seen=seen)
    assert (late.status_code, "刚才有人改过" in late.text) == (409, True)


async def test_the_worker_gives_up_what_was_missed_too_long_ago(at: Place) -> None:
    await db.rows("UPDATE queue_rules SET rings = 1, ring_seconds = 0")
    first, later = [UUID(str((await hall.walk_in(at)).id)) for _ in range(2)]
    await queue.open_desk(at.counters[1], at.clerk)
    await queue.call_next(at.counters[1], at.clerk)
    await queue.miss(at.counters[1], at.clerk, first)
    await give_up({})
    assert (await hall.ticket(first)).state == "missed"
    await hall.later(31)
    await give_up({})
    assert [(await hall.ticket(one)).state for one in (first, later)] == ["abandoned", "waiting"]
    await hall.later(24 * 60)
    await give_up({})
    assert (await hall.ticket(later)).state == "abandoned"
