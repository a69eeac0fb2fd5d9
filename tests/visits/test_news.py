"""Who goes to doors is told: of what waits for them, what was given to them or taken from them, and what stops."""

import re
from uuid import UUID

import httpx
import pytest

from backend import clock, db, visits
from backend.identity.sessions import open_session
from backend.refusal import NotFound
from backend.visits import news
from tests import factories as make
from tests.visits import town
from tests.visits.town import Town, agent, asked


@pytest.fixture
async def here() -> Town:
    found = await town.town()
    await town.be_on("11-23", "09:30")
    return found


async def told(staff: UUID) -> list[str]:
    return [row["kind"] for row in await news.unread(staff)]


async def test_a_request_is_told_to_the_village_then_next_door_then_to_the_centre_once_each(
    here: Town,
) -> None:
    one, far = await asked(here), await agent("elsewhere")
    assert [await told(who) for who in (here.east, here.middle, here.clerk)] == [["asked"], [], []]
    await town.be_on("11-23", "10:31")
    await visits.widen_all()
    assert [await told(who) for who in (here.east, here.middle, here.clerk)] == [["asked"], ["asked"], []]
    await town.be_on("11-23", "11:01")
    await visits.widen_all()
    assert [await told(who) for who in (here.east, here.middle, here.clerk)] == [["asked"]] * 3
    assert await told(far) == []
    await visits.take(one, here.middle)
    assert [await told(who) for who in (here.east, here.middle, here.clerk)] == [[]] * 3


async def test_both_are_told_when_somebody_else_goes(here: Town) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    await visits.reassign(one, here.middle, here.clerk, "请假")
    assert (await told(here.east), await told(here.middle)) == (["gone"], ["given"])
    assert (await news.unread(here.middle))[0]["why"] == "请假"


async def test_who_gives_it_away_is_not_told_of_their_own_deed(here: Town) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    await visits.reassign(one, here.middle, here.east, "请假")
    assert await told(here.east) == []


async def test_who_goes_there_is_told_that_it_was_withdrawn_or_stopped(here: Town) -> None:
    account, person = await make.citizen()
    one, other = await asked(here, (account, person)), await asked(here)
    for visit in (one, other):
        await visits.take(visit, here.east)
    await visits.withdraw(one, UUID(str(account.id)), "好了，自己去")
    await visits.pause(other, here.clerk, "住院了")
    assert sorted(await told(here.east)) == ["paused", "withdrawn"]


async def test_what_was_read_is_gone_and_what_came_meanwhile_is_not(here: Town) -> None:
    await asked(here)
    [first] = await news.unread(here.east)
    await asked(here)
    with pytest.raises(NotFound):
        await news.read(here.middle, [first["id"]])
    assert len(await news.unread(here.east)) == 2
    await news.read(here.east, [first["id"]])
    assert [row["id"] for row in await news.unread(here.east)] != [first["id"]]
    assert await news.unread_count(here.east, frozenset({"agent"})) == 1


async def test_the_console_shows_it_on_every_page_until_it_is_read(
    client: httpx.AsyncClient, here: Town
) -> None:
    await asked(here)
    client.cookies.set("session", await open_session(await clock.now(), "测试", staff=here.east))
    page = await client.get("/console/visits")
    assert '上门代办 <b class="badge">1</b><span class="sr"> 条新</span>' in page.text
    assert "等人接单 · 残疾人证申领" in page.text
    sent = {"news": re.findall(r'name="news" value="([^"]*)"', page.text)}
    assert (await client.post("/console/visit-news/readings", data=sent)).status_code == 303
    page = await client.get("/console/visits")
    assert "条新" not in page.text
    assert "新消息" not in page.text
    assert await db.rows("SELECT id FROM visit_news WHERE read_at IS NULL") == []
