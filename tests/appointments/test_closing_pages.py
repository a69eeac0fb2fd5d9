"""Closing on the console's pages, and the answer on the citizen's."""

from urllib.parse import parse_qs, urlparse
from uuid import UUID

import httpx
import pytest

from backend import appointments, db
from backend.appointments import capacity
from backend.refusal import Refusal
from tests import world
from tests.world import AN_OWNER, MANAGER, World

AUDITOR = world.Who(role="auditor")


@pytest.fixture
async def found(client: httpx.AsyncClient) -> World:
    built = await world.build()
    await world.be(client, built, MANAGER)
    return built


def closing(found: World, **more: str) -> dict[str, str]:
    """What closes the Wednesday on which the owner has a booking."""
    base = {"hall": found.own["hall"], "line": found.own["line"], "day": found.own["day"], "part": "all"}
    return {**base, "counters": "0", "reason": "供电检修", **more}


async def test_the_preview_names_who_is_affected_masked_and_the_button_says_how_many(
    client: httpx.AsyncClient, found: World
) -> None:
    shown = await client.get("/console/closings/new", params=closing(found))
    assert "停办并通知 1 人" in shown.text
    assert "张*丰" in shown.text
    assert "张三丰" not in shown.text


async def test_without_a_reason_it_is_only_a_form_and_with_a_wrong_field_it_says_so(
    client: httpx.AsyncClient, found: World
) -> None:
    first = await client.get("/console/closings/new", params=closing(found, reason=""))
    assert (first.status_code, "停办并通知" in first.text) == (200, False)
    wrong = await client.get("/console/closings/new", params=closing(found, counters="many"))
    assert (wrong.status_code, 'href="#f-counters"' in wrong.text) == (422, True)
    none = await client.get("/console/closings/new", params=closing(found, part="times"))
    assert (none.status_code, "从几点、到几点" in none.text) == (409, True)


async def test_an_exception_that_would_push_people_out_leads_to_the_closing_instead(
    client: httpx.AsyncClient, found: World
) -> None:
    before = await world.everything()
    form = {"line": found.own["line"], "day": found.own["day"], "counters": "0", "reason": "检修"}
    answer = await client.post("/console/exceptions", data=form)
    to = urlparse(answer.headers["location"])
    assert (answer.status_code, to.path) == (303, "/console/closings/new")
    assert parse_qs(to.query)["day"] == [found.own["day"]]
    assert await world.everything() == before
    assert "停办并通知 1 人" in (await client.get(answer.headers["location"])).text


async def test_an_exception_of_several_days_says_on_which_day_people_have_booked(
    client: httpx.AsyncClient, found: World
) -> None:
    form = {
        "line": found.own["line"],
        "day": found.own["day"],
        "until": "2026-11-27",
        "counters": "0",
        "reason": "检修",
    }
    answer = await client.post("/console/exceptions", data=form)
    assert answer.status_code == 409
    assert "有 1 人已经约了" in answer.text


async def test_the_exception_of_a_closing_is_taken_back_only_with_the_closing(
    client: httpx.AsyncClient, found: World
) -> None:
    [row] = await db.rows("SELECT exception FROM closing WHERE id::text = $1", found.own["closing"])
    answer = await client.post(f"/console/exceptions/{row['exception']}/withdrawal", data={})
    assert answer.headers["location"] == f"/console/closings/{found.own['closing']}"
    with pytest.raises(Refusal, match="停办"):
        await capacity.withdraw_exception(row["exception"], by=await world.staff(MANAGER))
    week = await client.get("/console/week", params={"hall": found.own["hall"], "day": "2026-11-27"})
    assert f'href="/console/closings/{found.own["closing"]}"' in week.text


async def test_the_progress_shows_who_was_offered_what_and_a_number_only_for_a_reason(
    client: httpx.AsyncClient, found: World
) -> None:
    address = f"/console/closings/{found.own['closing']}"
    shown = await client.get(address)
    assert "留了位置，等答复" in shown.text
    assert world.OWNER not in shown.text
    asked = await client.post(f"{address}/people/{found.own['relocation']}/phone", data={"why": "打电话另约"})
    assert world.OWNER in asked.text
    logged = await db.rows("SELECT why FROM identity_event WHERE what = 'phone-unmasked'")
    assert [row["why"] for row in logged] == ["打电话另约"]


async def test_an_auditor_looks_and_is_offered_no_button(client: httpx.AsyncClient, found: World) -> None:
    await world.be(client, found, AUDITOR)
    shown = (await client.get(f"/console/closings/{found.own['closing']}")).text
    assert "留了位置，等答复" in shown
    assert all(word not in shown for word in ("撤回停办", "看完整号码", "停下 <kbd>"))


async def test_the_voucher_asks_first_and_takes_the_answer_in_one_tap(
    client: httpx.AsyncClient, found: World
) -> None:
    await world.be(client, found, AN_OWNER)
    address = f"/appointments/{found.own['moved_out']}"
    shown = (await client.get(address)).text
    assert "停办：供电检修" in shown
    assert shown.index("换个时间") < shown.index("不办了")
    assert "等你答复" in (await client.get("/appointments")).text
    moving = (await client.get(f"{address}/move")).text
    assert "给你留的" in moving
    assert (await client.post(f"{address}/acceptance")).status_code == 303
    after = (await client.get(address)).text
    assert "等你答复" not in after
    assert "改了时间" in after


async def test_undoing_too_late_says_why_on_the_page(client: httpx.AsyncClient, found: World) -> None:
    await appointments.accept(_id(found.own["moved_out"]), by=found.accounts[world.OWNER])
    answer = await client.post(f"/console/closings/{found.own['closing']}/withdrawal")
    assert answer.status_code == 409
    assert "已经有 1 人改到了新时间" in answer.text


def _id(text: str) -> UUID:
    return UUID(text)
