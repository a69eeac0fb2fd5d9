"""Whoever was called by their number at the desk in Shanghai is taken in there, and nowhere else."""

import html
import re
from uuid import UUID, uuid4

import httpx
import pytest

from backend import cases, clock, db, identity, queue, secrecy
from backend.cases.tables import Case
from backend.catalog.tables import Item
from backend.refusal import Refusal
from tests import factories as make
from tests.crossregion.test_bundles import bundle, form_of
from tests.crossregion.test_eligible import DESK, at_the_desk, called, words
from tests.crossregion.test_intake import PATH, typed
from tests.visits.town import staff

BILLS = "医药费零星报销"
SEAT = "SELECT c.id FROM counter c JOIN hall h ON h.id = c.hall WHERE h.code = $1 ORDER BY c.number LIMIT 1"
ASKED = "UPDATE ticket SET item = NULL WHERE id = $1"


async def served(by: UUID, item: Item) -> UUID:
    """Somebody took a number at the desk, and sits there now."""
    matter = queue.Matter(item=UUID(str(item.id)))
    taken = await queue.take(DESK, [matter], queue.Visitor(party=uuid4()), queue.Asker(), "kiosk")
    [seat] = await db.rows(SEAT, DESK)
    await queue.open_desk(seat["id"], by)
    await queue.call_next(seat["id"], by)
    await queue.start(seat["id"], by, taken[0].ticket)
    return UUID(str(taken[0].ticket))


async def led(client: httpx.AsyncClient, page: str, words_of: str) -> str:
    """Where the link or the key of that page goes."""
    text = html.unescape((await client.get(page)).text)
    [found] = re.findall(rf'href="(/console/crossregion[^"]*)"[^>]*>(?:<[^>]*>)*{words_of}', text)
    return str(found)


async def ticket_of(case: str) -> UUID | None:
    [row] = await Case.select(Case.ticket).where(Case.id == UUID(case))
    return row["ticket"]


async def test_a_called_number_leads_to_the_desk_s_form_and_stays_with_the_case(
    client: httpx.AsyncClient,
) -> None:
    by = await at_the_desk(client)
    ticket = await served(by, await called(BILLS))
    item = await led(client, "/console/counter", "收件…")
    assert item == f"{PATH}/items/{(await called(BILLS)).id}?ticket={ticket}"
    form = await led(client, item, "收件 ")
    page = await client.get(form)
    assert f'name="ticket" value="{ticket}"' in page.text
    answer = await client.post(f"{PATH}/cases", data=await typed(BILLS, ticket=str(ticket)))
    assert answer.status_code == 303, words(answer)
    assert await ticket_of(answer.headers["location"].rpartition("/")[2]) == ticket


async def test_who_came_for_none_of_the_matters_is_found_one_and_a_bundle_keeps_the_number(
    client: httpx.AsyncClient,
) -> None:
    by = await at_the_desk(client)
    ticket = await served(by, await called(BILLS))
    await db.rows(ASKED, ticket)
    list_ = await led(client, "/console/counter", "收件…")
    assert list_ == f"{PATH}?ticket={ticket}"
    assert f'name="ticket" value="{ticket}"' in (await client.get(list_)).text
    assert (await led(client, list_, BILLS)).endswith(f"?ticket={ticket}")
    together = f"{PATH}/bundles/{await bundle('newborn')}"
    assert (await client.get(f"{together}?ticket={ticket}")).text.count(f'value="{ticket}"') == 2
    answer = await client.post(
        f"{together}/cases", data=await form_of("生育登记", "生育津贴申领", ticket=str(ticket))
    )
    assert answer.status_code == 303, words(answer)
    assert {row["ticket"] for row in await Case.select(Case.ticket)} == {ticket}


async def test_nothing_is_taken_in_there_by_the_way_of_the_halls_at_home() -> None:
    who = identity.Typed("李四喜", "self", "resident", make.id_number(7))
    wanted = cases.Wanted(UUID(str((await called(BILLS)).id)), DESK, "10000007777", who)
    for role in ("desk", "clerk", "manager", "officer"):
        by = await staff(role, "hall", DESK)
        with pytest.raises(Refusal, match="请从“驻沪收办”收件"):
            await cases.receive(wanted, by, secrecy.fresh_token())
    assert await Case.count() == 0


async def test_a_clerk_of_another_hall_is_led_to_the_halls_own_form(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client, "clerk")
    await served(by, await called(BILLS))
    assert "收件…" not in (await client.get("/console/counter")).text


async def test_the_desk_looks_at_its_bookings_of_the_day(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    day = clock.local(await clock.now()).date()
    page = await client.get("/console/appointments", params={"hall": DESK, "day": str(day)})
    assert page.status_code == 200
    assert "窗口叫号" in page.text
    assert "大厅现场" not in page.text
