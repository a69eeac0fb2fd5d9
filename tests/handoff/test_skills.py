"""先响: who leads a department says who is rung first for its matters; its officers read it."""

import asyncio
from uuid import UUID

import httpx
import pytest

from backend import db, reference
from backend.handoff import ask, skill_views, skills
from backend.refusal import Denied, NotFound, Refusal
from tests.handoff.sides import Sides, rung, sides
from tests.handoff.test_sitting_pages import sit
from tests.visits.town import staff

PATH = "/console/handoffs/skills"


async def leader(at: Sides) -> UUID:
    """Who supervises the department."""
    return await staff("supervisor", "department", at.department, "唐督查")


async def first(at: Sides, by: UUID) -> list[str]:
    """Who is rung first for the matter, as one reads it."""
    found = await skill_views.look(at.department, by)
    [matter] = [one for one in found["matters"] if one["id"] == at.item]
    return [row["name"] for row in matter["first"]]


async def events() -> list[tuple[str, UUID, UUID]]:
    rows = await db.rows("SELECT kind, staff, by_staff FROM handoff_skill_event ORDER BY at, kind")
    return [(row["kind"], row["staff"], row["by_staff"]) for row in rows]


async def test_who_was_said_to_be_first_is_rung_before_who_was_idle_longer() -> None:
    at = await sides()
    await at.officer(idle=90)
    best = await at.officer(idle=5)
    await skills.assign(best, at.item, await leader(at))
    assert await rung(await ask.ask(at.case, at.desk)) == {best}


async def test_who_was_taken_away_is_rung_no_sooner_than_the_others() -> None:
    at = await sides()
    idlest, best, by = await at.officer(idle=90), await at.officer(idle=5), await leader(at)
    await skills.assign(best, at.item, by)
    await skills.remove(best, at.item, by)
    assert await rung(await ask.ask(at.case, at.desk)) == {idlest}
    assert await events() == [("assigned", best, by), ("removed", best, by)]


async def test_said_twice_at_once_it_is_said_and_written_down_once() -> None:
    at = await sides()
    officer, by = await at.officer(), await leader(at)
    await asyncio.gather(*(skills.assign(officer, at.item, by) for _ in range(8)))
    assert await events() == [("assigned", officer, by)]
    answers = await asyncio.gather(
        *(skills.remove(officer, at.item, by) for _ in range(8)), return_exceptions=True
    )
    assert sorted(str(answer) for answer in answers if answer) == [skills.NOT_FIRST] * 7
    assert await events() == [("assigned", officer, by), ("removed", officer, by)]


@pytest.mark.parametrize("role", skills.LEADERS)
async def test_who_leads_the_whole_city_leads_every_department(role: str) -> None:
    at = await sides()
    officer, by = await at.officer(name="孙审批"), await staff(role, "all", "")
    await skills.assign(officer, at.item, by)
    assert await first(at, by) == ["孙审批"]


async def test_who_leads_elsewhere_or_only_answers_changes_nothing() -> None:
    at = await sides()
    officer = await at.officer()
    await skills.assign(officer, at.item, await leader(at))
    [other] = await db.rows("SELECT code FROM department WHERE code <> $1 LIMIT 1", at.department)
    elsewhere = await staff("supervisor", "department", other["code"])
    for by, refusal in (
        (elsewhere, NotFound),
        (await staff("manager", "hall", "city"), NotFound),
        (officer, Denied),
    ):
        with pytest.raises(refusal):
            await skills.assign(officer, at.item, by)
        with pytest.raises(refusal):
            await skills.remove(officer, at.item, by)
    assert len(await events()) == 1


async def test_nobody_who_could_not_decide_it_and_no_matter_that_the_desk_does_not_take_in() -> None:
    at = await sides()
    by, officer = await staff("supervisor", "all", ""), await at.officer()
    [other] = await db.rows("SELECT code FROM department WHERE code <> $1 LIMIT 1", at.department)
    with pytest.raises(Refusal, match="审批人员"):
        await skills.assign(await staff("officer", "department", other["code"]), at.item, by)
    with pytest.raises(Refusal, match="审批人员"):
        await skills.assign(at.desk, at.item, by)
    await db.rows("UPDATE item SET shanghai = false WHERE id = $1", at.item)
    with pytest.raises(NotFound, match="不收"):
        await skills.assign(officer, at.item, by)


async def test_loading_the_reference_data_again_leaves_what_was_said() -> None:
    at = await sides()
    officer, by = await at.officer(name="孙审批"), await leader(at)
    await skills.assign(officer, at.item, by)
    await reference.load()
    assert await first(at, by) == ["孙审批"]


async def test_who_leads_a_hall_reads_every_department_and_an_officer_their_own() -> None:
    at = await sides()
    found = await skill_views.look(at.department, await staff("manager", "hall", "shanghai"))
    assert (len(found["departments"]) > 1, found["editor"]) == (True, False)
    found = await skill_views.look("", await at.officer(skilled=True))
    assert [one["code"] for one in found["departments"]] == [at.department]
    assert (found["mine"], found["editor"]) == (["补领结婚证"], False)
    found = await skill_views.look("", await staff("administrator", "hall", "city"))
    assert (found["departments"], found["editor"]) == ([], False)


async def test_the_page_says_what_happens_without_anybody_and_is_pressed(client: httpx.AsyncClient) -> None:
    at = await sides()
    officer, by = await at.officer(name="孙审批"), await leader(at)
    await sit(client, by)
    assert "没有定人的，部门里谁空闲最久谁先响" in (await client.get(PATH)).text
    form = {"officer": str(officer), "item": str(at.item)}
    answer = await client.post(PATH, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?department={at.department}")
    shown = (await client.get(PATH)).text
    assert "补领结婚证：孙审批先响" in shown
    assert "唐督查" in shown
    assert (await client.post(f"{PATH}/removal", data=form)).status_code == 303
    again = await client.post(f"{PATH}/removal", data=form)
    assert (again.status_code, skills.NOT_FIRST in again.text) == (409, True)


async def test_an_officer_reads_the_page_and_can_press_nothing(client: httpx.AsyncClient) -> None:
    at = await sides()
    officer = await at.officer(skilled=True)
    await sit(client, officer)
    shown = await client.get(PATH)
    assert "这些事你先响：补领结婚证" in shown.text
    assert 'method="post" action="/console/handoffs/skills' not in shown.text
    form = {"officer": str(officer), "item": str(at.item)}
    assert (await client.post(f"{PATH}/removal", data=form)).status_code == 403
