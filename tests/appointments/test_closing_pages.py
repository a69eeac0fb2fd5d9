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

NAME = "7d3b8c1e-0f56-4c1a-9d0e-3a1f6f1f2a10"
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


async def test_a_link_begins_only_a_form_and_what_was_not_filled_in_is_named(
    client: httpx.AsyncClient, found: World
) -> None:
    begun = {name: found.own[name] for name in ("hall", "day")}
    first = await client.get("/console/closings/new", params=begun)
    assert (first.status_code, "停办并通知" in first.text) == (200, False)
    nothing = closing(found, reason="", counters="", day="")
    empty = await client.get("/console/closings/new", params=nothing)
    assert empty.status_code == 422
    assert all(f'href="#f-{name}"' in empty.text for name in ("day", "counters", "reason"))
    assert empty.text.index('href="#f-day"') < empty.text.index('href="#f-reason"')
    wrong = await client.get("/console/closings/new", params=closing(found, counters="many"))
    assert (wrong.status_code, 'href="#f-counters"' in wrong.text) == (422, True)
    none = await client.get("/console/closings/new", params=closing(found, part="times"))
    assert (none.status_code, "请填写开始时间或结束时间" in none.text) == (422, True)
    posted = await client.post("/console/closings", data=closing(found, part="times", closing=NAME))
    assert (posted.status_code, "请填写开始时间或结束时间" in posted.text) == (422, True)


async def test_the_same_stretch_is_closed_once_and_the_page_leads_to_who_was_first(
    client: httpx.AsyncClient, found: World
) -> None:
    first = await client.post("/console/closings", data=closing(found, closing=NAME))
    before = await world.everything()
    shown = await client.get("/console/closings/new", params=closing(found))
    again = await client.post("/console/closings", data=closing(found, closing=NAME.replace("7d3b", "7d3c")))
    for answer, status in ((shown, 200), (again, 409)):
        assert answer.status_code == status
        assert "已经停办了这段时间" in answer.text
        assert f'href="{first.headers["location"]}"' in answer.text
        assert 'data-key="y"' not in answer.text
    assert await world.everything() == before


async def test_what_was_opened_again_can_be_closed_again(client: httpx.AsyncClient, found: World) -> None:
    await client.post("/console/closings", data=closing(found, closing=NAME))
    form = {"line": found.own["line"], "day": found.own["day"], "counters": "4", "reason": "修好了"}
    await client.post("/console/exceptions", data=form)
    again = await client.post("/console/closings", data=closing(found, closing=NAME.replace("7d3b", "7d3c")))
    assert again.status_code == 303


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
    # The cell says that it shows what is shown once: no refresh takes it away.
    assert f'<td id="r-{found.own["relocation"]}" data-row>' in asked.text
    assert "data-once" in asked.text
    assert "经过" in (await client.get(f"{address}/progress")).text
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


async def test_staff_see_on_every_page_that_a_booking_lost_its_time_and_accept_for_who_calls(
    client: httpx.AsyncClient, found: World
) -> None:
    await world.be(client, found, world.Who(role="clerk"))
    out = found.own["moved_out"]
    [row] = await db.rows("SELECT number, day FROM appointment WHERE id::text = $1", out)
    listed = await client.get("/console/appointments", params={"day": str(row["day"])})
    assert "停办，留了位置，等答复" in listed.text
    for address in (f"/console/appointments/{out}", f"/console/calls/{out}", f"/console/calls/{out}/move"):
        shown = (await client.get(address)).text
        assert "停办：供电检修" in shown, address
        assert "留到" in shown, address
        assert "给你留的" not in shown, address
    sought = await client.post("/console/calls/bookings/search", data={"q": row["number"]})
    assert "停办，要答复" in sought.text
    assert "接受留的" in (await client.get(f"/console/calls/{out}")).text
    assert (await client.post(f"/console/calls/{out}/acceptance")).status_code == 303
    after = (await client.get(f"/console/calls/{out}")).text
    assert "接受留的" not in after
    assert "moved-out" not in after
    assert "改了时间（大厅代办）" in after
    [relocation] = await db.rows("SELECT state FROM relocation WHERE id::text = $1", found.own["relocation"])
    assert relocation["state"] == "accepted"


async def test_who_was_not_told_yet_is_shown_as_that(client: httpx.AsyncClient, found: World) -> None:
    back = "UPDATE relocation SET state = 'pending', hold = NULL, new_slot = NULL WHERE id::text = $1"
    await db.rows(back, found.own["relocation"])
    for page in ("appointments", "calls"):
        shown = (await client.get(f"/console/{page}/{found.own['moved_out']}")).text
        assert "还没通知本人" in shown, page
    refused = await client.post(f"/console/calls/{found.own['moved_out']}/acceptance")
    assert refused.status_code == 409
    assert "现在没有给这个预约留的位置" in refused.text


async def test_undoing_too_late_says_why_on_the_page(client: httpx.AsyncClient, found: World) -> None:
    await appointments.accept(_id(found.own["moved_out"]), by=found.accounts[world.OWNER])
    answer = await client.post(f"/console/closings/{found.own['closing']}/withdrawal")
    assert answer.status_code == 409
    assert "已经有 1 人改到了新时间" in answer.text


def _id(text: str) -> UUID:
    return UUID(text)
