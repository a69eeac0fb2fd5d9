"""An item's texts and channels, changed in the console: who may, what is refused, history, undo, two at once."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend import appointments, catalog, identity, reference, upkeep
from backend.catalog.tables import Hall, Item, ItemPlace, Line, Material
from backend.identity.tables import Staff
from backend.refusal import Denied, NotFound, Refusal
from backend.settings import settings
from backend.upkeep import events, fields, item_views, rules
from backend.upkeep.events import Stale
from backend.upkeep.rules import Unfit
from backend.upkeep.tables import ItemEvent
from backend.upkeep.told import told
from tests import factories as make

READY: dict[str, Any] = {
    "conditions": "本市户籍的人", "steps": ["到窗口", "拿证"], "promised_days": 5, "statutory_days": 20, "visits": 1,
    "visit_reason": "要采集指纹", "fee": "不收费", "consult_phone": "0513-83000001", "complaint_phone": "12345",
    "words": ["身份证到期"],
}  # fmt: skip


async def staff(role: str = "manager", kind: str = "hall", scope: str = "city") -> UUID:
    """Somebody who holds a role somewhere."""
    grant = identity.Grant(role, kind, scope)
    added = await identity.add_staff(f"{role}-{uuid4().hex[:8]}", "施经理", [grant])
    await Staff.update({Staff.must_change: False}).where(Staff.id == added.staff)
    return added.staff


async def kept(**given: Any) -> tuple[Item, UUID]:
    """An item at the city hall, and that hall's manager."""
    line = await make.line(await make.hall(code="city"))
    item = await make.item(line, **{**READY, **given})
    return item, await staff()


async def now(item: Item) -> Item:
    """The item as it is now."""
    return await catalog.item(item.id)


async def last(item: Item) -> events.Event:
    """The latest change."""
    return (await events.history(item.id))[-1]


async def said(item: Item) -> list[str]:
    """The latest change in words."""
    return [f"{one.label}：{one.old}→{one.new}" for one in told(await last(item))]


async def test_a_change_is_saved_recorded_and_keeps_the_row_from_the_files():
    item, manager = await kept()
    await upkeep.change_item(
        item.id, 0, by=manager, channels=["window", "mail"], visit_reason="要采集人像和指纹"
    )
    found = await now(item)
    assert (found.window, found.mail, found.online) == (True, True, False)
    assert found.edited_at is not None
    event = await last(item)
    assert event.before == {"channels": ["window"], "visit_reason": "要采集指纹"}
    assert event.by_name == "施经理"
    assert await said(item) == ["到现场的原因：要采集指纹→要采集人像和指纹", "办理方式：窗口→窗口、邮寄"]


async def test_saving_what_is_there_changes_nothing_and_leaves_no_trace():
    item, manager = await kept(kind="2")
    assert await upkeep.change_item(item.id, 0, by=manager, **fields.of_item(await now(item))) is None
    assert not await ItemEvent.exists()
    assert (await now(item)).edited_at is None


async def test_everyday_words_are_found_at_once_also_by_their_sound():
    item, manager = await kept()
    await upkeep.change_item(item.id, 0, by=manager, words=["身份证过期", "换证"])
    assert [one.id for one in await catalog.search("身份证过期")] == [item.id]
    assert [one.id for one in await catalog.search("huanzheng")] == [item.id]
    assert await said(item) == ["大家的说法：→去掉“身份证到期”，加上“身份证过期”，加上“换证”"]


async def test_what_is_done_while_one_waits_is_another_kind_of_matter():
    item, manager = await kept()
    await upkeep.change_item(item.id, 0, by=manager, promised_days=0)
    assert (await now(item)).kind == "1"
    assert await said(item) == ["承诺时限：5 个工作日→当场办结", "办件类型：承诺件→即办件"]


REFUSED = [
    ("promised_days", "法定的 20 个工作日", {"promised_days": 21}),
    ("visit_reason", "为什么", {"visit_reason": ""}),
    ("fee", "收多少", {"charged": True}),
    ("charged", "勾上", {"fee": "每证 20 元"}),
    ("window", "至少留一种", {"channels": []}),
    ("bookable", "不在窗口办", {"channels": ["mail"], "bookable": True}),
    ("shanghai", "驻沪办事点", {"channels": ["window", "shanghai"]}),
    ("online_depth", "网办程度", {"channels": ["window", "online"]}),
    ("online_depth", "网办程度", {"online_depth": "4"}),
]


@pytest.mark.parametrize(("field", "words", "values"), REFUSED)
async def test_what_no_item_may_say_is_refused_by_field(field: str, words: str, values: dict[str, Any]):
    item, manager = await kept()
    with pytest.raises(Unfit, match=words) as refused:
        await upkeep.change_item(item.id, 0, by=manager, **values)
    assert refused.value.field == field
    assert not await ItemEvent.exists()


async def test_a_law_that_says_nothing_allows_any_promise():
    item, manager = await kept(statutory_days=None)
    await upkeep.change_item(item.id, 0, by=manager, promised_days=90)
    assert (await now(item)).promised_days == 90


async def test_what_nobody_gives_out_places_for_cannot_be_made_bookable():
    item, manager = await kept(bookable=False)
    with pytest.raises(Unfit, match="还没有放号"):
        await upkeep.change_item(item.id, 0, by=manager, bookable=True)
    line = await Line.objects().first()
    assert line is not None
    await make.template(line, 2)
    await upkeep.change_item(item.id, 0, by=manager, bookable=True)
    assert await said(item) == ["预约：不能预约→可以预约"]


async def test_switching_booking_off_leaves_those_who_booked():
    booked, owner, _, other = await make.booked()
    everywhere = await staff("administrator", "all", "")
    assert await item_views.ahead(booked.item) == 1
    ready: dict[Any, Any] = READY
    await Item.update(ready).where(Item.id == booked.item)
    await upkeep.change_item(booked.item, 0, by=everywhere, bookable=False)
    assert await item_views.ahead(booked.item) == 1
    assert (await appointments.show(booked.id, by=owner.id)) is not None
    stranger, person = await make.citizen()
    with pytest.raises(Refusal):
        await appointments.book(other.id, booked.item, person.id, by=stranger.id)


async def test_every_item_of_qidong_can_be_saved_as_it_is():
    await reference.load(settings().reference)
    for row in await Item.select(Item.id):
        item = await catalog.item(row["id"])
        values = fields.of_item(item)
        assert rules.settled(values) == values, item.name
        await rules.judge_item(item, values, values)


# --- who may ---


async def test_the_hall_that_leads_keeps_what_towns_do_too():
    item, city = await kept()
    town = await make.hall("吕四港镇便民服务中心", "lvsi")
    await Hall.update({Hall.kind: "town"}).where(Hall.id == town.id)
    await ItemPlace.insert(ItemPlace(item=item.id, hall=town.id, line=(await make.line(town)).id))
    with pytest.raises(Denied, match="牵头大厅的负责人"):
        await upkeep.change_item(item.id, 0, by=await staff(scope="lvsi"), conditions="谁都能办")
    await upkeep.change_item(item.id, 0, by=city, conditions="谁都能办")


async def test_what_only_towns_do_is_kept_by_whoever_keeps_all_of_them():
    town = await make.hall("吕四港镇便民服务中心", "lvsi")
    other = await make.hall("寅阳镇便民服务中心", "yinyang")
    await Hall.update({Hall.kind: "town"}, force=True)
    item = await make.item(await make.line(town), **READY)
    await upkeep.change_item(item.id, 0, by=await staff(scope="lvsi"), conditions="谁都能办")
    await ItemPlace.insert(ItemPlace(item=item.id, hall=other.id, line=(await make.line(other)).id))
    with pytest.raises(Denied):
        await upkeep.change_item(item.id, 1, by=await staff(scope="lvsi"), conditions="只有镇上的人")


@pytest.mark.parametrize("role", ["supervisor", "auditor", "guide", "clerk", "officer"])
async def test_others_change_nothing(role: str):
    item, _ = await kept()
    with pytest.raises(Denied):
        await upkeep.change_item(item.id, 0, by=await staff(role), conditions="谁都能办")
    assert (await now(item)).conditions == "本市户籍的人"


async def test_an_item_that_does_not_exist_is_not_found():
    with pytest.raises(NotFound):
        await upkeep.change_item(uuid4(), 0, by=await staff(scope="", kind="all"), conditions="谁都能办")


# --- two at once ---


async def test_who_saves_second_is_told_what_the_first_changed():
    item, manager = await kept()
    await upkeep.change_item(item.id, 0, by=manager, visits=2)
    with pytest.raises(Stale, match="施经理已经改过") as refused:
        await upkeep.change_item(item.id, 0, by=await staff(), conditions="谁都能办")
    assert [event.after for event in refused.value.later] == [{"visits": 2}]
    assert (await now(item)).conditions == "本市户籍的人"


async def test_of_two_who_save_at_the_same_moment_one_is_refused():
    item, manager = await kept()
    both = [upkeep.change_item(item.id, 0, by=manager, conditions=f"第 {n} 版") for n in (1, 2)]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert [type(one) for one in results if isinstance(one, Exception)] == [Stale]
    assert await ItemEvent.count() == 1


# --- undo ---


async def test_undoing_restores_what_was_and_can_be_undone_itself():
    item, manager = await kept()
    first = await upkeep.change_item(item.id, 0, by=manager, steps=["网上交"], words=["换证"])
    assert first
    assert await upkeep.undo_item_change(first, by=manager) == item.id
    found = await now(item)
    assert (found.steps, found.words) == (["到窗口", "拿证"], ["身份证到期"])
    assert [one.id for one in await catalog.search("身份证到期")] == [item.id]
    undone = await last(item)
    assert undone.undoes == first
    await upkeep.undo_item_change(undone.id, by=manager)
    assert (await now(item)).steps == ["网上交"]


async def test_a_change_is_undone_once():
    item, manager = await kept()
    first = await upkeep.change_item(item.id, 0, by=manager, visits=2)
    assert first
    both = [upkeep.undo_item_change(first, by=manager) for _ in range(2)]
    results = await asyncio.gather(*both, return_exceptions=True)
    refused = [one for one in results if isinstance(one, Refusal)]
    assert [one.sentence for one in refused] == ["这次改动已经撤销过了"]
    assert (await now(item)).visits == 1


async def test_what_was_changed_again_cannot_be_undone_alone():
    item, manager = await kept()
    first = await upkeep.change_item(item.id, 0, by=manager, visits=2, conditions="谁都能办")
    second = await upkeep.change_item(item.id, 1, by=manager, visits=3)
    assert first
    assert second
    with pytest.raises(Refusal, match="“到现场”后来又改过（施经理，11 月 23 日（周一）10:0"):
        await upkeep.undo_item_change(first, by=manager)
    await upkeep.undo_item_change(second, by=manager)
    await upkeep.undo_item_change(first, by=manager)
    assert ((await now(item)).visits, (await now(item)).conditions) == (1, "本市户籍的人")


async def test_a_later_change_of_other_fields_does_not_stand_in_the_way():
    item, manager = await kept()
    first = await upkeep.change_item(item.id, 0, by=manager, visits=2)
    await upkeep.change_item(item.id, 1, by=manager, conditions="谁都能办")
    assert first
    await upkeep.undo_item_change(first, by=manager)
    assert ((await now(item)).visits, (await now(item)).conditions) == (1, "谁都能办")


async def test_undoing_keeps_to_the_rules_too():
    item, manager = await kept()
    first = await upkeep.change_item(item.id, 0, by=manager, visits=0)
    await upkeep.change_item(item.id, 1, by=manager, visit_reason="")
    assert first
    with pytest.raises(Unfit, match="为什么"):
        await upkeep.undo_item_change(first, by=manager)


async def test_who_may_not_change_may_not_undo():
    item, manager = await kept()
    first = await upkeep.change_item(item.id, 0, by=manager, visits=2)
    assert first
    with pytest.raises(Denied):
        await upkeep.undo_item_change(first, by=await staff("clerk"))
    with pytest.raises(NotFound):
        await upkeep.undo_item_change(uuid4(), by=manager)


# --- materials ---


async def paper(item: Item) -> Material:
    """Something to bring."""
    found = Material(
        item=item.id, position=1, name="户口簿", original="original", form="paper", rule="要原件"
    )
    await Material.insert(found)
    return found


async def test_a_material_is_changed_recorded_under_its_name_and_undone():
    item, manager = await kept()
    one = await paper(item)
    more = {"rule": "原件，看完就还", "deferrable": True, "defer_days": 5, "defer_how": "网上上传"}
    await upkeep.change_material(one.id, 0, by=manager, **more)
    assert (await catalog.materials(item.id))[0].defer_days == 5
    event = await last(item)
    assert event.material_name == "户口簿"
    assert await said(item) == [
        "要求：要原件→原件，看完就还", "后补：没有→有", "后补期限：0 个工作日→5 个工作日",
        "后补方式：（空）→网上上传",
    ]  # fmt: skip
    assert (await now(item)).edited_at is not None
    await upkeep.undo_item_change(event.id, by=manager)
    assert (await catalog.materials(item.id))[0].rule == "要原件"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("defer_days", {"deferrable": True, "defer_how": "网上上传"}),
        ("defer_how", {"deferrable": True, "defer_days": 5}),
        ("deferrable", {"defer_days": 5}),
    ],
)
async def test_a_paper_that_may_come_later_says_by_when_and_how(field: str, values: dict[str, Any]):
    item, manager = await kept()
    with pytest.raises(Unfit) as refused:
        await upkeep.change_material((await paper(item)).id, 0, by=manager, **values)
    assert refused.value.field == field


async def test_a_material_and_its_item_are_changed_beside_each_other():
    item, manager = await kept()
    one = await paper(item)
    await upkeep.change_material(one.id, 0, by=manager, rule="复印件也行")
    await upkeep.change_item(item.id, 0, by=manager, conditions="谁都能办")
    with pytest.raises(Stale):
        await upkeep.change_material(one.id, 0, by=manager, rule="只要原件")


# --- the files ---


async def test_loading_the_files_again_leaves_what_was_changed_and_names_it():
    await reference.load(settings().reference)
    item = await Item.objects().get(Item.name == "身份证换领")
    assert item is not None
    await upkeep.change_item(item.id, 0, by=await staff(), conditions="谁都能办")
    report = await reference.load(settings().reference)
    assert (await now(item)).conditions == "谁都能办"
    assert any("conditions" in line for line in report.differences)
