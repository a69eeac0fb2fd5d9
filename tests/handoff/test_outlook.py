"""What officers and desks are told of who is there: it is true, and it is so within seconds."""

import datetime as dt

import httpx
import pytest

from backend import cases, clock, db, hints
from backend.handoff import answer, ask, duty, route
from backend.refusal import Refusal
from tests.handoff.sides import later, rung, sides, state
from tests.handoff.test_sitting_pages import PATH, plain, sit

DUTY = f"{PATH}/duty/state"


async def test_who_counts_as_away_reads_so_on_the_page_that_stands_open(client: httpx.AsyncClient) -> None:
    at = await sides()
    officer = await at.officer()
    await sit(client, officer)
    assert f'data-live="{DUTY}"' in (await client.get(PATH)).text
    assert "你在线，来了会响" in (await client.get(DUTY)).text
    await ask.ask(at.case, at.desk)
    await later(31, officer)
    assert "你在线" in (await client.get(DUTY)).text
    await later(31, officer)
    text = (await client.get(DUTY)).text
    assert "你不在线" in plain(text)
    assert "连着 2 次没接" in plain(text)
    assert f'action="{PATH}/duty"' in text


async def test_a_session_that_is_over_is_said_to_the_officer_s_other_pages_at_once(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    assert await rung(one) == {officer}
    await answer.accept(one, officer)
    await sit(client, officer)
    assert "你正在屏对屏" in (await client.get(DUTY)).text
    said: list[str] = []

    async def publish(topic: str) -> None:
        said.append(topic)

    monkeypatch.setattr(hints, "publish", publish)
    async with db.transaction():
        await duty.free(officer)
    assert said == [f"officer:{officer}"]
    text = (await client.get(DUTY)).text
    assert "收尾中，先不响" in text
    assert "写完了，可以接下一个" in text


async def test_when_all_on_duty_refused_the_desk_reads_so_and_books_the_call_back_at_once(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    first, second = await at.officer(idle=9), await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.decline(one, first)
    async with db.transaction():
        await duty.busy(second)
    await db.rows("UPDATE handoff_offer SET until = $2 WHERE handoff = $1", one, await clock.now())
    await later(31, first, second)
    await sit(client, at.desk)
    text = (await client.get(f"{PATH}/{one}/state")).text
    assert "现在没有人空着，空了马上响" in text
    assert '<button class="button quiet" data-key="e"' in text  # they may wait
    async with db.transaction():
        await duty.free(second, "on")
    await later(6, first, second)
    await answer.decline(one, second)
    text = (await client.get(f"{PATH}/{one}/state")).text
    assert "在岗的人都接不了，有人上线马上响" in text
    assert "空了马上响" not in text
    assert '<button class="button" data-key="e"' in text
    assert (await client.post(f"{PATH}/{one}/settlement")).status_code == 303
    found = await state(one)
    assert (found["state"], found["call_back_by"] in (first, second)) == ("callback_booked", True)
    kinds = "SELECT kind, by_staff FROM handoff_event WHERE handoff = $1 ORDER BY at DESC, to_state LIMIT 2"
    said = {row["kind"]: row["by_staff"] for row in await db.rows(kinds, one)}
    assert said == {"unanswered": None, "settled": at.desk}
    with pytest.raises(Refusal, match="已经结束"):
        await ask.settle(one, at.desk)


async def test_where_nobody_is_on_duty_the_desk_reads_that_and_what_was_promised_is_the_call_back() -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    assert await route.left(await state(one)) == "some"
    await answer.put_off(one, 10, officer)
    assert await route.left(await state(one)) == "later"
    await duty.go_away(officer)
    assert await route.left(await state(one)) == "none"
    promised = (await state(one))["after"]
    await ask.settle(one, at.desk)
    found = await state(one)
    assert (found["call_back_by"], found["call_back_at"]) == (officer, promised)


@pytest.mark.parametrize(("minutes", "says"), [(3, "能接，还没人接就再响"), (10, "能打回来")])
async def test_where_all_who_are_idle_promised_to_come_later_the_desk_reads_when(
    client: httpx.AsyncClient, minutes: int, says: str
) -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, minutes, officer)
    await sit(client, at.desk)
    text = (await client.get(f"{PATH}/{one}/state")).text
    then = clock.local((await state(one))["after"])
    assert (f" {then:%H:%M} {says}。" in text, "空了马上响" in text) == (True, False)
    other = await at.officer(name="连线的")
    await db.rows("UPDATE handoff_duty SET state = 'busy' WHERE staff = $1", other)
    text = (await client.get(f"{PATH}/{one}/state")).text
    assert ("在岗的人说" in text, "空了马上响" in text) == (False, True)


async def test_after_hours_both_sides_read_one_time_at_which_who_promised_calls_back(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    officer = await at.officer()
    today = clock.local(await clock.now()).date()
    await clock.move_to(clock.at(today, dt.time(23, 10)))
    await duty.seen(officer)
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 10, officer)
    await sit(client, officer)
    assert "明天 09:00" in (await client.get(f"{PATH}/calls")).text
    await sit(client, at.desk)
    assert "明天 09:00 能打回来。" in (await client.get(f"{PATH}/{one}/state")).text
    await ask.settle(one, at.desk)
    assert (await state(one))["call_back_at"] == clock.at(today + dt.timedelta(days=1), dt.time(9))


async def test_what_somebody_took_is_not_settled_by_a_call_back() -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.accept(one, officer)
    with pytest.raises(Refusal, match="已经有人接了"):
        await ask.settle(one, at.desk)


async def test_before_it_rings_the_desk_reads_who_is_occupied_and_who_rings_for_another_already(
    client: httpx.AsyncClient,
) -> None:
    at, other = await sides(), await sides(8)
    rings = await at.officer(name="响着的", idle=9)
    speaks, writes = await at.officer(name="连线的"), await at.officer(name="收尾的")
    await db.rows("UPDATE handoff_duty SET state = 'busy' WHERE staff = $1", speaks)
    await db.rows("UPDATE handoff_duty SET state = 'wrapping' WHERE staff = $1", writes)
    assert await rung(await ask.ask(other.case, other.desk)) == {rings}
    await sit(client, at.desk)
    text = plain((await client.get(f"/console/crossregion/cases/{at.case}/handoffs/new")).text)
    assert "没有空着的人" in text
    assert "没有人在电脑前" not in text
    assert "还没有记录" not in text
    assert "最多等 6 分钟" in text
    for name in ("响着的", "连线的", "收尾的"):
        assert name in text.partition("在忙")[2].partition("空了就响")[0]


@pytest.mark.parametrize(
    ("took", "missed", "says"),
    [
        ([], 0, ""),
        ([20], 0, ""),
        ([20, 30, 50, 50], 0, ""),
        ([], 4, ""),
        ([20, 30, 50, 50, 50], 0, "一般 1 分钟内有人接"),
        ([20, 60, 60, 182, 182], 0, "一般 1–4 分钟有人接"),
        ([182, 182, 182], 2, "最近 5 次里 2 次没人接"),
        ([182, 182, 182, 182, 182], 1, "一般 4 分钟内有人接，最近 6 次里 1 次没人接"),
        ([20], 4, "常常要约回电，最近 5 次里 4 次没人接"),
    ],
)
async def test_how_soon_somebody_comes_is_a_range_of_minutes_and_says_how_often_nobody_did(
    took: list[int], missed: int, says: str
) -> None:
    at = await sides()
    officer = await at.officer()
    for seconds in [*took, *[0] * missed]:
        one = await ask.ask(at.case, at.desk)
        if not seconds:
            await ask.settle(one, at.desk)
            continue
        await answer.accept(one, officer)
        await db.rows(
            "UPDATE handoff_offer SET answered_at = h.asked_at + make_interval(secs => $2) FROM handoff h"
            " WHERE h.id = $1 AND handoff = h.id AND handoff_offer.state = 'accepted'",
            one, seconds,
        )  # fmt: skip
        await ask.cancel(one, at.desk)
    [row] = await db.rows("SELECT department FROM service_case WHERE id = $1", at.case)
    assert (await route.outlook(row["department"], at.item))["usual"] == says


async def test_who_took_it_and_saw_nobody_reads_so_and_the_desk_does_not_read_that_they_let_it_ring(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    officer = await at.officer(name="独一个")
    one = await ask.ask(at.case, at.desk)
    await answer.accept(one, officer)
    await later(21, officer)
    await sit(client, at.desk)
    text = plain((await client.get(f"{PATH}/{one}/state")).text)
    assert ("独一个 接了，没连上" in text, "都接不了" in text) == (True, False)
    await sit(client, officer)
    text = plain((await client.get(f"{PATH}/calls")).text)
    assert ("你接了，没连上" in text, "没有人在等你" in text) == (True, False)
    await ask.cancel(one, at.desk)
    text = plain((await client.get(f"{PATH}/calls")).text)
    assert ("没连上" in text, "没有人在等你" in text) == (False, True)


async def test_that_the_applicant_withdrew_is_read_at_the_desk_and_by_who_presses_to_take_it(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await cases.withdraw_own(at.case, (await cases.seen(at.case))["account"])
    await sit(client, officer)
    answered = await client.post(f"{PATH}/{one}/acceptance")
    assert (answered.status_code, "申请人撤回了" in plain(answered.text)) == (409, True)
    await later(31, officer)
    assert "请你接通" not in (await client.get(f"{PATH}/calls")).text
    await sit(client, at.desk)
    text = plain((await client.get(f"{PATH}/{one}/state")).text)
    assert ("申请人撤回了这个办件" in text, "办件还在" in text) == (True, False)


async def test_before_it_rings_the_desk_reads_at_most_how_long_it_waits_whoever_is_there(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    await at.officer(name="空着的")
    await sit(client, at.desk)
    text = plain((await client.get(f"/console/crossregion/cases/{at.case}/handoffs/new")).text)
    assert "空着的" in text
    assert "最多等 6 分钟，没人接就约好谁在几点回电。" in text
    assert "可以先找" not in text


async def test_who_promised_has_a_button_to_take_it_now_and_reads_of_colleagues_only_where_there_are(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 10, officer)
    await sit(client, officer)
    text = (await client.get(f"{PATH}/calls")).text
    assert ("到时候由你打" in text, "同事也能接" in text) == (True, False)
    colleague = await at.officer(name="同事")
    text = (await client.get(f"{PATH}/calls")).text
    assert "这中间同事也能接；没人接，到时候由你打" in text
    assert text.count(f'action="{PATH}/{one}/acceptance"') == 1
    await later(6, officer, colleague)
    await answer.decline(one, colleague)
    assert "同事也能接" not in (await client.get(f"{PATH}/calls")).text
    assert (await client.post(f"{PATH}/{one}/acceptance")).headers["location"] == f"{PATH}/{one}"
    assert (await state(one))["officer"] == officer


async def test_who_promised_and_speaks_or_is_rung_for_another_has_no_such_button(
    client: httpx.AsyncClient,
) -> None:
    at, second = await sides(), await sides(8)
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 3, officer)
    two = await ask.ask(second.case, second.desk)
    await sit(client, officer)
    assert f"{PATH}/{one}/acceptance" not in (await client.get(f"{PATH}/calls")).text
    await answer.accept(two, officer)
    text = (await client.get(f"{PATH}/calls")).text
    assert ("你说了晚点的" in text, f"{PATH}/{one}/acceptance" in text) == (True, False)


@pytest.mark.parametrize(("minutes", "says"), [(3, "能接，到时候先响"), (10, "打回去")])
async def test_to_whom_it_may_be_passed_says_when_they_can_where_they_promised(
    client: httpx.AsyncClient, minutes: int, says: str
) -> None:
    at = await sides()
    first, second = await at.officer(idle=9, name="说过的"), await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, minutes, first)
    then = clock.local(await clock.now() + dt.timedelta(minutes=minutes))
    await sit(client, second)
    text = (await client.get(f"{PATH}/calls")).text
    assert f"说过的（说了 {then:%H:%M} {says}）" in text
    assert "现在不空" not in text
