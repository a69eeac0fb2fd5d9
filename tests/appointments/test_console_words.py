"""What the console says: what is missing, what did not change, who comes first, and what belongs to another hall."""

import datetime as dt

import httpx
import pytest

from backend import clock, db
from backend.appointments import standing
from backend.appointments.tables import Appeal, NoShow
from tests import factories as make
from tests import world
from tests.routes import HOURS, ITEM
from tests.world import MANAGER, World


@pytest.fixture
async def found(client: httpx.AsyncClient) -> World:
    built = await world.build()
    await world.be(client, built, MANAGER)
    return built


TEMPLATE = {
    "ends": "11:00", "slot_minutes": "30", "counters": "9", "minutes_per_matter": "15", "online_percent": "60",
}  # fmt: skip


async def test_a_template_without_any_weekday_ticked_is_refused_and_none_changes(
    client: httpx.AsyncClient, found: World
) -> None:
    before = await world.everything()
    answer = await client.post(f"/console/templates/{found.own['template']}", data=TEMPLATE)
    assert (answer.status_code, "请选择要改哪几天" in answer.text) == (422, True)
    assert await world.everything() == before


async def test_a_wrong_number_of_a_template_is_explained_beside_it_in_the_order_of_the_page(
    client: httpx.AsyncClient, found: World
) -> None:
    form = {**TEMPLATE, "line": found.own["line"], "weekday": "2", "starts": "", "counters": ""}
    text = (await client.post("/console/templates", data=form)).text
    assert text.index('href="#f-starts"') < text.index('href="#f-counters"')
    for sentence in ("请填写开始时间", "请填写窗口数"):
        assert text.count(sentence) == 2, sentence


async def test_the_missing_of_a_call_is_named_in_the_order_of_the_page(
    client: httpx.AsyncClient, found: World
) -> None:
    form = {"phone": "10000007009", "relation": "self", "id_type": "resident", "item": found.own["item"]}
    text = (await client.post("/console/calls", data=form)).text
    assert text.index('href="#f-name"') < text.index('href="#f-slot"')
    assert "姓名 <small>选填" not in text


@pytest.mark.parametrize("page", ["deliveries", "appointments"])
async def test_a_day_that_is_none_is_named_and_not_taken_for_today(
    client: httpx.AsyncClient, found: World, page: str
) -> None:
    answer = await client.get(f"/console/{page}", params={"hall": found.own["hall"], "day": "abc"})
    assert (answer.status_code, "日期不对，请重新选择" in answer.text) == (422, True)
    assert 'id="f-day" aria-invalid="true"' in answer.text


async def test_what_was_saved_without_a_change_says_so(client: httpx.AsyncClient, found: World) -> None:
    form = {**ITEM, "seen": "1"}
    first = await client.post(f"/console/items/{found.own['item']}", data=form)
    again = await client.post(f"/console/items/{found.own['item']}", data={**form, "seen": "2"})
    for answer in (first, again):
        assert answer.status_code == 303, answer.text
    shown = (await client.get(again.headers["location"])).text
    assert "没有改动，和原来一样" in shown
    same = {**HOURS, **{f"d{day}": "" for day in range(2, 8)}, "d1": "9:00–17:00"}
    hours = await client.post(f"/console/halls/{found.own['place']}/hours", data=same)
    assert "没有改动，和原来一样" in (await client.get(hours.headers["location"])).text


async def test_an_undo_of_an_undo_is_told_in_other_words(client: httpx.AsyncClient, found: World) -> None:
    for words in ("撤销：撤回了例外", "恢复撤销掉的：加了例外"):
        await client.post(f"/console/changes/{await _last_deed(found)}/reversal")
        assert words in (await client.get("/console/week")).text


async def _last_deed(found: World) -> str:
    [row] = await db.rows(
        "SELECT deed::text FROM capacity_event WHERE subject::text = $1 ORDER BY at DESC LIMIT 1",
        found.own["exception"],
    )
    return str(row["deed"])


async def test_copying_begins_with_nothing_ticked_and_asks_for_a_day(
    client: httpx.AsyncClient, found: World
) -> None:
    line = found.own["line"]
    begun = (await client.get("/console/copies", params={"line": line})).text
    assert begun.count(" checked") == 0
    assert "都不选就是 E 公安 自己" in begun
    asked = await client.get("/console/copies", params={"line": line, "what": "3", "lines": line})
    assert (asked.status_code, "请选择要套用到星期几" in asked.text) == (422, True)


async def test_who_appealed_first_is_answered_first(found: World) -> None:
    first = await Appeal.objects().first()
    assert first
    other = await db.rows(
        "SELECT id, hall, account, at, marked_at FROM no_show WHERE id::text = $1", found.own["missed"]
    )
    late = NoShow.id == other[0]["id"]
    assert await NoShow.exists().where(late)
    now = await clock.now() + dt.timedelta(minutes=5)
    await Appeal.insert(
        Appeal(hall=first.hall, account=first.account, text="后来的", created_at=now, no_show=other[0]["id"])
    )
    shown = await standing.hall_pauses(await world.staff(MANAGER))
    assert [one["text"] for one in shown["appeals"]] == [first.text, "后来的"]


async def test_a_granted_appeal_is_called_corrected_and_a_pause_names_whom_it_is_about(
    client: httpx.AsyncClient, found: World
) -> None:
    appeal = f"/console/appeals/{found.own['appeal']}"
    await client.post(f"{appeal}/answer", data={"outcome": "granted", "why": "查到了取号记录"})
    assert "未到已更正" in (await client.get(appeal)).text
    await db.rows(
        "UPDATE no_show SET pause = $1::text::uuid WHERE id::text = $2",
        found.own["paused"],
        found.own["missed"],
    )
    listed = (await client.get("/console/pauses")).text
    assert "已更正" in listed
    assert "张*丰 · 到" in listed
    assert "张三丰" not in listed


async def test_refused_staff_keep_their_console_around_them(client: httpx.AsyncClient, found: World) -> None:
    missing = await client.get(f"/console/appointments/{make.id_number(1)[:8]}-0000-4000-8000-000000000000")
    assert missing.status_code == 404
    assert 'aria-label="工作台导航"' in missing.text
    await world.be(client, found, world.Who(role="clerk"))
    denied = await client.get("/console/exports")
    assert (denied.status_code, 'aria-label="工作台导航"' in denied.text) == (403, True)
    await world.be(client, found, world.NOBODY)
    assert 'aria-label="工作台导航"' not in (await client.get("/console/nowhere")).text
