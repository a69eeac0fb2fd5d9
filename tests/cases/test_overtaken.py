"""Two at one case: the second sees what the first did, and overwrites nothing."""

import asyncio
from uuid import UUID

import httpx
import pytest

from backend import cases
from backend.cases.overtaken import Overtaken, having_seen, version_of
from backend.cases.views import show_to_staff
from tests import world
from tests.world import Who

OFFICER, CLERK = Who(role="officer"), Who(role="clerk")


async def at_the_case(client: httpx.AsyncClient) -> tuple[world.World, str, int]:
    found = await world.build()
    await world.be(client, found, OFFICER)
    case = found.own["case"]
    return found, f"/console/cases/{case}", await version_of(UUID(case))


async def test_what_others_did_meanwhile_stops_the_deed_and_both_are_shown(client: httpx.AsyncClient) -> None:
    _, page, seen = await at_the_case(client)
    done = await client.post(f"{page}/renumbering?seen={seen}", data={"external": "A-1"})
    assert done.status_code == 303
    late = await client.post(f"{page}/declination?seen={seen}", data={"why": "不是我们的事"})
    assert late.status_code == 409
    shown = late.text.partition('id="since"')[2].partition("</section>")[0]
    assert "部门编号改了" in shown
    assert "不是我们的事" in shown
    assert late.text.count("不是我们的事") >= 2, "what was typed stays in its dialog, too"
    again = await client.post(f"{page}/declination?seen={seen + 1}", data={"why": "不是我们的事"})
    assert again.status_code == 303


async def test_the_second_sees_it_while_the_page_is_open(client: httpx.AsyncClient) -> None:
    _, page, seen = await at_the_case(client)
    quiet = await client.get(f"{page}/since?seen={seen}")
    assert "刚才的变动" not in quiet.text
    await client.post(f"{page}/renumbering?seen={seen}", data={"external": "A-1"})
    told = await client.get(f"{page}/since?seen={seen}")
    assert "部门编号改了" in told.text


async def test_looks_and_prints_stop_nobody(client: httpx.AsyncClient) -> None:
    found, page, seen = await at_the_case(client)
    paper = found.own["paper"]
    assert (await client.post(f"{page}/papers/{paper}/openings")).status_code == 200
    assert await version_of(UUID(found.own["case"])) == seen
    assert (await client.post(f"{page}/acceptance?seen={seen}")).status_code == 303


async def test_of_many_who_saw_the_same_one_acts(client: httpx.AsyncClient) -> None:
    found, _, seen = await at_the_case(client)
    case = UUID(found.own["case"])
    officer = await world.staff(OFFICER)

    async def one(n: int) -> bool:
        with having_seen(case, str(seen)):
            try:
                await cases.renumber(case, f"A-{n}", officer)
            except Overtaken:
                return False
        return True

    assert sum(await asyncio.gather(*(one(n) for n in range(12)))) == 1
    assert (
        len(
            [event for event in (await show_to_staff(case, officer))["events"] if event["kind"] == "numbered"]
        )
        == 1
    )


@pytest.mark.parametrize("said", ["", "no", "-1", "1" * 40, "٣"])
async def test_a_page_that_says_no_number_checks_nothing(client: httpx.AsyncClient, said: str) -> None:
    _, page, _ = await at_the_case(client)
    assert (await client.post(f"{page}/acceptance", params={"seen": said})).status_code == 303
