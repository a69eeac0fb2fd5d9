"""Every notice leads to a page that opens for whose it is."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from backend import appointments, clock, db, notify
from backend.appointments.tables import Appeal
from backend.notify.tables import Notice
from tests import factories as make
from tests import world
from tests.world import AN_OWNER, MANAGER, World

KINDS = sorted(path.stem for path in (Path(__file__).parents[2] / "templates" / "notices").glob("*.txt"))
OF_STAFF = ["handoff-ring", "handoff-callback", "handoff-overdue"]
# What a kind is about, where its first word does not say so; `pauses.py` and `appeals.py` write these.
ABOUT = {name: "pause" for name in ("appointment-paused", "appointment-lifted", "appointment-unlifted")}
OWN = {"case": "own_case", "visit": "own_visit"}  # the world has others' too


async def delivered(kind: str, about: UUID, account: UUID) -> UUID:
    """A notice in the inbox."""
    now = await clock.now()
    row = Notice(
        account=account, kind=kind, about=about, key=f"{kind}:{uuid4()}", title="一条消息", created_at=now,
        due_at=now, delivered_at=now,
    )  # fmt: skip
    await Notice.insert(row)
    return UUID(str(row.id))


async def opened(client: httpx.AsyncClient, notice: object) -> int:
    """The notice is tapped; the status of the page it leads to."""
    answer = await client.post(f"/notices/{notice}/reading")
    assert answer.status_code == 303
    return (await client.get(answer.headers["location"])).status_code


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OF_STAFF])
async def test_every_kind_leads_to_a_page_of_its_own_that_opens(client: httpx.AsyncClient, kind: str) -> None:
    found = await world.build()
    await world.be(client, found, AN_OWNER)
    word = kind.partition("-")[0]
    about = found.own[ABOUT.get(kind, OWN.get(word, word))]
    notice = await delivered(kind, UUID(about), found.accounts[world.OWNER])
    assert await opened(client, notice) == 200
    assert about in (await client.post(f"/notices/{notice}/reading")).headers["location"]


async def test_a_ring_leads_to_the_door_of_the_console_for_its_page_belongs_to_staff(
    client: httpx.AsyncClient,
) -> None:
    found = await world.build()
    await world.be(client, found, AN_OWNER)
    notice = await delivered("handoff-ring", uuid4(), found.accounts[world.OWNER])
    to = (await client.post(f"/notices/{notice}/reading")).headers["location"]
    answer = await client.get(to)
    assert (answer.status_code, to) == (303, "/console/handoffs")
    assert answer.headers["location"].startswith("/console/session/new?next=")


async def test_that_nobody_came_leads_to_where_a_call_back_is_arranged(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, AN_OWNER)
    notice = await delivered("handoff-overdue", uuid4(), found.accounts[world.OWNER])
    answer = await client.post(f"/notices/{notice}/reading")
    assert answer.headers["location"] == "/console/handoffs/call-backs"


async def answered(found: World, granted: bool) -> list[dict[str, Any]]:
    """The owner appeals against a pause and a no-show, a manager answers, and everything is delivered."""
    pause, by = UUID(found.own["pause"]), found.accounts[world.OWNER]
    await appointments.appeal_pause(pause, by, "那天来了")
    for appeal in await Appeal.objects():
        await appointments.answer_appeal(appeal.id, await world.staff(MANAGER), granted, "核对过了")
    await notify.sweep()
    return await db.rows("SELECT id, kind FROM notice WHERE account = $1 AND delivered_at IS NOT NULL", by)


@pytest.mark.parametrize("granted", [True, False])
async def test_what_the_hall_answers_leads_to_what_it_answered(
    client: httpx.AsyncClient, granted: bool
) -> None:
    found = await world.build()
    told = await answered(found, granted)
    kinds = (
        {"appointment-lifted", "appointment-corrected"}
        if granted
        else {"appointment-unlifted", "appointment-kept"}
    )
    assert kinds <= {one["kind"] for one in told}
    await world.be(client, found, AN_OWNER)
    for one in told:
        assert await opened(client, one["id"]) == 200, one["kind"]


async def test_a_lifted_pause_says_that_it_is_over(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await answered(found, granted=True)
    await world.be(client, found, AN_OWNER)
    page = (await client.get(f"/appointments/pauses/{found.own['pause']}")).text
    assert "大厅已经解除暂停，现在就可以在网上约时间" in page
    assert "去预约" in page


async def test_an_offer_that_is_over_is_marked_in_the_inbox(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, AN_OWNER)
    assert "已过期" not in (await client.get("/notices")).text
    await clock.move_to(make.MONDAY.replace(minute=30))
    assert (await client.get("/notices")).text.count("已过期") == 1
