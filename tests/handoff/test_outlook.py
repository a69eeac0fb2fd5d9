"""What officers and desks are told of who is there: it is true, and it is so within seconds."""

import httpx
import pytest

from backend import db, hints
from backend.handoff import answer, ask, duty
from tests.handoff.sides import later, rung, sides
from tests.handoff.test_sitting_pages import PATH, plain, sit

DUTY = f"{PATH}/duty/state"


async def test_who_counts_as_away_reads_so_on_the_page_that_stands_open(client: httpx.AsyncClient) -> None:
    at = await sides()
    officer = await at.officer()
    await sit(client, officer)
    assert f'data-live="{DUTY}"' in (await client.get(PATH)).text
    assert "你在线，来了会响" in (await client.get(DUTY)).text
    await ask.ask(at.case, at.desk)
    await later(31, officer)
    assert "你在线" in (await client.get(DUTY)).text
    await later(31, officer)
    text = (await client.get(DUTY)).text
    assert "你不在线" in plain(text)
    assert "连着 2 次没接" in plain(text)
    assert f'action="{PATH}/duty"' in text


async def test_a_session_that_is_over_is_said_to_the_officer_s_other_pages_at_once(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    assert await rung(one) == {officer}
    await answer.accept(one, officer)
    await sit(client, officer)
    assert "你正在屏对屏" in (await client.get(DUTY)).text
    said: list[str] = []

    async def publish(topic: str) -> None:
        said.append(topic)

    monkeypatch.setattr(hints, "publish", publish)
    async with db.transaction():
        await duty.free(officer)
    assert said == [f"officer:{officer}"]
    text = (await client.get(DUTY)).text
    assert "收尾中，先不响" in text
    assert "写完了，可以接下一个" in text
