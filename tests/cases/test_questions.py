"""问一问: an applicant asks about their case, whoever took it in answers, and the answer comes to the inbox."""

from uuid import UUID

import httpx
import pytest

from backend import cases, db, notify
from backend.refusal import Refusal
from tests import world
from tests.world import AN_OWNER, Who

CLERK = Who(role="clerk")


async def test_a_question_is_seen_at_the_counter_and_its_answer_by_the_applicant(
    client: httpx.AsyncClient,
) -> None:
    found = await world.build()
    case = found.own["own_case"]
    await world.be(client, found, AN_OWNER)
    asked = await client.post(f"/cases/{case}/questions", data={"asking": "结果能寄到上海吗？"})
    assert asked.status_code == 303
    assert "还没有回答" in (await client.get(f"/cases/{case}")).text
    await world.be(client, found, CLERK)
    assert "申请人来问" in (await client.get("/console/cases")).text
    page = await client.get(f"/console/cases/{case}")
    assert "结果能寄到上海吗？" in page.text
    [row] = await db.rows("SELECT id FROM case_event WHERE \"case\" = $1 AND kind = 'asked'", UUID(case))
    reply = {"question": str(row["id"]), "reply": "能，选“寄给我”就行"}
    assert (await client.post(f"/console/cases/{case}/replies", data=reply)).status_code == 303
    late = await client.post(f"/console/cases/{case}/replies", data=reply)
    assert late.status_code == 409
    assert "已经有人回答了" in late.text
    await notify.sweep()
    [told] = await db.rows("SELECT title, body FROM notice WHERE kind = 'case-answered'")
    assert "能，选“寄给我”就行" in told["body"]
    await world.be(client, found, AN_OWNER)
    shown = (await client.get(f"/cases/{case}")).text
    assert "能，选“寄给我”就行" in shown
    assert "还没有回答" not in shown


async def test_three_wait_for_their_answers_and_no_fourth(client: httpx.AsyncClient) -> None:
    found = await world.build()
    case = UUID(found.own["own_case"])
    [row] = await db.rows("SELECT account FROM service_case WHERE id = $1", case)
    for n in range(3):
        await cases.ask_about(case, f"第 {n} 个问题", row["account"])
    with pytest.raises(Refusal, match="前面问的还没有回答"):
        await cases.ask_about(case, "再问一个", row["account"])
