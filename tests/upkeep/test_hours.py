"""A hall's hours, changed in the console: how they are typed, what is refused, history, undo, two at once."""

import asyncio
import datetime as dt
from uuid import UUID, uuid4

import pytest

from backend import catalog, clock, reference, upkeep
from backend.catalog.tables import Hall, Opening
from backend.home.hall import hall_today
from backend.refusal import Denied, NotFound, Refusal
from backend.settings import settings
from backend.upkeep import hours, hours_views, spans
from backend.upkeep.hours import HoursStale
from backend.upkeep.spans import Span, Week, read
from tests import factories as make
from tests.upkeep.test_items import staff

LONG, SHORT = "9:00–12:00、13:00–17:00", "9:00–12:00"


def week(weekdays: str = LONG, saturday: str = "") -> Week:
    """Monday to Friday alike."""
    return {**{day: read(weekdays) for day in range(1, 6)}, 6: read(saturday)}


async def open_hall(**given: str) -> tuple[Hall, UUID]:
    """A hall with hours, and its manager."""
    hall = await make.hall(code="city")
    manager = await staff()
    await upkeep.change_hours(hall.id, 0, by=manager, week=week(**given))
    return hall, manager


async def said(hall: Hall) -> list[str]:
    """The hours as citizens read them."""
    return catalog.said(await Opening.select().where(Opening.hall == hall.id))


# --- how they are typed ---


@pytest.mark.parametrize(
    "text",
    [
        "9:00-12:00、13:00-17:00",
        "09:00–12:00，13:00—17:00",
        "13:00~17:00;9：00至12：00",
        "9:00到12:00,13:00～17:00\n",
    ],
)
def test_hours_are_read_however_people_write_them(text: str) -> None:
    assert spans.typed(read(text)) == LONG


@pytest.mark.parametrize("text", ["12:00–13:00 预约", "12:00–13:00预约", "12:00–13:00（只接待预约）"])
def test_hours_for_booked_people_carry_the_word(text: str) -> None:
    assert read(text) == [Span(dt.time(12), dt.time(13), True)]
    assert read(spans.typed(read(text))) == read(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("上午", "“上午”看不懂，请写成 9:00–12:00"),
        ("9点–12点", "看不懂"),
        ("9:00–24:00", "看不懂"),
        ("9:00–12:60", "看不懂"),
        ("12:00–9:00", "关门要晚于开门"),
        ("9:00–9:00", "关门要晚于开门"),
        ("9:00–12:00、11:30–17:00", "“9:00–12:00”和“11:30–17:00”重叠了"),
        ("、".join(f"{hour}:00–{hour}:30" for hour in range(9)), "最多 8 段"),
    ],
)
def test_what_is_no_time_is_named(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read(text)


# --- changing ---


async def test_a_change_is_saved_recorded_and_read_by_citizens_at_once():
    hall, manager = await open_hall()
    await upkeep.change_hours(hall.id, 1, by=manager, week=week(SHORT, "9:00–12:00 预约"))
    assert await said(hall) == ["周一至周五 9:00–12:00", "周六 9:00–12:00（只接待预约）"]
    today = await hall_today("city", clock.local(await clock.now()))
    assert today is not None
    assert today.hours == "09:00–12:00"
    event = (await hours.history(hall.id))[-1]
    assert event["by_name"] == "施经理"
    assert spans.changes(event["before"], event["after"]) == [
        ("周一至周五", LONG, SHORT),
        ("周六", "不开门", "9:00–12:00 预约"),
    ]


async def test_saving_the_same_hours_leaves_no_trace():
    hall, manager = await open_hall()
    assert await upkeep.change_hours(hall.id, 1, by=manager, week=week()) is None
    assert len(await hours.history(hall.id)) == 1


async def test_what_a_week_cannot_be_is_refused_and_nothing_changes():
    hall, manager = await open_hall()
    before = await said(hall)
    with pytest.raises(Refusal, match="至少开一天"):
        await upkeep.change_hours(hall.id, 1, by=manager, week={})
    overlapping = {3: [*read("9:00–12:00"), *read("11:00–13:00")]}
    with pytest.raises(Refusal, match=r"周三：.*重叠"):
        await upkeep.change_hours(hall.id, 1, by=manager, week=overlapping)
    with pytest.raises(NotFound):
        await upkeep.change_hours(uuid4(), 0, by=manager, week=week())
    assert await said(hall) == before


async def test_a_hall_s_hours_are_its_own_manager_s():
    hall, _ = await open_hall()
    await make.hall("吕四港镇便民服务中心", "lvsi")
    for role, scope in (("manager", "lvsi"), ("clerk", "city"), ("auditor", "city")):
        with pytest.raises(NotFound if scope == "lvsi" else Denied):
            await upkeep.change_hours(hall.id, 1, by=await staff(role, scope=scope), week=week(SHORT))
    await upkeep.change_hours(hall.id, 1, by=await staff("administrator", "all", ""), week=week(SHORT))


async def test_who_saves_second_is_refused():
    hall, manager = await open_hall()
    both = [upkeep.change_hours(hall.id, 1, by=manager, week=week(text)) for text in (SHORT, "9:00–16:00")]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert [type(one) for one in results if isinstance(one, Exception)] == [HoursStale]
    assert len(await hours.history(hall.id)) == 2


# --- undo ---


async def test_undoing_restores_the_week_and_can_be_undone_itself():
    hall, manager = await open_hall()
    changed = await upkeep.change_hours(hall.id, 1, by=manager, week=week(SHORT))
    assert changed
    assert await upkeep.undo_hours_change(changed, by=manager) == "city"
    assert await said(hall) == ["周一至周五 9:00–12:00、13:00–17:00"]
    undone = (await hours.history(hall.id))[-1]
    assert undone["undoes"] == changed
    await upkeep.undo_hours_change(undone["id"], by=manager)
    assert await said(hall) == ["周一至周五 9:00–12:00"]


async def test_a_change_is_undone_once():
    hall, manager = await open_hall()
    changed = await upkeep.change_hours(hall.id, 1, by=manager, week=week(SHORT))
    assert changed
    both = [upkeep.undo_hours_change(changed, by=manager) for _ in range(2)]
    results = await asyncio.gather(*both, return_exceptions=True)
    refused = [one.sentence for one in results if isinstance(one, Refusal)]
    assert refused == ["这次改动已经撤销过了"]
    assert len(await hours.history(hall.id)) == 3


async def test_hours_that_were_changed_again_are_named():
    hall, manager = await open_hall()
    changed = await upkeep.change_hours(hall.id, 1, by=manager, week=week(SHORT))
    await upkeep.change_hours(hall.id, 2, by=manager, week=week(SHORT, SHORT))
    assert changed
    with pytest.raises(Refusal, match="周六后来又改过"):
        await upkeep.undo_hours_change(changed, by=manager)
    with pytest.raises(Denied):
        await upkeep.undo_hours_change(changed, by=await staff("clerk"))
    with pytest.raises(NotFound):
        await upkeep.undo_hours_change(uuid4(), by=manager)


# --- what does not fit ---


async def test_capacity_beyond_the_hours_is_named():
    hall, manager = await open_hall(weekdays="9:00–12:00、12:00–13:00 预约")
    line = await make.line(hall)
    await make.template(line, 1, "09:00", "13:00")
    await make.template(line, 2, "09:00", "13:30")
    await make.template(line, 3, "13:00", "17:00", counters=0)
    await make.template(line, 7, "09:00", "10:00")
    found = (await hours_views.shown({"id": hall.id, "code": "city"}, manager))["outside"]
    assert [(one["weekday"], f"{one['ends']:%H:%M}") for one in found] == [(2, "13:30"), (7, "10:00")]


async def test_no_capacity_of_qidong_lies_beyond_the_hours():
    await reference.load(settings().reference)
    for hall in await Hall.select(Hall.id, Hall.code):
        assert await hours_views.outside(hall["id"], await spans.week_of(hall["id"])) == [], hall["code"]


async def test_loading_the_files_again_leaves_the_hours_and_names_them():
    await reference.load(settings().reference)
    hall = await Hall.objects().get(Hall.code == "city")
    assert hall is not None
    await upkeep.change_hours(hall.id, 0, by=await staff("administrator", "all", ""), week=week(SHORT))
    report = await reference.load(settings().reference)
    assert await said(hall) == ["周一至周五 9:00–12:00"]
    assert any(line.startswith("opening city") for line in report.differences)
