"""容缺受理: accepted although papers are missing; the clock runs, their deadline lies before the promised day; nothing
is granted until they are there.
"""

import datetime as dt
from uuid import UUID, uuid4

import httpx
import pytest

from backend import cases, clock, db
from backend.cases import Answer, Gap, Later
from backend.refusal import Denied, NotFound, Refusal
from tests.cases.office import (
    Office,
    be_on,
    case,
    ends,
    kinds,
    lagging,
    off,
    office,
    officer,
    received,
)  # fmt: skip
from tests.cases.test_pages import be, words
from tests.world import ELSEWHERE, Who
from tests.world import staff as of_staff

FRIDAY = dt.date(2026, 11, 27)  # received on Monday the 23rd, promised for Monday the 30th
WINDOW = ["window", "mail"]


@pytest.fixture
async def at() -> Office:
    return await office()


async def tolerated(at: Office, *names: str, until: dt.date = FRIDAY) -> UUID:
    one, papers = await received(at), await lagging(at, *(names or ("健康证明",)))
    later = [Later(paper, WINDOW) for paper in papers]
    await cases.tolerate(one, later, until, at.clerk, promised=True)
    return one


async def open_gaps(one: UUID) -> list[UUID]:
    sql = 'SELECT id FROM case_gap WHERE "case" = $1 AND filled_at IS NULL ORDER BY position'
    return [row["id"] for row in await db.rows(sql, one)]


async def notices() -> list[str]:
    return [row["kind"] for row in await db.rows("SELECT kind FROM notice ORDER BY created_at, id")]


async def test_the_clock_starts_and_runs_on_while_papers_are_missing(at: Office) -> None:
    found = await case(await tolerated(at))
    assert (found.state, ends(found.promised_due), found.light) == ("accepted", "11-30 17:00", "green")
    assert (ends(found.gaps_until), found.gaps_light) == ("11-27 17:00", "open")


@pytest.mark.parametrize(
    ("until", "said"),
    [("11-22", "已经过了"), ("11-30", "之前"), ("12-01", "之前"), ("11-26", "不上班")],
)
async def test_the_deadline_lies_before_the_promised_day_on_a_working_day_to_come(
    at: Office, until: str, said: str
) -> None:
    if until == "11-26":
        await off("11-26")
    with pytest.raises(Refusal, match=said):
        await tolerated(at, until=dt.date.fromisoformat(f"2026-{until}"))
    assert await db.rows("SELECT 1 FROM case_gap") == []


async def test_today_counts_until_it_closes(at: Office) -> None:
    one, [paper] = await received(at), await lagging(at, "健康证明")
    await be_on("11-23", "17:01")
    with pytest.raises(Refusal, match="已经过了"):
        await cases.tolerate(one, [Later(paper, WINDOW)], dt.date(2026, 11, 23), at.clerk, promised=True)


async def test_only_papers_that_the_guide_calls_so_may_lag(at: Office) -> None:
    one, [firm] = await received(at), await lagging(at, "营业执照", necessity=1)
    for papers in ([firm], [uuid4()], []):
        with pytest.raises(Refusal):
            await cases.tolerate(one, [Later(p, WINDOW) for p in papers], FRIDAY, at.clerk, promised=True)
    assert (await case(one)).state == "received"


@pytest.mark.parametrize("ways", [[], ["pigeon"]])
async def test_each_says_how_it_may_come(at: Office, ways: list[str]) -> None:
    one, [paper] = await received(at), await lagging(at, "健康证明")
    with pytest.raises(Refusal, match="怎么补来"):
        await cases.tolerate(one, [Later(paper, ways)], FRIDAY, at.clerk, promised=True)


async def test_without_the_applicant_s_written_promise_it_is_refused(at: Office) -> None:
    one, [paper] = await received(at), await lagging(at, "健康证明")
    with pytest.raises(Refusal, match="书面承诺"):
        await cases.tolerate(one, [Later(paper, WINDOW)], FRIDAY, at.clerk, promised=False)


async def test_only_from_received_and_by_nobody_elsewhere(at: Office) -> None:
    one, [paper] = await received(at), await lagging(at, "健康证明")
    for stranger in (await of_staff(Who(role="clerk", hall=ELSEWHERE)), await officer("another")):
        with pytest.raises(NotFound):
            await cases.tolerate(one, [Later(paper, WINDOW)], FRIDAY, stranger, promised=True)
    await cases.correct(one, at.clerk, [Gap("平面图", "重画")])
    with pytest.raises(Refusal):
        await cases.tolerate(one, [Later(paper, WINDOW)], FRIDAY, at.clerk, promised=True)


async def test_what_is_promised_today_leaves_no_day_to_bring_it_later() -> None:
    at = await office(promised_days=0)
    with pytest.raises(Refusal, match="之前"):
        await tolerated(at, until=dt.date(2026, 11, 23))


async def test_nothing_is_decided_while_a_gap_is_open_and_in_time(at: Office) -> None:
    one = await tolerated(at, "健康证明", "租房合同")
    for decision in ("granted", "refused"):
        with pytest.raises(Refusal, match="没补齐"):
            await cases.decide(one, decision, at.officer, "依据第五条")
    gaps = await open_gaps(one)
    await cases.fill(one, gaps[:1], at.clerk)
    with pytest.raises(Refusal, match="没补齐"):
        await cases.decide(one, "granted", at.officer)
    await cases.fill(one, gaps[1:], at.clerk)
    assert (await case(one)).gaps_light == ""
    await cases.decide(one, "granted", at.officer)
    assert await kinds(one) == ["received", "tolerated", "filled", "filled", "decided"]


async def test_when_the_time_is_over_it_may_be_refused_for_them_and_never_granted(at: Office) -> None:
    one = await tolerated(at)
    await be_on("11-27", "17:01")
    with pytest.raises(Refusal, match="没补齐"):
        await cases.decide(one, "granted", at.officer)
    await cases.decide(one, "refused", at.officer, "没有补齐健康证明")
    assert (await case(one)).decision == "refused"


async def test_what_comes_late_still_counts_until_it_is_decided(at: Office) -> None:
    one = await tolerated(at)
    await be_on("11-30", "09:00")
    await cases.watch_gaps(one)
    await cases.fill(one, await open_gaps(one), at.clerk)
    await cases.decide(one, "granted", at.officer)
    assert (await case(one)).gaps_light == ""


async def test_the_applicant_is_told_reminded_a_working_day_before_and_told_when_it_is_over(
    at: Office,
) -> None:
    one = await tolerated(at)
    assert await cases.lapsing() == []
    await be_on("11-26", "09:00")
    assert await cases.lapsing() == [one]
    assert [await cases.watch_gaps(one), await cases.watch_gaps(one)] == [True, False]
    await be_on("11-27", "17:01")
    assert await cases.lapsing() == [one]
    assert [await cases.watch_gaps(one), await cases.watch_gaps(one)] == [True, False]
    assert await cases.lapsing() == []
    assert await notices() == ["case-received", "case-tolerated", "case-lagging", "case-lapsed"]
    assert (await case(one)).gaps_light == "lapsed"


async def test_a_case_waits_first_of_all_for_what_its_applicant_has_to_bring(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await tolerated(at)
    await be_on("12-01")
    await cases.watch_gaps(one)
    await cases.light_up()
    await be(client, account=(await case(one)).account)
    row = words(await client.get("/matters"))
    assert "在等你补 1 样材料，11 月 27 日（周五）17:00 的期限过了，马上联系窗口；承诺的日子也过了" in row
    await cases.decide(one, "refused", at.officer, "没有补齐")
    assert "要补的材料" not in words(await client.get(f"/cases/{one}"))
    await be(client, staff=at.officer)
    assert "容缺待补" not in words(await client.get(f"/console/cases/{one}"))


async def test_over_a_weekend_the_reminder_comes_on_the_friday() -> None:
    at = await office(promised_days=10)
    one = await tolerated(at, until=dt.date(2026, 11, 30))
    await be_on("11-26", "23:00")
    assert await cases.lapsing() == []
    await be_on("11-27", "09:00")
    assert await cases.lapsing() == [one]


async def test_who_has_until_tomorrow_is_not_reminded_of_what_was_just_said(at: Office) -> None:
    one = await tolerated(at, until=dt.date(2026, 11, 24))
    assert (await cases.lapsing(), await cases.watch_gaps(one)) == ([], False)


async def test_nobody_is_reminded_of_what_is_filled_or_over(at: Office) -> None:
    filled, gone = await tolerated(at), await received(at, 8)
    await cases.fill(filled, await open_gaps(filled), at.clerk)
    [paper] = [row["id"] for row in await db.rows("SELECT id FROM material")]
    await cases.tolerate(gone, [Later(paper, WINDOW)], FRIDAY, at.clerk, promised=True)
    await cases.withdraw(gone, at.clerk, "不办了")
    await be_on("11-27", "17:01")
    assert await cases.lapsing() == []
    assert [await cases.watch_gaps(filled), await cases.watch_gaps(gone)] == [False, False]


async def test_the_applicant_answers_what_may_lag_of_an_accepted_case(at: Office) -> None:
    one = await tolerated(at)
    account, [gap] = (await case(one)).account, await open_gaps(one)
    assert isinstance(account, UUID)
    await cases.supplement(one, [Answer(gap, "明天送来")], account)
    assert (await case(one)).state == "accepted"
    await cases.fill(one, [gap], at.clerk)
    with pytest.raises(Refusal):
        await cases.supplement(one, [Answer(gap, "又送来")], account)


async def test_a_clerk_accepts_with_gaps_on_the_page_and_everybody_sees_the_date(
    client: httpx.AsyncClient, at: Office
) -> None:
    one, [paper] = await received(at), await lagging(at, "健康证明")
    await be(client, staff=at.clerk)
    shown = await client.get(f"/console/cases/{one}?step=tolerate")
    assert 'value="2026-11-26"' in shown.text, "three working days from today"
    form = {"lacking": str(paper), "ways": [f"{paper} window"], "until": "2026-11-27", "promised": "yes"}
    assert (await client.post(f"/console/cases/{one}/tolerance", data=form)).status_code == 303
    for address in (f"/console/cases/{one}", "/console/cases"):
        assert "容缺待补" in words(await client.get(address))
    letter = words(await client.get(f"/console/cases/{one}/documents/tolerance"))
    for part in ("容缺受理通知书", "健康证明", "送到窗口", "2026 年 11 月 27 日", "不能准予"):
        assert part in letter, part
    await be(client, account=UUID(str((await case(one)).account)))
    assert "前补齐" in words(await client.get(f"/cases/{one}"))
    assert "前补齐 1 样材料" in words(await client.get("/matters"))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"promised": ""}, "promised"), ({"until": "soon"}, "until"), ({"lacking": []}, "lacking"),
        ({"lacking": ["x"]}, "lacking"), ({"ways": []}, "ways"), ({"ways": ["1"]}, "ways"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_named_and_what_was_ticked_stays(
    client: httpx.AsyncClient, at: Office, more: dict[str, object], field: str
) -> None:
    one, [paper] = await received(at), await lagging(at, "健康证明")
    await be(client, staff=at.clerk)
    form = {
        "lacking": [str(paper)],
        "ways": [f"{paper} mail"],
        "until": "2026-11-25",
        "promised": "yes",
        **more,
    }
    answer = await client.post(f"/console/cases/{one}/tolerance", data=form)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert ('value="2026-11-25"' in answer.text) is (field != "until")
    assert (await case(one)).state == "received"


async def test_an_officer_of_the_hall_may_not_decide_it_away(at: Office) -> None:
    one = await tolerated(at)
    with pytest.raises(Denied):
        await cases.decide(one, "refused", at.clerk, "没补齐")
    assert clock.local((await case(one)).gaps_until).date() == FRIDAY
