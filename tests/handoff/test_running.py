"""The list of what runs now: whose halls it names, until when, and what it keeps to itself."""

import re

import httpx

from backend.handoff import session
from backend.handoff.running import running
from tests.handoff.test_session import connecting, live
from tests.handoff.test_sitting_pages import sit
from tests.visits.town import staff

PATH = "/console/handoffs/running"


async def test_who_supervises_the_hall_finds_the_session_until_it_ends() -> None:
    at, _, one = await live()
    leads = [
        await staff("supervisor", "hall", "shanghai"),
        await staff("manager", "hall", "shanghai"),
        await staff("supervisor", "all", ""),
    ]
    for by in leads:
        assert [row["id"] for row in await running(by)] == [one]
    strangers = [
        await staff("supervisor", "hall", "city"),
        await staff("supervisor", "department", at.department),
    ]
    for by in (*strangers, at.desk):
        assert await running(by) == []
    await session.break_off(one, "申请人走了", at.desk)
    assert await running(leads[0]) == []


async def test_it_is_there_from_when_somebody_has_it() -> None:
    _, _, one = await connecting()
    [row] = await running(await staff("supervisor", "hall", "shanghai"))
    assert (row["id"], row["state"], row["officer_name"]) == (one, "connecting", "施审批")


async def test_the_page_leads_there_and_says_nothing_of_the_applicant(client: httpx.AsyncClient) -> None:
    at, _, one = await live()
    await sit(client, await staff("supervisor", "hall", "shanghai"))
    for path in (PATH, "/console/handoffs/call-backs"):
        shown = (await client.get(path)).text
        assert f'href="/console/handoffs/{one}"' in shown
        assert "补领结婚证" in shown
        assert "李四喜" not in shown
    room = (await client.get(f"/console/handoffs/{one}")).text
    under = r'href="/console/handoffs/call-backs"[^>]*aria-current'  # the tab that led there
    assert re.search(under, room)
    await sit(client, at.desk)
    assert (await client.get(PATH)).status_code == 403
