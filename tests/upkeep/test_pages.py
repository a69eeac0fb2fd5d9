"""The console's pages of items and hours, as a browser without JavaScript sees them."""

from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import catalog, clock, upkeep
from backend.catalog.tables import Hall, Item, Material
from backend.identity.sessions import open_session
from backend.upkeep import events, fields, item_forms
from tests import factories as make
from tests.upkeep.test_hours import week
from tests.upkeep.test_items import READY, kept, staff


async def be(client: httpx.AsyncClient, who: UUID) -> None:
    """From now on the browser is theirs."""
    client.cookies.set("session", await open_session(await clock.now(), "测试", staff=who))


@pytest.fixture
async def ground(client: httpx.AsyncClient) -> tuple[Item, UUID]:
    """An item, and its manager at the screen."""
    item, manager = await kept(kind="2", name="身份证换领")
    await be(client, manager)
    return await catalog.item(item.id), manager


def filled(item: Item, **other: str) -> dict[str, str]:
    """The form as it stands in the page, with some boxes filled in differently."""
    typed = item_forms.typed(fields.of_item(item))
    names = item_forms.ItemText.fields()
    return {**{name: value for name, value in typed.items() if value and name in names}, "seen": "0", **other}


async def test_what_is_saved_is_what_citizens_read(
    client: httpx.AsyncClient, ground: tuple[Item, UUID]
) -> None:
    item, _ = ground
    await client.get(f"/items/{item.id}")
    more = {
        "conditions": "丢了证的人",
        "questions": "能代办吗？\r\n不能，\r\n要采指纹。\r\n\r\n急用呢？\r\n办临时的。",
    }
    answer = await client.post(f"/console/items/{item.id}", data=filled(item, **more))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/items/{item.id}?saved=yes")
    guide = (await client.get(f"/items/{item.id}")).text
    assert "丢了证的人" in guide
    assert "不能，要采指纹。" in guide
    page = (await client.get(answer.headers["location"])).text
    assert "已保存，群众现在看到的就是这样" in page
    assert "本市户籍的人 → <b>丢了证的人</b>" in page
    assert "加上“急用呢？办临时的。”" in page


async def test_the_form_sent_as_it_stands_changes_nothing(
    client: httpx.AsyncClient, ground: tuple[Item, UUID]
) -> None:
    item, _ = ground
    questions = [{"question": "能代办吗？", "answer": "不能"}]
    ready: dict[Any, Any] = {"questions": questions, "steps": ["到窗口", "拿证"], "words": ["换证", "过期"]}
    await Item.update(ready).where(Item.id == item.id)
    await client.post(f"/console/items/{item.id}", data=filled(await catalog.item(item.id)))
    assert await events.history(item.id) == []


async def test_a_wrong_field_is_named_and_everything_else_is_kept(
    client: httpx.AsyncClient, ground: tuple[Item, UUID]
) -> None:
    item, _ = ground
    typed = filled(
        item, promised_days="21", conditions="丢了证的人", consult_phone="打电话", questions="只有问题"
    )
    answer = await client.post(f"/console/items/{item.id}", data=typed)
    assert answer.status_code == 422
    for field in ("consult_phone", "questions"):
        assert f'href="#f-{field}"' in answer.text
    assert "丢了证的人" in answer.text
    right = {**typed, "consult_phone": "12345", "questions": ""}
    answer = await client.post(f"/console/items/{item.id}", data=right)
    assert answer.status_code == 422
    assert 'href="#f-promised_days">承诺时限不能比法定的 20 个工作日 还长' in answer.text
    assert "丢了证的人" in answer.text


async def test_who_saves_second_keeps_what_was_typed_and_sees_what_the_other_changed(
    client: httpx.AsyncClient, ground: tuple[Item, UUID]
) -> None:
    item, manager = ground
    await upkeep.change_item(item.id, 0, by=manager, visits=2, conditions="谁都能办")
    typed = filled(item, steps="先打电话", conditions="丢了证的人")
    answer = await client.post(f"/console/items/{item.id}", data=typed)
    assert answer.status_code == 409
    text = unescape(answer.text)
    assert "施经理已经改过这里，所以还没有保存" in text
    assert "1 次 → <b>2 次</b>" in text
    assert "先打电话</textarea>" in text
    assert "丢了证的人</textarea>" in text, "typed here and there: one's own stays"
    assert 'name="visits" type="number" value="2"' in text, "typed nowhere here: the other's comes in"
    again = {**typed, "seen": "1", "visits": "2"}
    assert (await client.post(f"/console/items/{item.id}", data=again)).status_code == 303
    found = await catalog.item(item.id)
    assert (found.steps, found.visits, found.conditions) == (["先打电话"], 2, "丢了证的人")


async def test_a_change_is_undone_from_the_page_and_a_later_one_stands_in_the_way(
    client: httpx.AsyncClient, ground: tuple[Item, UUID]
) -> None:
    item, manager = ground
    first = await upkeep.change_item(item.id, 0, by=manager, visits=2)
    second = await upkeep.change_item(item.id, 1, by=manager, visits=3)
    page = (await client.get(f"/console/items/{item.id}")).text
    assert f"/console/item-changes/{second}/reversal" in page
    assert f"/console/item-changes/{first}/reversal" not in page
    refused = await client.post(f"/console/item-changes/{first}/reversal")
    assert refused.status_code == 409
    assert "“到现场”后来又改过" in refused.text
    assert (await client.post(f"/console/item-changes/{second}/reversal")).status_code == 303
    assert "撤销了一次改动" in (await client.get(f"/console/items/{item.id}")).text


async def test_switching_booking_off_says_how_many_are_booked(client: httpx.AsyncClient) -> None:
    booked, *_ = await make.booked()
    ready: dict[Any, Any] = READY
    await Item.update(ready).where(Item.id == booked.item)
    await be(client, await staff("administrator", "all", ""))
    address = f"/console/items/{booked.item}"
    assert "往后还有 1 个预约" in (await client.get(address)).text
    data = filled(await catalog.item(booked.item))
    del data["bookable"]
    saved = await client.post(address, data=data)
    page = (await client.get(saved.headers["location"])).text
    assert "不再放新号；往后的 1 个预约照旧" in page
    assert "可以预约 → <b>不能预约</b>" in page


async def test_who_may_only_look_finds_nothing_to_press(
    client: httpx.AsyncClient, ground: tuple[Item, UUID]
) -> None:
    item, manager = ground
    await upkeep.change_item(item.id, 0, by=manager, visits=2)
    paper = Material(item=item.id, position=1, name="户口簿", original="original", form="paper")
    await Material.insert(paper)
    await be(client, await staff("clerk"))
    for path in (f"/console/items/{item.id}", f"/console/materials/{paper.id}", "/console/hours"):
        page = await client.get(path)
        assert page.status_code == 200
        assert "reversal" not in page.text
        assert 'data-key="s"' not in page.text
        assert '<fieldset class="frozen" disabled>' in page.text


async def test_staff_without_a_right_to_look_see_no_way_there(client: httpx.AsyncClient) -> None:
    await make.hall(code="city")
    await be(client, await staff("officer"))
    page = await client.get("/console/password")
    assert page.status_code == 200
    assert "/console/items" not in page.text
    assert (await client.get("/console/items")).status_code == 403


async def test_items_are_found_as_citizens_find_them(
    client: httpx.AsyncClient, ground: tuple[Item, UUID]
) -> None:
    item, manager = ground
    await upkeep.change_item(item.id, 0, by=manager, visits=2)
    for asked in ("身份证到期", "换领", ""):
        page = (await client.get("/console/items", params={"q": asked})).text
        assert f'href="/console/items/{item.id}">身份证换领' in page, asked
        assert "施经理" in page
    nothing = await client.get("/console/items", params={"q": "红烧肉"})
    assert "没找到“红烧肉”" in nothing.text


async def test_a_material_is_kept_on_a_page_of_its_own(
    client: httpx.AsyncClient, ground: tuple[Item, UUID]
) -> None:
    item, _ = ground
    paper = Material(item=item.id, position=1, name="户口簿", original="original", form="paper")
    await Material.insert(paper)
    address = f"/console/materials/{paper.id}"
    typed = {"seen": "0", "rule": "看完就还", "copies": "1", "defer_days": "0", "defer_how": ""}
    wrong = await client.post(address, data={**typed, "deferrable": "yes"})
    assert wrong.status_code == 422
    assert 'href="#f-defer_days"' in wrong.text
    assert "看完就还" in wrong.text
    assert (await client.post(address, data=typed)).status_code == 303
    assert "看完就还" in (await client.get(f"/items/{item.id}")).text
    late = await client.post(address, data={**typed, "condition": "改过姓名的"})
    assert late.status_code == 409
    assert 'value="改过姓名的"' in late.text
    assert 'name="seen" value="1"' in late.text
    assert "材料“户口簿”" in (await client.get(f"/console/items/{item.id}")).text


# --- hours ---


@pytest.fixture
async def hall(client: httpx.AsyncClient) -> Hall:
    """A hall with hours, and its manager at the screen."""
    found = await make.hall(code="city")
    manager = await staff()
    await upkeep.change_hours(found.id, 0, by=manager, week=week())
    await be(client, manager)
    return found


HOURS = {"seen": "1", **{f"d{day}": "9:00–12:00、13:00–16:30" for day in range(1, 6)}, "d6": "", "d7": ""}


async def test_hours_are_changed_as_lines_and_citizens_read_them(
    client: httpx.AsyncClient, hall: Hall
) -> None:
    answer = await client.post(f"/console/halls/{hall.id}/hours", data=HOURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/hours?hall=city&saved=yes")
    page = (await client.get(answer.headers["location"])).text
    assert "<li>周一至周五 9:00–12:00、13:00–16:30</li>" in page
    assert "9:00–12:00、13:00–17:00 → <b>9:00–12:00、13:00–16:30</b>" in page
    assert "16:30" in (await client.get("/")).text
    event = (await client.get("/console/hours")).text.partition("/console/hours-changes/")[2][:36]
    assert (await client.post(f"/console/hours-changes/{event}/reversal")).status_code == 303
    assert "17:00" in (await client.get("/")).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("9点–12点", "周六：“9点–12点”看不懂"), ("9:00–12:00、11:00–13:00", "重叠"), ("12:00–9:00", "晚于")],
)
async def test_a_line_that_is_no_time_is_named_and_kept(
    client: httpx.AsyncClient, hall: Hall, typed: str, said: str
) -> None:
    answer = await client.post(f"/console/halls/{hall.id}/hours", data={**HOURS, "d6": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f"{typed}</textarea>" in answer.text
    assert 'href="#f-d6"' in answer.text


async def test_hours_that_somebody_changed_meanwhile_are_not_overwritten(
    client: httpx.AsyncClient, hall: Hall
) -> None:
    late = await client.post(f"/console/halls/{hall.id}/hours", data={**HOURS, "seen": "0"})
    assert late.status_code == 409
    assert "已经被别人改过" in late.text
    assert "9:00–12:00、13:00–16:30</textarea>" in late.text
    assert 'name="seen" value="1"' in late.text
    empty = {name: "" for name in HOURS}
    shut = await client.post(f"/console/halls/{hall.id}/hours", data={**empty, "seen": "1"})
    assert shut.status_code == 409
    assert "一周至少开一天" in shut.text


async def test_capacity_beyond_the_hours_leads_to_where_it_is_changed(
    client: httpx.AsyncClient, hall: Hall
) -> None:
    line = await make.line(hall)
    await make.template(line, 7, "09:00", "10:00")
    page = unescape((await client.get("/console/hours?hall=city")).text)
    assert "在开放时间以外" in page
    assert f'href="/console/week?hall=city&line={line.id}">E 公安：周日 09:00–10:00' in page
