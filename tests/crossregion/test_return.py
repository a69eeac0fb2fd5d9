"""退件 and 转办 of what was taken in far away: who gives it back, and who is rung."""

import httpx
import pytest

from backend import cases, db, hints
from backend.cases import Gap
from backend.cases.views import arrivals
from backend.refusal import Denied, NotFound
from tests.cases.test_pages import be, words
from tests.crossregion.test_eligible import at_the_desk
from tests.crossregion.test_export import handed_on
from tests.crossregion.test_intake import officer, taken_in
from tests.crossregion.test_result import ITEM
from tests.visits.town import staff

WHY = "不归我们办"


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    topics: list[str] = []

    async def publish(topic: str) -> None:
        topics.append(topic)

    monkeypatch.setattr(hints, "publish", publish)
    return topics


async def test_who_has_it_gives_it_back(client: httpx.AsyncClient) -> None:
    desk = await at_the_desk(client)
    waiting, handed = await taken_in(client, ITEM, phone="10000007778"), await handed_on(client)
    one = await officer(ITEM)
    assert (await cases.show_to_staff(handed, one))["returns"]
    assert not (await cases.show_to_staff(handed, desk))["returns"]
    with pytest.raises((Denied, NotFound)):
        await cases.give_back(handed, desk, WHY)
    with pytest.raises((Denied, NotFound)):
        await cases.give_back(waiting, one, WHY)
    await cases.give_back(waiting, desk, WHY)
    await cases.give_back(handed, one, WHY)
    for case in (waiting, handed):
        assert (await cases.seen(case))["state"] == "returned"


async def test_a_transfer_rings_the_new_department_and_the_desk(
    client: httpx.AsyncClient, rung: list[str]
) -> None:
    await at_the_desk(client)
    case, one = await handed_on(client), await officer(ITEM)
    [new] = await db.rows("SELECT code FROM department WHERE code <> $1 LIMIT 1", "shebao")
    now = (await cases.seen(case))["department_code"]
    to = new["code"] if new["code"] != now else "shebao"
    fresh = await staff("officer", "department", to)
    rung.clear()
    await cases.transfer(case, to, WHY, one)
    assert {f"case:{to}", "hall:shanghai"} <= set(rung)
    assert [row["id"] for row in await arrivals(fresh)] == [case]
    assert await arrivals(one) == []


async def test_who_accepted_it_is_named_also_when_another_department_decides(
    client: httpx.AsyncClient,
) -> None:
    await at_the_desk(client)
    case, one = await handed_on(client), await officer(ITEM)
    was = (await cases.seen(case))["department_name"]
    await cases.accept(case, one)
    [new] = await db.rows("SELECT code, name FROM department WHERE name <> $1 LIMIT 1", was)
    fresh = await staff("officer", "department", new["code"])
    await cases.transfer(case, new["code"], WHY, one)
    await be(client, staff=fresh)
    shown = words(await client.get(f"/console/cases/{case}"))
    assert f"{was}受理" in shown
    assert f"{new['name']}受理" not in shown


async def test_what_was_brought_later_rings_the_department_and_stands_among_what_came(
    client: httpx.AsyncClient, rung: list[str]
) -> None:
    desk = await at_the_desk(client)
    case, one = await handed_on(client), await officer(ITEM)
    department = (await cases.seen(case))["department_code"]
    [before] = await arrivals(one)
    await cases.correct(case, one, [Gap("发票", "补交")])
    gaps = [row["id"] for row in (await cases.show_to_staff(case, one))["gaps"]]
    rung.clear()
    await cases.fill(case, gaps, desk)
    assert f"case:{department}" in rung
    [after] = await arrivals(one)
    assert after["rings"] != before["rings"]
