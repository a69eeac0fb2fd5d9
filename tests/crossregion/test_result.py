"""The result of what was taken in far away is sent to the desk, and collected there once it is there."""

from uuid import UUID

import httpx
import pytest

from backend import cases, clock, db
from backend.cases.timeline import things_of
from backend.crossregion.waiting import waiting
from backend.identity.sessions import open_session
from backend.notify import texts
from backend.refusal import Denied, NotFound, Refusal
from tests.crossregion.test_eligible import at_the_desk, words
from tests.crossregion.test_export import handed_on
from tests.crossregion.test_intake import officer
from tests.visits.town import staff

ITEM, COMING = "医药费零星报销", "结果会从启东送到"


async def finished(client: httpx.AsyncClient) -> tuple[UUID, UUID, UUID]:
    """A case whose result is made; who sits at the desk; who decided."""
    desk = await at_the_desk(client)
    case, one = await handed_on(client), await officer(ITEM)
    await cases.accept(case, one)
    await cases.decide(case, "granted", one)
    await cases.finish(case, one)
    return case, desk, one


async def _kinds(desk: UUID, case: UUID) -> list[str]:
    return [kind for kind, rows in (await waiting(desk)).items() if case in [row["id"] for row in rows]]


async def notice(kind: str, title: bool = False) -> str:
    """The body of the only notice of a kind, or its title."""
    [row] = await db.rows("SELECT facts FROM notice WHERE kind = $1", kind)
    return texts.render(kind, row["facts"])[0 if title else 1]


async def read(client: httpx.AsyncClient, case: UUID) -> tuple[str, str]:
    """The page of the case as its applicant reads it, and what their list says comes next."""
    account = (await cases.seen(case))["account"]
    desk = client.cookies.get("session")
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=account))
    page = words(await client.get(f"/cases/{case}"))
    client.cookies.set("session", str(desk))
    [thing] = [one for one in await things_of(account) if one.id == case]
    return page, thing.todo


async def test_the_applicant_is_called_only_when_the_result_is_at_the_desk(client: httpx.AsyncClient) -> None:
    case, desk, _ = await finished(client)
    page, todo = await read(client, case)
    assert COMING in page
    assert COMING in todo
    assert COMING in await notice("case-finished")
    assert await _kinds(desk, case) == ["coming"]
    with pytest.raises(Refusal, match="还没到"):
        await cases.deliver(case, "counter", desk)
    answer = await client.post(f"/console/cases/{case}/result-arrival")
    assert answer.status_code == 303
    told = await notice("case-arrived")
    assert "带上证件" in told
    assert "周" in told
    assert "电话" in told
    page, todo = await read(client, case)
    assert COMING not in page
    assert "领，带上证件" in page
    assert "领，带上证件" in todo
    assert await _kinds(desk, case) == ["result"]
    await cases.deliver(case, "counter", desk)
    assert (await cases.seen(case))["state"] == "delivered"


async def test_only_the_desk_says_once_that_the_result_is_there(client: httpx.AsyncClient) -> None:
    case, desk, one = await finished(client)
    for stranger in (one, await staff("desk", "hall", "huilong"), await officer(ITEM, other=True)):
        with pytest.raises((Denied, NotFound)):
            await cases.receive_result(case, stranger)
    await cases.receive_result(case, desk)
    with pytest.raises(Refusal, match="没有要从启东寄来的结果"):
        await cases.receive_result(case, desk)


async def test_what_is_mailed_to_the_applicant_does_not_pass_by_the_desk(client: httpx.AsyncClient) -> None:
    case, desk, _ = await finished(client)
    await db.rows("UPDATE item SET delivery = true WHERE name = $1", ITEM)
    await cases.choose_way(case, "mail", "上海市崇明区某路 1 号", cases.Asker(staff=desk))
    assert await _kinds(desk, case) == []
    assert COMING not in (await read(client, case))[0]
    with pytest.raises(Refusal):
        await cases.receive_result(case, desk)
    await cases.mail(case, "邮政 EMS", "EA123456789CN", desk)
    await cases.come_back(case, "无人签收", "keep", desk)
    assert await _kinds(desk, case) == ["result"]
