"""Whose session it is to read: the officer's for whom it rings, who has it or calls back, and nobody's who had it."""

from uuid import UUID

import httpx

from backend.handoff import answer, ask, words
from backend.handoff.redirect import redirect
from tests.handoff.recorded import to_state
from tests.handoff.sides import later, sides, state
from tests.handoff.test_redirect import WHY, elsewhere
from tests.handoff.test_sitting_pages import PATH, sit

SAID = "请把户口簿翻过来"
PARTS = ("state", "case", "words", "sitting", "recording", "reach")


async def reads(client: httpx.AsyncClient, one: UUID, by: UUID) -> tuple[int, str]:
    """The page as they get it, with its parts."""
    await sit(client, by)
    answers = [
        await client.get(f"{PATH}/{one}"),
        *[await client.get(f"{PATH}/{one}/{part}") for part in PARTS],
    ]
    return answers[0].status_code, "".join(found.text for found in answers)


async def test_whoever_gave_it_away_reads_nothing_of_it_any_more(client: httpx.AsyncClient) -> None:
    at = await sides()
    wrong = await at.officer()
    to, right = await elsewhere(at)
    one = await ask.ask(at.case, at.desk)
    await answer.accept(one, wrong)
    await to_state(one, "live")
    await words.write(one, SAID, at.desk)
    status, text = await reads(client, one, wrong)
    assert (status, SAID in text) == (200, True)
    await redirect(one, to, WHY, wrong)
    await answer.accept(one, right)
    status, text = await reads(client, one, wrong)
    assert status == 404
    assert "不在你这里了" in text
    assert (await client.get(f"{PATH}/{one}/redirection/new")).status_code == 404
    for what in (SAID, "钱别处", "李四喜"):
        assert what not in text
    assert SAID in (await reads(client, one, right))[1]


async def test_a_part_that_stands_open_with_them_is_emptied(client: httpx.AsyncClient) -> None:
    at = await sides()
    first, second = await at.officer(idle=9), await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.decline(one, first)
    await answer.accept(one, second)
    await sit(client, first)
    for part in PARTS:
        found = await client.get(f"{PATH}/{one}/{part}")
        assert found.status_code == 200
        assert f'id="{part}"' in found.text
        assert "data-live" not in found.text


async def test_for_whom_it_rings_and_who_calls_back_reads_it_and_who_let_it_ring_does_not(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    rung, other = await at.officer(idle=9), await at.officer()
    one = await ask.ask(at.case, at.desk)
    assert [(await reads(client, one, by))[0] for by in (rung, other)] == [200, 404]
    assert "没有找到" in (await reads(client, one, other))[1]
    await later(361)
    caller = (await state(one))["call_back_by"]
    [not_theirs] = {rung, other} - {caller}
    assert [(await reads(client, one, by))[0] for by in (caller, not_theirs)] == [200, 404]
