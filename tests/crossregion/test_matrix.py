"""Role × case: a desk sees and takes its own cases, a department its own once they are handed over, nobody else any."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import cases, clock, db
from backend.identity.sessions import open_session
from backend.refusal import NotFound, Refusal
from backend.web import words
from tests import factories as make
from tests.crossregion.test_eligible import DESK, at_the_desk
from tests.crossregion.test_export import handed_on
from tests.crossregion.test_intake import officer, taken_in
from tests.visits.town import staff

ITEM = "医药费零星报销"
# Who; sees the case that still lies at the desk, one that was handed over; may hold its papers, accept and decide it.
MATRIX = {
    "the desk": (True, True, True, False),
    "another hall's desk": (False, False, False, False),
    "the desk's manager": (True, True, True, False),
    "another hall's manager": (False, False, False, False),
    "the desk's supervisor": (True, True, False, False),
    "the desk's own clerk": (True, True, True, False),
    "a clerk of another hall": (False, False, False, False),
    "the department's officer": (False, True, True, True),
    "another department's officer": (False, False, False, False),
    "an officer of the desk's hall": (True, True, True, False),
    "an agent": (False, False, False, False),
    "an auditor of the city": (True, True, False, False),
    "an administrator": (False, False, False, False),
}


async def _who(name: str) -> UUID:
    made: dict[str, Callable[[], Awaitable[UUID]]] = {
        "the desk": lambda: staff("desk", "hall", DESK),
        "another hall's desk": lambda: staff("desk", "hall", "huilong"),
        "the desk's manager": lambda: staff("manager", "hall", DESK),
        "another hall's manager": lambda: staff("manager", "hall", "huilong"),
        "the desk's supervisor": lambda: staff("supervisor", "hall", DESK),
        "the desk's own clerk": lambda: staff("clerk", "hall", DESK),
        "a clerk of another hall": lambda: staff("clerk", "hall", "city"),
        "the department's officer": lambda: officer(ITEM),
        "another department's officer": lambda: officer(ITEM, other=True),
        "an officer of the desk's hall": lambda: staff("officer", "hall", DESK),
        "an agent": lambda: staff("agent", "village", "huilong-01"),
        "an auditor of the city": lambda: staff("auditor", "all", ""),
        "an administrator": lambda: staff("administrator", "all", ""),
    }
    return await made[name]()


async def _sees(case: UUID, by: UUID) -> dict[str, Any] | None:
    try:
        return await cases.show_to_staff(case, by)
    except NotFound:
        return None


async def _listed(client: httpx.AsyncClient, by: UUID) -> set[str]:
    """The numbers on the first page of somebody's list; none where they have no such page."""
    client.cookies.clear()
    client.cookies.set("session", await open_session(await clock.now(), "测试", staff=by))
    answer = await client.get("/console/cases")
    return {
        number for number in await _numbers() if answer.status_code == 200 and _spaced(number) in answer.text
    }


async def _numbers() -> list[str]:
    return [row["number"] for row in await db.rows("SELECT number FROM service_case")]


def _spaced(number: str) -> str:
    return str(words.FILTERS["spaced_case"](number))


@pytest.mark.parametrize("name", MATRIX)
async def test_everybody_sees_and_does_what_is_theirs(client: httpx.AsyncClient, name: str) -> None:
    await at_the_desk(client)
    waiting, handed = (
        await taken_in(client, ITEM, phone="10000007778", id_number=make.id_number(8)),
        await handed_on(client),
    )
    by = await _who(name)
    sees_waiting, sees_handed, holds, accepts = MATRIX[name]
    there, gone = await _sees(waiting, by), await _sees(handed, by)
    assert (there is not None, gone is not None) == (sees_waiting, sees_handed)
    if gone:
        assert (gone["acts"], gone["accepts"], gone["decides"]) == (holds, accepts, accepts)
    if there:
        assert (there["accepts"], there["acts"]) == (False, holds)
    for case in (waiting, handed):
        if case == waiting or not accepts:
            with pytest.raises(Refusal):
                await cases.accept(case, by)
    if accepts:
        await cases.accept(handed, by)
    numbers = {
        (await cases.seen(case))["number"]: sees
        for case, sees in ((waiting, sees_waiting), (handed, sees_handed))
    }
    listed = await _listed(client, by)
    assert listed == {number for number, sees in numbers.items() if sees}


async def test_strangers_among_citizens_see_neither(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await handed_on(client)
    stranger = await make.account("10000004444")
    client.cookies.clear()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=stranger.id))
    for address in (f"/cases/{case}", f"/console/cases/{case}", f"/console/crossregion/cases/{case}"):
        answer = await client.get(address)
        assert answer.status_code in (302, 303, 403, 404), address
    owner = (await cases.seen(case))["account"]
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=owner))
    assert (await client.get(f"/cases/{case}")).status_code == 200
