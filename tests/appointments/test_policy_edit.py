"""Rules are changed by who may, only as they were seen; what that would do is counted before."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import appointments, clock, identity
from backend.appointments import policy_edit, policy_effect
from backend.appointments.policy_rules import BY_NAME, VALUES, values_of, wrong
from backend.appointments.tables import Appointment, NoShow, Pause, Policy, PolicyEvent, Slot
from backend.catalog.tables import Item
from backend.identity.tables import Staff
from backend.refusal import Denied, NotFound, Refusal
from tests import factories as make
from tests import world
from tests.routes import POLICY


async def citywide(role: str = "manager") -> UUID:
    """Somebody whose role holds everywhere."""
    added = await identity.add_staff(f"{role}-all", "经理", [identity.Grant(role)])
    await Staff.update({Staff.must_change: False}).where(Staff.id == added.staff)
    return added.staff


async def policy(group: str = "default") -> dict[str, Any]:
    """A group's row."""
    return (await Policy.select().where(Policy.group == group))[0]


async def effects(by: UUID, **new: int) -> dict[str, tuple[str, str]]:
    """What new values would do to the general rules: line and kind by title."""
    old = values_of(await policy())
    found = await policy_effect.effect("default", old, {**old, **new}, by)
    return {one.title: (one.line, one.kind) for one in found}


async def test_every_column_of_the_table_can_be_edited() -> None:
    columns = {column._meta.name for column in Policy._meta.columns}
    assert columns - {"id", "group", "edited_at"} == set(VALUES)
    assert all(wrong({**dict.fromkeys(BY_NAME, 30), name: rule.most + 1}) for name, rule in BY_NAME.items())


@pytest.mark.parametrize("role", ["manager", "administrator"])
async def test_a_change_is_recorded_in_words_and_can_be_undone_and_redone(role: str) -> None:
    await make.bookable()
    by, row = await citywide(role), await policy()
    shown = await policy_edit.show(row["id"], by)
    await policy_edit.change(row["id"], by, shown["seen"], **{**values_of(row), "notice_minutes": 60})
    assert (await policy())["edited_at"]
    [event] = await policy_edit.history("default", by)
    assert event["changes"] == ["最晚提前 120 → 60 分钟"]
    await policy_edit.undo(event["id"], by)
    assert values_of(await policy()) == values_of(row)
    with pytest.raises(Refusal, match="最近的一次"):
        await policy_edit.undo(event["id"], by)
    await policy_edit.undo((await policy_edit.history("default", by))[0]["id"], by)
    assert (await policy())["notice_minutes"] == 60


async def test_of_two_editors_the_second_is_told_and_changes_nothing() -> None:
    await make.bookable()
    by, row = await citywide(), await policy()
    seen = (await policy_edit.show(row["id"], by))["seen"]
    verbs = [
        policy_edit.change(row["id"], by, seen, **{**values_of(row), "no_shows": n}) for n in (4, 5, 6, 7)
    ]
    done = await asyncio.gather(*verbs, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["NoneType", "Refusal", "Refusal", "Refusal"]
    assert await PolicyEvent.count() == 1


async def test_what_makes_no_sense_or_changes_nothing_is_refused() -> None:
    await make.bookable()
    by, row = await citywide(), await policy()
    seen = (await policy_edit.show(row["id"], by))["seen"]
    for wrong_one, words in (
        ({"window_working_days": 61}, "1 到 60"),
        ({"month_per_person": 2}, "不能比同时的个数少"),
        ({}, "没有改动"),
    ):
        with pytest.raises(Refusal, match=words):
            await policy_edit.change(row["id"], by, seen, **{**values_of(row), **wrong_one})
    assert await PolicyEvent.count() == 0


async def test_a_halls_manager_and_a_clerk_look_but_change_nothing() -> None:
    await make.bookable()
    row, hall = await policy(), await make.hall()
    for role in ("manager", "clerk", "auditor"):
        added = await identity.add_staff(role, "某人", [identity.Grant(role, "hall", hall.code)])
        await Staff.update({Staff.must_change: False}).where(Staff.id == added.staff)
        seen = (await policy_edit.show(row["id"], added.staff))["seen"]
        with pytest.raises(Denied):
            await policy_edit.change(row["id"], added.staff, seen, **{**values_of(row), "no_shows": 4})
        with pytest.raises(Denied):
            await policy_edit.add("x", "x", added.staff)
        with pytest.raises(Denied):
            await policy_edit.undo(row["id"], added.staff)


async def test_a_group_gets_rules_of_its_own_once_and_gives_them_up_again() -> None:
    item, _ = await make.bookable()
    await Item.update({Item.policy_group: "marriage"}).where(Item.id == item.id)
    by = await citywide()
    assert [row["group"] for row in await policy_edit.groups_without(by)] == ["marriage"]
    added = await policy_edit.add("marriage", "婚姻登记", by)
    assert values_of(await policy("marriage")) == {**values_of(await policy()), "name": "婚姻登记"}
    with pytest.raises(Refusal, match="已经有"):
        await policy_edit.add("marriage", "婚姻登记", by)
    with pytest.raises(NotFound):
        await policy_edit.add("nothing", "没有", by)
    assert {row["group"]: row["matters"] for row in await policy_edit.policies(by)} == {
        "default": 0,
        "marriage": 1,
    }
    assert await policy_edit.undo((await policy_edit.history("marriage", by))[0]["id"], by) is None
    assert not await Policy.exists().where(Policy.id == added)
    [left] = await policy_edit.groups_without(by)
    assert left["removed_at"]


async def test_taking_a_group_s_rules_away_keeps_their_history_and_can_be_undone() -> None:
    item, _ = await make.bookable()
    await Item.update({Item.policy_group: "marriage"}).where(Item.id == item.id)
    by = await citywide()
    await policy_edit.add("marriage", "婚姻登记", by)
    await Policy.update({Policy.notice_minutes: 60}).where(Policy.group == "marriage")
    values = values_of(await policy("marriage"))
    addition = (await policy_edit.history("marriage", by))[0]["id"]
    assert await policy_edit.undo(addition, by) is None
    with pytest.raises(Refusal, match="最近的一次"):
        await policy_edit.undo(addition, by)
    [left] = await policy_edit.groups_without(by)
    again = await policy_edit.undo(left["removal"], by)
    assert again
    assert values_of(await policy("marriage")) == values
    assert [row["kind"] for row in await policy_edit.history("marriage", by)] == [
        "restored",
        "removed",
        "added",
    ]


async def test_places_that_open_and_close_are_counted_also_on_days_without_slots() -> None:
    line = await make.line(await make.hall())
    await make.item(line)
    for weekday in range(1, 6):
        await make.template(
            line, weekday, "09:00", "10:00", counters=1, minutes_per_matter=10, online_percent=100
        )
    await appointments.fill()  # six places a day; ten working days ahead, seven of them open
    by = await citywide()
    assert (await effects(by))["现在能约的号"] == ("不多也不少", "same")
    assert (await effects(by, window_working_days=9))["现在能约的号"] == (
        "多放出 12 个，能约的日子多 2 天",
        "more",
    )
    assert (await effects(by, window_working_days=12))["现在能约的号"] == (
        "多放出 30 个，能约的日子多 5 天",
        "more",
    )
    assert (await effects(by, window_working_days=5))["现在能约的号"] == (
        "少掉 12 个，能约的日子少 2 天",
        "less",
    )
    assert (await effects(by, notice_minutes=2 * 24 * 60))["现在能约的号"][
        0
    ] == "少掉 12 个，能约的日子少 2 天"


async def test_a_wider_window_is_filled_when_it_is_saved() -> None:
    line = await make.line(await make.hall())
    await make.item(line)
    for weekday in range(1, 6):
        await make.template(line, weekday)
    await appointments.fill()
    by, row = await citywide(), await policy()
    last = await Slot.select(Slot.day).order_by(Slot.day, ascending=False).first()
    seen = (await policy_edit.show(row["id"], by))["seen"]
    await policy_edit.change(row["id"], by, seen, **{**values_of(row), "window_working_days": 12})
    further = await Slot.select(Slot.day).order_by(Slot.day, ascending=False).first()
    assert last
    assert further
    assert (last["day"], further["day"]) == (dt.date(2026, 12, 7), dt.date(2026, 12, 14))


async def test_who_holds_more_and_who_can_no_longer_cancel_are_counted() -> None:
    line = await make.line(await make.hall())
    items = [await make.item(line, f"事项{n}") for n in range(3)]
    owner, person = await make.citizen()
    today = clock.local(await clock.now()).date()
    slot = await make.slot(line, today, "13:00")
    for item in items:
        await appointments.book(slot.id, item.id, person.id, by=owner.id)
    by = await citywide()
    before = await effects(by)
    assert before["超过同时的上限"] == before["超过每月的上限"] == ("没有人", "same")
    assert before["网上取消、改时间"] == ("眼下没有预约受影响", "same")
    tighter = await effects(
        by, active_per_person=2, month_per_person=2, account_factor=1, cancel_until_minutes=240
    )
    assert "1 人、1 个账号" in tighter["超过同时的上限"][0]
    assert "1 人、1 个账号" in tighter["超过每月的上限"][0]
    assert tighter["网上取消、改时间"] == ("3 个预约马上不能再改，只能打电话", "less")
    assert "1 人、0 个账号" in (await effects(by, active_per_person=2))["超过同时的上限"][0]
    assert (await effects(by, active_per_person=2))["超过同时的上限"][1] == "less"
    await Policy.update({Policy.active_per_person: 2}).where(Policy.group == "default")
    assert (await effects(by))["超过同时的上限"][1] == "same", "over the limit, but not by this change"
    assert (await effects(by, active_per_person=3))["超过同时的上限"] == ("没有人", "more")
    await Policy.update({Policy.cancel_until_minutes: 240}).where(Policy.group == "default")
    assert (await effects(by, cancel_until_minutes=30))["网上取消、改时间"][1] == "more"


async def test_who_is_near_a_pause_and_whom_new_figures_would_spare_are_counted() -> None:
    at = await make.line(await make.hall())
    item, by, now = await make.item(at), await citywide(), await clock.now()
    slot = await make.slot(at, capacity=20)

    async def missed(times: int, days_ago: int, pause: Pause | None = None) -> None:
        owner, person = await make.citizen()
        for _ in range(times):
            booking = await make.held(slot, item, owner, person)
            await Appointment.update({Appointment.state: "missed"}).where(Appointment.id == booking.id)
            when = now - dt.timedelta(days=days_ago)
            await NoShow.insert(
                NoShow(appointment=booking.id, hall=at.hall, account=owner.id, at=when, marked_at=when,
                       pause=pause and pause.id)
            )  # fmt: skip

    paused = Pause(hall=at.hall, account=(await make.account()).id, since=now, until=dt.date(2026, 12, 20))
    await Pause.insert(paused)
    await missed(1, 5)
    await missed(2, 5)
    await missed(2, 60)
    await missed(3, 5, paused)
    same = await effects(by, pause_days=40)
    assert same["没来就暂停"] == ("次数和天数没改", "same")
    assert (await effects(by, no_shows=2))["没来就暂停"] == ("再有一次没来就暂停的，从 2 人变成 3 人", "less")
    shorter = (await effects(by, no_show_days=30))["没来就暂停"]
    assert shorter == ("再有一次没来就暂停的，从 2 人变成 1 人", "more")
    line, kind = (await effects(by, no_shows=4))["没来就暂停"]
    assert (line[:23], "1 人按新规则不会暂停" in line, kind) == (
        "再有一次没来就暂停的，从 2 人变成 0 人；",
        True,
        "more",
    )
    assert "从 2 人变成 0 人" in (await effects(by, no_shows=0))["没来就暂停"][0]


async def test_the_pages_show_the_effect_first_keep_what_was_typed_and_tell_a_conflict(
    client: httpx.AsyncClient,
) -> None:
    found = await world.build()
    await world.be(client, found, world.CITYWIDE)
    address, good = f"/console/policies/{found.own['policy']}", {**POLICY, "seen": found.own["policy_seen"]}
    before = await world.everything()
    looked = await client.get(f"{address}/effect", params=good)
    assert "最晚提前 120 → 60 分钟" in looked.text
    assert 'name="notice_minutes" value="60"' in looked.text
    for bad, field in (({"no_shows": "21"}, "no_shows"), ({"month_per_person": "3"}, "month_per_person")):
        for answer in (
            await client.get(f"{address}/effect", params={**good, **bad}),
            await client.post(address, data={**good, **bad}),
        ):
            assert (answer.status_code, f'href="#f-{field}"' in answer.text) == (422, True)
    back = await client.get(address, params={**good, "no_shows": "9"})
    assert 'value="9"' in back.text
    assert await world.everything() == before
    conflict = await client.post(address, data={**good, "seen": "0123456789abcdef"})
    assert (conflict.status_code, "刚才有人改过" in conflict.text, "现在是 120" in conflict.text) == (
        409,
        True,
        True,
    )
    assert await world.everything() == before
    saved = await client.post(address, data=good)
    shown = (await client.get(saved.headers["location"])).text
    assert "已保存" in shown
    assert "最晚提前 120 → 60 分钟" in shown
    await world.be(client, found, world.MANAGER)
    looking = (await client.get(address)).text
    assert "看看影响" not in looking
    assert "撤销" not in looking
    assert (await client.post(address, data=good)).status_code == 403
