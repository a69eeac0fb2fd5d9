"""驻沪数据: what was taken in, how fast it was decided, what was refused and why, what was asked for in vain."""

import datetime as dt

import httpx
import pytest

from backend import cases, clock, demo
from backend.crossregion.ask import missing
from backend.crossregion.figures import figures
from backend.demo_cases import Applicant, fill_desk
from backend.refusal import Refusal
from tests import factories as make
from tests.crossregion.test_eligible import at_the_desk, words
from tests.crossregion.test_export import handed_on
from tests.crossregion.test_intake import PATH, officer
from tests.visits.town import staff

ITEM = "医药费零星报销"


async def test_days_are_working_days_and_refusals_come_with_their_reason(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    one, other = await handed_on(client), await handed_on(client)
    by = await officer(ITEM)
    day = clock.local(await clock.now()).date()
    for case in (one, other):
        await cases.accept(case, by)
    await clock.move_to(await clock.now() + dt.timedelta(days=7))
    await cases.decide(one, "granted", by)
    await cases.decide(other, "refused", by, "发票不是原件")
    manager = await staff("manager", "hall", "shanghai")
    found = await figures(day, day, manager)
    [row] = found["rows"]
    assert (row["item"], row["taken"], row["handed"], row["decided"], row["refused"]) == (ITEM, 2, 2, 2, 1)
    assert row["days"] == 5
    assert [each["why"] for each in found["refused"]] == ["发票不是原件"]
    later = await figures(day + dt.timedelta(days=1), day + dt.timedelta(days=2), manager)
    assert later == {"rows": [], "refused": [], "asked": []}
    assert (await figures(day, day, await staff("manager", "hall", "huilong")))["rows"] == []


async def test_what_was_turned_away_counts_as_refused_also_once_it_is_filed(
    client: httpx.AsyncClient,
) -> None:
    await at_the_desk(client)
    one, other = await handed_on(client), await handed_on(client)
    by = await officer(ITEM)
    day = clock.local(await clock.now()).date()
    await cases.decline(one, by, "不归我们管")
    await cases.give_back(other, by, "材料是别人的")
    for case, filer in ((one, by), (other, by)):
        await cases.file(case, filer)
    found = await figures(day, day, await staff("manager", "hall", "shanghai"))
    [row] = found["rows"]
    assert (row["taken"], row["refused"]) == (2, 2)
    assert sorted(each["kind"] for each in found["refused"]) == ["declined", "returned"]


async def test_days_that_are_none_are_refused_on_the_page(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    by = await staff("manager", "hall", "shanghai")
    with pytest.raises(Refusal, match="第一天"):
        await figures(dt.date(2026, 12, 1), dt.date(2026, 11, 1), by)
    with pytest.raises(Refusal, match="一次最多看"):
        await figures(dt.date(2025, 1, 1), dt.date(2026, 11, 1), by)
    assert "驻沪收办" in words(await client.get(PATH))


async def test_what_was_asked_for_in_vain_is_counted_in_its_days(client: httpx.AsyncClient) -> None:
    by, manager = await at_the_desk(client), await staff("manager", "hall", "shanghai")
    day = clock.local(await clock.now()).date()
    for _ in range(2):
        await client.post(f"{PATH}/askings", data={"item": "", "words": "补办准考证"})
    [row] = (await figures(day, day, manager))["asked"]
    assert (row["name"], row["n"]) == ("补办准考证", 2)
    assert (await figures(day + dt.timedelta(days=1), day + dt.timedelta(days=1), manager))["asked"] == []
    assert [one["n"] for one in await missing(by, "desk")] == [2]
    assert await missing(by, "manager") == []


async def test_the_demo_has_something_to_show_who_leads_the_desk(client: httpx.AsyncClient) -> None:
    people = [Applicant(f"1000000{n:04d}", "王海生", make.id_number(n)) for n in (101, 102, 103)]
    await fill_desk(people, await at_the_desk(client))
    assert demo.PLACES["lead"] == ("hall", "shanghai")
    day = clock.local(await clock.now()).date()
    found = await figures(day, day, await staff("manager", *demo.PLACES["lead"]))
    assert [len(found[name]) for name in ("rows", "refused", "asked")] == [3, 1, 1]
