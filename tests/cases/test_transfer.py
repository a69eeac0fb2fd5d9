"""转办: another department decides, the clock runs on; and the number that a case has elsewhere."""

from uuid import UUID

import httpx
import pytest

from backend import cases, db
from backend.cases.views import arrivals, find, work
from backend.catalog.tables import Department
from backend.refusal import NotFound, Refusal
from tests.cases.office import Office, be_on, case, ends, kinds, office, officer, received
from tests.cases.test_pages import be, words

WHY = "场所卫生由卫健委管"


@pytest.fixture
async def at() -> Office:
    await Department.insert(Department(code="health", name="卫生健康委员会", phone="0513-83000002"))
    return await office()


async def test_the_new_department_has_it_and_the_old_one_does_not_and_the_clock_runs_on(at: Office) -> None:
    one, new = await received(at), await officer("health")
    await cases.accept(one, at.officer)
    await be_on("11-25")
    await cases.transfer(one, "health", WHY, at.officer)
    assert ends((await case(one)).promised_due) == "11-30 17:00"
    assert [row["id"] for row in (await work(new)).rows] == [one]
    assert (await work(at.officer)).rows == []
    with pytest.raises(NotFound):
        await cases.decide(one, "granted", at.officer)
    await cases.decide(one, "granted", new)
    assert await kinds(one) == ["received", "accepted", "transferred", "decided"]


async def test_it_stands_among_what_came_until_somebody_of_the_new_department_has_touched_it(
    at: Office,
) -> None:
    one, new = await received(at), await officer("health")
    await cases.renumber(one, "GA-1", at.officer)
    await cases.accept(one, at.officer)
    assert await arrivals(new) == []
    await cases.transfer(one, "health", WHY, at.officer)
    [came] = await arrivals(new)
    assert (came["id"], came["passed_at"] is not None) == (one, True)
    assert await arrivals(at.officer) == []
    await cases.renumber(one, "WJ-7", at.clerk)
    assert len(await arrivals(new)) == 1, "the hall's clerk is nobody of theirs"
    async with db.transaction():
        await cases.record(one, "called", "received", "received", cases.Asker(staff=new))
    assert len(await arrivals(new)) == 1, "a call to the desk is no work on the case"
    await cases.renumber(one, "WJ-8", new)
    assert await arrivals(new) == []


async def test_the_number_of_the_old_department_stays_in_the_history_alone(
    client: httpx.AsyncClient, at: Office
) -> None:
    one, new = await received(at), await officer("health")
    old = UUID(str((await case(one)).department))
    await cases.renumber(one, "GA-1", at.officer)
    await cases.transfer(one, "health", WHY, at.officer)
    await cases.numbered_there(one, old, "GA-2")
    assert (await case(one)).external_case_no == ""
    await be(client, staff=new)
    assert "在公安局的编号 GA-1" in words(await client.get(f"/console/cases/{one}"))


async def test_it_goes_on_in_every_state_before_the_decision_and_none_after(at: Office) -> None:
    one, new = await received(at), await officer("health")
    await cases.transfer(one, "health", WHY, at.clerk)
    await cases.accept(one, new)
    await cases.decide(one, "granted", new)
    with pytest.raises(Refusal):
        await cases.transfer(one, at.department, WHY, at.clerk)


async def test_what_changes_nothing_or_says_nothing_is_refused(at: Office) -> None:
    one = await received(at)
    for to, why in ((at.department, WHY), ("health", ""), ("nowhere", WHY), ("", WHY)):
        with pytest.raises(Refusal):
            await cases.transfer(one, to, why, at.clerk)
    with pytest.raises(NotFound):
        await cases.transfer(one, "health", WHY, await officer("health"))
    assert await kinds(one) == ["received"]


async def test_the_applicant_is_told_and_the_timeline_says_so(client: httpx.AsyncClient, at: Office) -> None:
    one = await received(at)
    await be(client, staff=at.officer)
    answer = await client.post(f"/console/cases/{one}/transfer", data={"to": "health", "cause": WHY})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/cases")
    assert (await client.get(f"/console/cases/{one}")).status_code == 404
    [row] = await db.rows("SELECT facts FROM notice WHERE kind = 'case-transferred'")
    assert "卫生健康委员会" in row["facts"]
    await be(client, staff=at.clerk)
    assert "公安局 → 卫生健康委员会" in words(await client.get(f"/console/cases/{one}"))
    await be(client, account=UUID(str((await case(one)).account)))
    shown = words(await client.get(f"/cases/{one}"))
    assert "转办" in shown
    assert WHY in shown


async def test_what_was_sealed_before_it_keeps_its_seal(client: httpx.AsyncClient, at: Office) -> None:
    one, new = await received(at), await officer("health")
    await cases.accept(one, at.officer)
    await cases.transfer(one, "health", WHY, at.officer)
    await cases.decide(one, "granted", new)
    await be(client, staff=new)
    for noun, seal in (("acceptance", "公安局行政审批专用章"), ("decision", "卫生健康委员会印章")):
        assert seal in words(await client.get(f"/console/cases/{one}/documents/{noun}"))


async def test_what_is_wrong_with_a_transfer_is_said_in_its_dialog(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await be(client, staff=at.clerk)
    where = f"/console/cases/{one}/transfer"
    assert (await client.post(where, data={"to": "", "cause": WHY})).status_code == 422
    answer = await client.post(where, data={"to": at.department, "cause": WHY})
    assert answer.status_code == 409
    assert "请选别的部门" in words(answer)


async def test_the_number_elsewhere_is_set_corrected_and_found(client: httpx.AsyncClient, at: Office) -> None:
    one = await received(at)
    await cases.renumber(one, "SJ-2026 0001", at.clerk)
    await cases.renumber(one, "SJ-2026 0007", at.officer)
    await cases.renumber(one, "SJ-2026 0007", at.officer)
    assert [row["id"] for row in (await find("sj-20260007", at.clerk)).rows] == [one]
    assert (await find("SJ-2026 0001", at.clerk)).rows == []
    assert await kinds(one) == ["received", "numbered", "numbered"]
    await be(client, staff=at.clerk)
    shown = words(await client.get(f"/console/cases/{one}"))
    assert "SJ-2026 0001 → SJ-2026 0007" in shown
    assert "SJ-2026 0007" in words(await client.get("/console/cases"))
    answer = await client.post(f"/console/cases/{one}/renumbering", data={"external": ""})
    assert answer.status_code == 303
    assert (await case(one)).external_case_no == ""


async def test_a_stranger_and_an_archive_are_not_numbered_anew(at: Office) -> None:
    one = await received(at)
    with pytest.raises(NotFound):
        await cases.renumber(one, "X1", await officer("health"))
    await cases.decline(one, at.clerk, "不归本地")
    await cases.file(one, at.clerk)
    with pytest.raises(Refusal, match="归档"):
        await cases.renumber(one, "X1", at.clerk)
