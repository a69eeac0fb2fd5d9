"""我的办件: one timeline across booking, number, visit and case; nobody else's."""

import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from backend import appointments, cases, clock, db, identity, queue, secrecy, visits
from backend.home.matters import matter, matters
from backend.identity.sessions import open_session
from backend.notify import texts
from backend.refusal import NotFound
from tests import factories as make
from tests import world
from tests.queue.hall import Place, place, ticket, walk_in
from tests.visits import town
from tests.world import HERE, Who


@pytest.fixture
async def here() -> Place:
    return await place()


async def came(here: Place, number: str = "", **who: Any) -> tuple[UUID, UUID, UUID]:
    """Somebody with a booking of today checks in and is called and served; account, person, ticket."""
    account = await make.account()
    person = await make.person(account, number)
    item = here.items["E"].id
    slot = await make.slot(here.lines["E"], make.MONDAY.date(), "14:00")
    made = await appointments.book(slot.id, item, person.id, by=account.id)
    await clock.move_to(make.MONDAY.replace(hour=14))
    taken = await queue.check_in(UUID(str(made.id)), queue.Visitor(uuid4()), queue.Asker(account=account.id))
    await queue.open_desk(here.counters[1], here.clerk)
    await queue.call_next(here.counters[1], here.clerk)
    await queue.start(here.counters[1], here.clerk, taken.ticket)
    return UUID(str(account.id)), UUID(str(person.id)), taken.ticket


async def taken_in(here: Place, account: UUID, person: UUID, **more: Any) -> UUID:
    phone = await identity.phone_of(account)
    wanted = cases.Wanted(here.items["E"].id, HERE, phone, person, **more)
    return await cases.receive(wanted, here.clerk, secrecy.fresh_token())


async def test_one_line_from_the_booking_to_the_case(here: Place) -> None:
    account, person, number = await came(here)
    case = await taken_in(here, account, person, ticket=number)
    await queue.complete(here.counters[1], here.clerk, number)
    [one] = await matters(account)
    assert [thing.of for thing in one.things] == ["预约", "取号", "办件"]
    assert (one.lead.id, one.who) == (case, "张*丰")
    _, told = await matter(number, account)
    words = [each.line.words for each in told][::-1]
    assert words[0] == "约好 {}"
    assert [words.index(word) for word in ("到大厅签到", "窗口开始办", "窗口办完")] == sorted(
        words.index(word) for word in ("到大厅签到", "窗口开始办", "窗口办完")
    )
    assert "收件" in words


async def test_a_slip_that_was_undone_did_not_happen(here: Place) -> None:
    account, _, number = await came(here)
    await queue.complete(here.counters[1], here.clerk, number)
    [event] = await db.rows("SELECT id FROM ticket_event WHERE kind = 'completed'")
    await queue.undo(here.counters[1], here.clerk, event["id"])
    _, told = await matter(number, account)
    assert "窗口办完" not in [each.line.words for each in told]
    assert "窗口开始办" in [each.line.words for each in told]


async def test_what_another_account_did_for_the_same_id_is_not_there(here: Place) -> None:
    account, _, number = await came(here, make.id_number(7))
    other = await make.account()
    same = await make.person(other, make.id_number(7), "family")
    case = await taken_in(here, UUID(str(other.id)), UUID(str(same.id)), ticket=number)
    [one] = await matters(account)
    assert [thing.of for thing in one.things] == ["预约", "取号"]
    [theirs] = await matters(UUID(str(other.id)))
    assert [thing.of for thing in theirs.things] == ["办件"]
    for thing, by in ((case, account), (number, UUID(str(other.id))), (uuid4(), account)):
        with pytest.raises(NotFound):
            await matter(thing, by)


async def test_a_paper_s_number_is_told_with_what_was_taken_in_for_it(here: Place) -> None:
    number = await walk_in(here)
    account, person = await make.citizen()
    case = await taken_in(here, UUID(str(account.id)), UUID(str(person.id)), ticket=UUID(str(number.id)))
    [one] = await matters(UUID(str(account.id)))
    assert [(thing.of, thing.href != "") for thing in one.things] == [("取号", False), ("办件", True)]
    assert (await ticket(UUID(str(number.id)))).account is None
    await db.rows("UPDATE service_case SET ticket = NULL WHERE id = $1", case)
    [one] = await matters(UUID(str(account.id)))
    assert [thing.of for thing in one.things] == ["办件"]


async def test_a_number_of_another_hall_is_not_taken_in_with(here: Place) -> None:
    account, person, number = await came(here)
    await make.hall("吕四港镇便民服务中心", "elsewhere")
    clerk = await world.staff(Who(role="clerk", hall="elsewhere"))
    wanted = cases.Wanted(
        here.items["E"].id, "elsewhere", await identity.phone_of(account), person, ticket=number
    )
    with pytest.raises(NotFound):
        await cases.receive(wanted, clerk, secrecy.fresh_token())


async def test_whom_the_account_acts_for_no_more_is_not_shown(here: Place) -> None:
    account, person, number = await came(here)
    await identity.remove_person(account, person)
    assert await matters(account) == []
    with pytest.raises(NotFound):
        await matter(number, account)


async def test_a_visit_and_what_came_of_it_are_one_matter() -> None:
    at = await town.town()
    account, person = await make.citizen()
    one = await town.asked(at, (account, person))
    await visits.take(one, at.east)
    [found] = await matters(UUID(str(account.id)))
    assert (found.lead.state, found.lead.todo) == ("已接单", "{} 前会打电话约时间")
    from tests.world_visits import signed

    await signed(one, at.east)
    await visits.complete_from_record(one, at.east, visits.DoneFacts(uuid4(), "card", await clock.now()))
    case = await visits.submit(one, at.clerk)
    await db.rows("UPDATE service_case SET state = 'finished', accepted_at = received_at")
    await visits.deliver(one, at.east)
    [found] = await matters(UUID(str(account.id)))
    assert ([thing.id for thing in found.things], found.open) == ([one, case], [])
    _, told = await matter(one, UUID(str(account.id)))
    assert next(each.line.words for each in told) == "结果送到家里"


# --- the pages ---


async def be(client: httpx.AsyncClient, account: UUID | None = None, staff: UUID | None = None) -> None:
    client.cookies.clear()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=account, staff=staff))


def words(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text.partition("<main")[2]))


async def test_the_list_says_what_comes_next_and_the_page_all_that_happened(
    client: httpx.AsyncClient, here: Place
) -> None:
    account, person, number = await came(here)
    case = await taken_in(here, account, person, ticket=number)
    await cases.accept(case, here.clerk)
    await be(client, account)
    listed = await client.get("/matters")
    assert "前有结果" in words(listed)
    assert "放假安排" not in words(listed)
    assert f'href="/matters/{case}"' in listed.text
    shown = await client.get(f"/matters/{case}")
    assert all(word in words(shown) for word in ("受理", "取号 Y001", "约好 今天 14:00"))
    assert all(f'href="{to}/' in shown.text for to in ("/cases", "/tickets", "/appointments"))


async def test_a_day_beyond_the_calendar_is_said_to_be_open(client: httpx.AsyncClient, here: Place) -> None:
    account, person, _ = await came(here)
    case = await taken_in(here, account, person)
    await db.rows("UPDATE service_case SET promised_days = 3 WHERE id = $1", case)
    await cases.accept(case, here.clerk)
    await be(client, account)
    for page in ("/matters", f"/matters/{case}"):
        assert "前有结果，放假安排公布后日子可能会变" in words(await client.get(page)), page
    [told] = await db.rows("SELECT facts FROM notice WHERE kind = 'case-accepted'")
    assert texts.render("case-accepted", told["facts"])[1].startswith(
        "2026 年 11 月 26 日前会有结果。放假安排"
    )


async def test_who_has_nothing_yet_is_told_how_it_begins(client: httpx.AsyncClient) -> None:
    account, _ = await make.citizen()
    await be(client, UUID(str(account.id)))
    assert "还没有办过事" in words(await client.get("/matters"))
    assert (await client.get("/cases")).headers["location"] == "/matters"


async def test_the_counter_takes_papers_in_for_the_number_in_hand(
    client: httpx.AsyncClient, here: Place
) -> None:
    account, _, number = await came(here)
    await be(client, staff=here.clerk)
    page = await client.get("/console/counter")
    [to] = re.findall(r'href="(/console/cases/new\?[^"]*)"', page.text)
    form = await client.get(to.replace("&amp;", "&"))
    assert all(word in words(form) for word in ("正在办", "Y001", "张*丰"))
    sent = {
        "token": secrecy.fresh_token(), "item": str(here.items["E"].id), "hall": HERE, "ticket": str(number),
        "phone": await identity.phone_of(account), "relation": "self", "name": "张三丰", "id_type": "resident",
        "id_number": await own_id(account),
    }  # fmt: skip
    assert (await client.post("/console/cases", data=sent)).status_code == 303
    [one] = await matters(account)
    assert [thing.of for thing in one.things] == ["预约", "取号", "办件"]


async def own_id(account: UUID) -> str:
    [row] = await db.rows("SELECT id_sealed FROM person WHERE account = $1", account)
    return secrecy.unseal(row["id_sealed"])
