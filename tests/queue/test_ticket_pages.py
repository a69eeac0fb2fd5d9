"""我的号: the owner's page in every state, what may be done there, and the links to it."""

import re

import httpx
import pytest

from backend import queue
from tests.queue import hall
from tests.queue.phones import called, missed, next_one, opened, paper, phone, signed_in


def said(answer: httpx.Response) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


async def test_who_waits_sees_how_many_are_ahead_and_which_counters_work(client: httpx.AsyncClient) -> None:
    at = await opened(1, 2)
    await hall.walk_in(at)
    mine = await phone(at)
    await queue.pause_desk(at.counters[1], at.clerk, "午休")
    shown = said(await client.get(f"/tickets/{mine.id}", headers=await signed_in(mine)))
    assert "E002" in shown
    assert "前面 1 人" in shown
    assert "1 个窗口在办，1 个午休" in shown
    assert "叫到前 3 位会提醒你" in shown


async def test_each_state_says_what_it_means_and_what_comes_next(client: httpx.AsyncClient) -> None:
    at = await opened(1)
    mine = await phone(at)
    headers, path = await signed_in(mine), f"/tickets/{mine.id}"

    async def shown() -> str:
        whole = said(await client.get(path, headers=headers))
        part = said(await client.get(f"{path}/state", headers=headers))
        assert part.strip()[:40] in whole
        return whole

    one = await called(at)
    assert "轮到你了 E001 请到 1 号窗口" in await shown()
    await queue.start(at.counters[1], at.clerk, one.ticket)
    assert "正在办理" in await shown()
    await queue.hold(at.counters[1], at.clerk, one.ticket)
    assert "回 1 号窗口，不用重新排队" in await shown()
    await queue.resume(at.counters[1], at.clerk, one.ticket)
    await queue.complete(at.counters[1], at.clerk, one.ticket)
    assert "今天 10:00 办完" in await shown()


async def test_a_missed_number_comes_back_once_and_behind_three(client: httpx.AsyncClient) -> None:
    at = await opened(1)
    mine = await phone(at)
    for _ in range(4):
        await hall.walk_in(at)
    await missed(at)
    headers, path = await signed_in(mine), f"/tickets/{mine.id}"
    assert "我回来了，接着排" in (await client.get(path, headers=headers)).text
    assert (await client.post(f"{path}/return", headers=headers)).status_code == 303
    assert "前面 3 人" in said(await client.get(path, headers=headers))
    assert (await client.post(f"{path}/return", headers=headers)).status_code == 409


async def test_too_late_it_says_how_to_go_on(client: httpx.AsyncClient) -> None:
    at = await opened(1)
    mine = await phone(at)
    await missed(at)
    await hall.later(31)
    shown = await client.get(f"/tickets/{mine.id}", headers=await signed_in(mine))
    assert "重新取号" in shown.text
    assert "我回来了" not in shown.text


async def test_stepping_back_lets_others_go_first_and_a_no_is_said_on_the_page(
    client: httpx.AsyncClient,
) -> None:
    at = await opened(1)
    mine = await phone(at)
    headers, path = await signed_in(mine), f"/tickets/{mine.id}"
    alone = await client.post(f"{path}/postponement", data={"places": "2"}, headers=headers)
    assert alone.status_code == 409
    assert "后面没有人，不用往后退" in alone.text
    for _ in range(3):
        await hall.walk_in(at)
    assert (
        await client.post(f"{path}/postponement", data={"places": "2"}, headers=headers)
    ).status_code == 303
    assert "前面 2 人" in said(await client.get(path, headers=headers))
    wrong = await client.post(f"{path}/postponement", data={"places": "many"}, headers=headers)
    assert wrong.status_code == 422
    assert "往后退几位请填数字" in wrong.text


async def test_a_number_that_is_given_back_is_over(client: httpx.AsyncClient) -> None:
    at = await opened(1)
    mine = await phone(at)
    headers, path = await signed_in(mine), f"/tickets/{mine.id}"
    assert (await client.post(f"{path}/withdrawal", headers=headers)).status_code == 303
    assert "这个号不办了" in said(await client.get(path, headers=headers))
    assert (await client.get(f"{path}/live", headers=headers)).status_code == 204


async def test_several_matters_of_one_visitor_are_one_plan(client: httpx.AsyncClient) -> None:
    at = await opened(1, 3)
    mine = await phone(at)
    await hall.walk_in(at, "C", party=mine.party, account=mine.account)
    await next_one(at)
    shown = said(await client.get(f"/tickets/{mine.id}", headers=await signed_in(mine)))
    assert "今天一共 2 件事" in shown
    assert "E001 E 的事 办完了" in shown
    assert "C001 C 的事 在等" in shown


async def test_a_plan_shows_nobody_the_numbers_that_another_account_took(client: httpx.AsyncClient) -> None:
    at = await opened(1, 3)
    mine = await phone(at)
    await hall.walk_in(at, "C", party=mine.party)  # the same ID, shown at a kiosk by whoever holds it
    shown = said(await client.get(f"/tickets/{mine.id}", headers=await signed_in(mine)))
    assert "C001" not in shown
    assert "C001" not in said(await client.get(f"/q/{await paper(mine)}"))


async def test_the_family_sees_the_one_number_and_is_promised_no_notice(client: httpx.AsyncClient) -> None:
    at = await opened(1, 3)
    mine = await phone(at)
    await hall.walk_in(at, "C", party=mine.party, account=mine.account)
    shown = said(await client.get(f"/q/{await paper(mine, 'family')}"))
    assert "E001" in shown
    assert "C001" not in shown
    assert "会提醒你" not in shown


async def test_what_was_given_up_leaves_the_plan_and_its_page_leads_on(client: httpx.AsyncClient) -> None:
    at = await opened(1, 3)
    mine = await phone(at)
    other = await hall.walk_in(at, "C", party=mine.party, account=mine.account)
    headers = await signed_in(mine)
    await client.post(f"/tickets/{other.id}/withdrawal", headers=headers)
    assert "C001" not in said(await client.get(f"/tickets/{mine.id}", headers=headers))
    assert "再取一个号" in said(await client.get(f"/tickets/{other.id}", headers=headers))


async def test_a_stranger_finds_nothing(client: httpx.AsyncClient) -> None:
    at = await opened(1)
    mine, other = await phone(at), await phone(at)
    headers = await signed_in(other)
    for path in ("", "/state", "/live", "/links"):
        assert (await client.get(f"/tickets/{mine.id}{path}", headers=headers)).status_code == 404
    for deed in ("postponement", "withdrawal", "return"):
        answer = await client.post(f"/tickets/{mine.id}/{deed}", data={"places": "1"}, headers=headers)
        assert answer.status_code == 404


async def test_the_family_follows_by_a_link_until_it_is_withdrawn(client: httpx.AsyncClient) -> None:
    at = await opened(1)
    mine = await phone(at)
    headers, path = await signed_in(mine), f"/tickets/{mine.id}/links"
    token = re.search(r'name="token" value="([^"]+)"', (await client.get(path, headers=headers)).text)
    assert token
    for _ in range(2):  # sent twice, it is one link
        made = await client.post(path, data={"token": token[1]}, headers=headers)
        assert f"/q/{token[1]}" in made.text
    shown = await client.get(f"/q/{token[1]}")
    assert "E001" in shown.text
    assert "不办了" not in shown.text, "the family looks and changes nothing"
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert shown.headers["cache-control"] == "no-store"
    for deed in ("postponement", "withdrawal", "return"):
        assert (await client.post(f"/q/{token[1]}/{deed}", data={"places": "1"})).status_code == 404
    [link] = await queue.links(mine.id, by=mine.account)
    assert (await client.post(f"{path}/{link['id']}/withdrawal", headers=headers)).status_code == 303
    gone = await client.get(f"/q/{token[1]}")
    assert gone.status_code == 404
    assert "这个链接已经失效" in gone.text
    assert (await client.get(f"/q/{token[1]}/state")).status_code == 404
    assert (await client.post(path, data={"token": token[1]}, headers=headers)).status_code == 409


async def test_a_paper_is_its_holder_s_who_may_step_back_and_give_back(client: httpx.AsyncClient) -> None:
    at = await opened(1)
    mine = await hall.walk_in(at)
    for _ in range(2):
        await hall.walk_in(at)
    key = await paper(mine)
    shown = said(await client.get(f"/q/{key}"))
    assert "前面 0 人" in shown
    assert "晚点再叫我" in shown
    assert (await client.post(f"/q/{key}/postponement", data={"places": "1"})).status_code == 303
    assert "前面 1 人" in said(await client.get(f"/q/{key}/state"))
    assert (await client.post(f"/q/{key}/return")).status_code == 409
    assert (await client.post(f"/q/{key}/withdrawal")).status_code == 303
    assert "这个号不办了" in said(await client.get(f"/q/{key}"))


async def test_a_link_ends_the_day_after(client: httpx.AsyncClient) -> None:
    at = await opened(1)
    mine = await hall.walk_in(at)
    key = await paper(mine, "family")
    await hall.later(24 * 60)
    assert "当天没有等到你" in (await client.get(f"/q/{key}")).text
    await hall.later(24 * 60)
    assert (await client.get(f"/q/{key}")).status_code == 404


@pytest.mark.parametrize("key", ["x", "%00", "长" * 24])
async def test_a_link_that_is_none_is_not_found(client: httpx.AsyncClient, key: str) -> None:
    for path in ("", "/state", "/live"):
        assert (await client.get(f"/q/{key}{path}")).status_code == 404


async def test_an_account_sees_its_live_numbers_of_today() -> None:
    at = await opened(1)
    mine = await phone(at)
    await phone(at, "C", mine.account)
    assert [one["number"] for one in await queue.mine(mine.account)] == ["E001", "C001"]
    await next_one(at)
    assert [one["number"] for one in await queue.mine(mine.account)] == ["C001"]
