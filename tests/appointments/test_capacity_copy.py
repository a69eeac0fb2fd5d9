"""Copying templates and exceptions, and undoing it: what is shown is what is done, and all or nothing."""

import asyncio
import datetime as dt
import re
from typing import Any
from urllib.parse import parse_qs, urlparse
from uuid import UUID

import httpx
import pytest

from backend import appointments, db
from backend.appointments import capacity, capacity_copy, capacity_undo, capacity_week, day
from backend.appointments.capacity_copy import Wish
from backend.appointments.capacity_groups import said
from backend.appointments.tables import CapacityEvent, CapacityException, Slot, Template
from backend.refusal import NotFound, Refusal
from tests import factories as make
from tests import world
from tests.appointments.test_capacity import CHANGE, MORNING, TUESDAY, managed, staff

MONDAY = dt.date(2026, 11, 23)


async def weekly(line: UUID) -> list[tuple[int, str, int]]:
    """Weekday, start and counters of a line's templates."""
    rows = await Template.select().where(Template.line == line).order_by(Template.weekday, Template.starts)
    return [(row["weekday"], f"{row['starts']:%H:%M}", row["counters"]) for row in rows]


async def last_deed() -> UUID:
    """The latest deed."""
    return UUID(str((await db.rows("SELECT deed FROM capacity_event ORDER BY at DESC LIMIT 1"))[0]["deed"]))


async def offered(line: UUID, on: dt.date) -> int:
    """How many places a line offers on a day."""
    rows = await Slot.select(Slot.offered).where(Slot.line == line, Slot.day == on)
    return sum(row["offered"] for row in rows)


async def test_a_weekday_is_copied_as_it_was_shown_and_slots_follow() -> None:
    _, line, manager = await managed()
    await make.template(line, 1, counters=4)
    await make.template(line, 1, "13:00", "17:00", counters=2)
    await make.template(line, 2, counters=1)
    await make.template(line, 2, "14:00", "16:00", counters=3)
    await make.template(line, 3, counters=0)
    wish = Wish(line.id, (line.id,), weekday=1, days=(1, 2, 3))
    plan = await capacity_copy.look(wish, manager.id)
    assert [plan.count(kind) for kind in ("added", "changed", "closed")] == [2, 2, 1]
    assert plan.same == 2  # Monday itself
    assert await CapacityEvent.count() == 0, "looking changes nothing"
    await capacity_copy.copy(wish, manager.id, plan.seen)
    assert await weekly(line.id) == [
        (1, "09:00", 4), (1, "13:00", 2), (2, "09:00", 4), (2, "13:00", 2), (2, "14:00", 0), (3, "09:00", 4),
        (3, "13:00", 2),
    ]  # fmt: skip
    assert await offered(line.id, TUESDAY) == await offered(line.id, MONDAY) > 0
    assert await CapacityEvent.count() == 5
    with pytest.raises(Refusal, match="已经一样"):
        await capacity_copy.copy(wish, manager.id)


async def test_one_template_closes_only_what_it_overlaps() -> None:
    _, line, manager = await managed()
    template = await make.template(line, 1, counters=4)
    await make.template(line, 2, "08:00", "10:00")
    await make.template(line, 2, "14:00", "16:00", counters=3)
    await capacity_copy.copy(Wish(line.id, (line.id,), template=template.id, days=(2,)), manager.id)
    assert await weekly(line.id) == [(1, "09:00", 4), (2, "08:00", 0), (2, "09:00", 4), (2, "14:00", 3)]


async def test_a_whole_week_goes_to_another_line_weekday_by_weekday() -> None:
    hall, line, manager = await managed()
    other = await make.line(hall, "F", "婚姻")
    await make.template(line, 1, counters=4)
    await make.template(line, 3, counters=2)
    await make.template(other, 5, counters=7)
    await capacity_copy.copy(Wish(line.id, (other.id,)), manager.id)
    assert await weekly(other.id) == [(1, "09:00", 4), (3, "09:00", 2), (5, "09:00", 0)]
    assert await weekly(line.id) == [(1, "09:00", 4), (3, "09:00", 2)]


async def test_a_plan_that_somebody_changed_meanwhile_is_refused() -> None:
    _, line, manager = await managed()
    template = await make.template(line, 1, counters=4, **{})
    wish = Wish(line.id, (line.id,), weekday=1, days=(2,))
    plan = await capacity_copy.look(wish, manager.id)
    await capacity.change_template(template.id, by=manager.id, **{**CHANGE, "counters": 9})
    with pytest.raises(Refusal, match="再看一遍"):
        await capacity_copy.copy(wish, manager.id, plan.seen)
    assert await weekly(line.id) == [(1, "09:00", 9)]


async def test_two_who_copy_at_once_make_each_template_once() -> None:
    _, line, manager = await managed()
    await make.template(line, 1, counters=4)
    wish = Wish(line.id, (line.id,), weekday=1, days=(2, 3))
    done = await asyncio.gather(
        *(capacity_copy.copy(wish, manager.id) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["NoneType", "Refusal", "Refusal", "Refusal"]
    assert len(await weekly(line.id)) == 3


async def test_nothing_is_copied_to_or_from_a_hall_that_one_does_not_manage() -> None:
    _, line, manager = await managed()
    foreign = await make.line(await make.hall(), "G")
    await make.template(line, 1)
    await make.template(foreign, 1)
    clerk = await staff("clerk", (await make.hall()).code)
    for wish in (Wish(line.id, (foreign.id,)), Wish(foreign.id, (line.id,))):
        for verb in (capacity_copy.look, capacity_copy.copy):
            with pytest.raises(NotFound):
                await verb(wish, manager.id)
    with pytest.raises(NotFound):
        await capacity_copy.copy(Wish(line.id, (line.id,), weekday=1, days=(2,)), clerk.id)
    with pytest.raises(NotFound):
        await capacity_copy.copy(Wish(line.id, (manager.id,)), manager.id)
    with pytest.raises(Refusal, match="没有可以套用"):
        await capacity_copy.copy(Wish(line.id, (line.id,), weekday=7, days=(2,)), manager.id)
    assert await Template.count() == 2


async def test_undoing_a_copy_puts_every_row_back_and_can_be_undone() -> None:
    _, line, manager = await managed()
    await make.template(line, 1, counters=4)
    await make.template(line, 2, counters=1)
    await make.template(line, 2, "14:00", "16:00", counters=3)
    before = await weekly(line.id)
    await capacity_copy.copy(Wish(line.id, (line.id,), weekday=1, days=(2, 3)), manager.id)
    after, copied = await weekly(line.id), await last_deed()
    await capacity_undo.undo(copied, manager.id)
    assert await weekly(line.id) == before
    assert await offered(line.id, dt.date(2026, 11, 25)) == 0
    with pytest.raises(Refusal, match="后来又改过"):
        await capacity_undo.undo(copied, manager.id)
    await capacity_undo.undo(await last_deed(), manager.id)
    assert await weekly(line.id) == after


async def test_what_was_changed_later_is_not_undone() -> None:
    _, line, manager = await managed()
    template = await make.template(line, 1, counters=4)
    await make.template(line, 2, counters=1)
    await capacity_copy.copy(Wish(line.id, (line.id,), weekday=1, days=(2, 3)), manager.id)
    copied = await last_deed()
    rows = await Template.select(Template.id).where(Template.line == line.id, Template.weekday == 2)
    await capacity.change_template(rows[0]["id"], by=manager.id, **CHANGE)
    with pytest.raises(Refusal, match="后来又改过"):
        await capacity_undo.undo(copied, manager.id)
    assert len(await weekly(line.id)) == 3, "nothing of it"
    await capacity.change_template(template.id, by=manager.id, **CHANGE)
    await capacity_undo.undo(await last_deed(), manager.id)


async def test_another_halls_manager_undoes_nothing() -> None:
    _, line, manager = await managed()
    await capacity.add_template(line.id, by=manager.id, **MORNING)
    stranger = await staff("manager", (await make.hall()).code)
    with pytest.raises(NotFound):
        await capacity_undo.undo(await last_deed(), stranger.id)
    with pytest.raises(NotFound):
        await capacity_undo.undo(manager.id, manager.id)
    assert await Template.count() == 1


async def test_hours_that_people_booked_are_not_taken_away_by_an_undo() -> None:
    _, line, manager = await managed()
    item = await make.item(line)
    await capacity.add_template(line.id, by=manager.id, **MORNING)
    slot = (await Slot.objects().where(Slot.day == TUESDAY).order_by(Slot.starts_at))[0]
    owner, person = await make.citizen()
    await appointments.book(slot.id, item.id, person.id, by=owner.id)
    with pytest.raises(Refusal, match="11 月 24 日有 1 人已经约了"):
        await capacity_undo.undo(await last_deed(), manager.id)
    rows = await Slot.select().where(Slot.day == TUESDAY).order_by(Slot.starts_at)
    assert [row["taken"] for row in rows] == [1, 0]
    assert all(row["offered"] for row in rows), "nothing of it"


async def test_equal_weekdays_change_together_and_only_those_that_are_ticked() -> None:
    _, line, manager = await managed()
    first = await make.template(line, 1)
    for weekday in (2, 3, 4, 5):
        await make.template(line, weekday)
    shown = (await day.week(line.id, MONDAY, manager.id))["templates"]
    assert [(one["days"], one["weekdays"]) for one in shown] == [("周一至周五", [1, 2, 3, 4, 5])]
    await capacity.change_template(
        first.id, by=manager.id, weekdays=[1, 5], **{**CHANGE, "ends": dt.time(12), "counters": 6}
    )
    assert [counters for _, _, counters in await weekly(line.id)] == [6, 1, 1, 1, 6]
    assert said([1, 2, 4, 5, 6]) == "周一、周二、周四至周六"


async def closed(line: UUID | None = None) -> list[dt.date]:
    """The days on which an exception holds."""
    rows = await CapacityException.select().where(CapacityException.withdrawn_at.is_null())
    return sorted(row["day"] for row in rows if row["line"] == line)


async def test_a_span_of_days_differs_for_several_lines_and_is_taken_back_as_one() -> None:
    hall, line, manager = await managed()
    other = await make.line(hall, "F", "婚姻")
    for at in (line, other):
        for weekday in range(1, 6):
            await make.template(at, weekday)
    await appointments.fill()
    made = await capacity.add_exception(
        hall.id,
        by=manager.id,
        day=TUESDAY,
        until=dt.date(2026, 11, 26),
        line=line.id,
        lines=[other.id],
        reason="检修",
    )
    assert len(made) == 6
    assert (
        await closed(line.id) == await closed(other.id) == [TUESDAY + dt.timedelta(days=n) for n in range(3)]
    )
    assert [await offered(at.id, TUESDAY) for at in (line, other)] == [0, 0]
    [shown] = (await day.week(line.id, MONDAY, manager.id))["exceptions"]
    assert (shown["day"], shown["last"], shown["of_deed"]) == (TUESDAY, dt.date(2026, 11, 26), 6)
    await capacity.withdraw_exception(made[0], by=manager.id)
    await capacity.withdraw_exception(made[1], by=manager.id, with_deed=True)
    assert await closed(line.id) == await closed(other.id) == []
    assert await offered(other.id, TUESDAY) > 0
    await capacity_undo.undo(await last_deed(), manager.id)
    assert len(await closed(line.id)) + len(await closed(other.id)) == 5


@pytest.mark.parametrize(
    ("until", "words"), [(MONDAY, "不能早于第一天"), (TUESDAY + dt.timedelta(days=99), "最多改 62 天")]
)
async def test_a_span_that_cannot_be_meant_is_refused(until: dt.date, words: str) -> None:
    hall, _, manager = await managed()
    with pytest.raises(Refusal, match=words):
        await capacity.add_exception(hall.id, by=manager.id, day=TUESDAY, until=until, reason="检修")
    assert await CapacityException.count() == 0


async def test_a_weeks_exceptions_are_copied_once_to_the_same_weekdays() -> None:
    hall, line, manager = await managed()
    for on, of in ((TUESDAY, line.id), (dt.date(2026, 11, 27), None)):
        await capacity.add_exception(
            hall.id, by=manager.id, day=on, line=of, reason="检修", starts=dt.time(14)
        )
    there = dt.date(2026, 12, 3)
    assert await capacity_week.copy_week(line.id, MONDAY, there, manager.id) == 2
    assert await closed(line.id) == [TUESDAY, dt.date(2026, 12, 1)]
    assert await closed() == [dt.date(2026, 11, 27), dt.date(2026, 12, 4)]
    for to, words in ((there, "没有要照搬"), (TUESDAY, "同一周"), (dt.date(2026, 11, 16), "没有要照搬")):
        with pytest.raises(Refusal, match=words):
            await capacity_week.copy_week(line.id, MONDAY, to, manager.id)
    await capacity_undo.undo(await last_deed(), manager.id)
    assert await closed() == [dt.date(2026, 11, 27)]


async def test_the_pages_show_first_then_do_then_say_so(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, world.MANAGER)
    ask: dict[str, Any] = {"line": found.own["line"], "what": "3", "days": ["4", "5"]}
    shown = await client.get("/console/copies", params=ask)
    assert "加 2 条" in shown.text
    assert shown.text.count('class="button wide"') == 1
    seen = shown.text.partition('name="seen" value="')[2].partition('"')[0]
    wrong = await client.post("/console/copies", data={**ask, "seen": "x"})
    assert (wrong.status_code, "再看一遍" in wrong.text, "加 2 条" in wrong.text) == (409, True, True)
    done = await client.post("/console/copies", data={**ask, "seen": seen})
    week = await client.get(done.headers["location"])
    assert "已保存" in week.text
    assert "周三至周五 10:00–11:00" in week.text
    assert "加了每周安排 2 条" in week.text
    undone = await client.post(f"/console/changes/{await last_deed()}/reversal")
    assert "撤销：去掉了每周安排 2 条" in (await client.get(undone.headers["location"])).text
    for days in ([], ["8"], ["4", "4"]):
        bad = await client.post("/console/copies", data={**ask, "days": days})
        assert (bad.status_code, 'href="#f-days"' in bad.text) == (422, True)


async def test_an_undo_stays_on_the_line_and_in_the_week_one_came_from_and_says_so(
    client: httpx.AsyncClient,
) -> None:
    found = await world.build()
    line = UUID(found.own["line"])
    other = await make.line(await capacity.hall_of_line(line), "F", "婚姻")
    await world.be(client, found, world.MANAGER)
    wish = Wish(line, (other.id, line), weekday=3, days=(4,))
    await capacity_copy.copy(wish, await world.staff(world.MANAGER))
    deed = await last_deed()
    for here in (line, other.id):
        page = (await client.get("/console/week", params={"line": str(here), "day": "2026-12-02"})).text
        form = page.partition(f'action="/console/changes/{deed}/reversal"')[2].partition("</form>")[0]
        sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        undone = await client.post(f"/console/changes/{deed}/reversal", data=sent)
        asked = parse_qs(urlparse(undone.headers["location"]).query)
        assert (asked["line"], asked["day"]) == ([str(here)], ["2026-12-02"])
        shown = (await client.get(undone.headers["location"])).text
        assert ("已撤销" in shown, "已保存" in shown) == (True, False)
        deed = await last_deed()


async def test_an_undo_that_names_an_unknown_line_undoes_nothing(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, world.MANAGER)
    before = await world.everything()
    answer = await client.post(
        f"/console/changes/{found.own['change']}/reversal", data={"line": str(UUID(int=7))}
    )
    assert answer.status_code == 404
    assert await world.everything() == before


async def test_the_week_of_a_hall_with_several_lines_opens_with_an_exception_begun(
    client: httpx.AsyncClient,
) -> None:
    found = await world.build()
    await make.line(await capacity.hall_of_line(UUID(found.own["line"])), "F", "婚姻")
    await world.be(client, found, world.MANAGER)
    seen = await client.get(f"/console/week?line={found.own['line']}&day=2026-11-25&at=10:00")
    assert seen.status_code == 200
    assert 'value="2026-11-25"' in seen.text.partition('action="/console/exceptions"')[2]
    assert "F 婚姻" in seen.text.partition("同时改别的业务线")[2]


async def test_a_foreign_line_among_the_ticked_changes_nothing(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, world.MANAGER)
    before = await world.everything()
    foreign = found.foreign["line"]
    copies = {"line": found.own["line"], "what": "3", "days": "4", "lines": [found.own["line"], foreign]}
    closing = {"line": found.own["line"], "lines": [foreign], "day": TUESDAY, "counters": 0, "reason": "检修"}
    assert (await client.post("/console/copies", data=copies)).status_code == 404
    assert (await client.post("/console/exceptions", data=closing)).status_code == 404
    assert await world.everything() == before
