"""上门代办申请: who may ask, for what, and what is kept of it."""

import sys
from uuid import UUID, uuid4

import msgspec
import pytest

from backend import db, secrecy, visits
from backend.refusal import Denied, NotFound, Refusal
from backend.visits.rules import visit_rules
from tests import factories as make
from tests.visits import town
from tests.visits.town import Town, asked, shows, staff, typed, visit


@pytest.fixture
async def here() -> Town:
    return await town.town()


async def test_where_they_live_and_whom_to_call_is_sealed(here: Town) -> None:
    one = await visit(await asked(here))
    assert secrecy.unseal(one.address_sealed) == "3 组 12 号"
    assert secrecy.unseal(one.phone_sealed) == "10000007777"
    assert "3 组".encode() not in one.address_sealed
    assert one.state == "requested"


async def test_a_page_sent_twice_asks_once(here: Town) -> None:
    account, person = await make.citizen()
    wanted = visits.Asked(here.item.id, "east", "elder", "1 号", "10000007777", person.id)
    first = await visits.ask(wanted, account.id, "the-token-of-the-page-1")
    assert await visits.ask(wanted, account.id, "the-token-of-the-page-1") == first


async def test_the_same_matter_of_the_same_person_is_asked_once(here: Town) -> None:
    who = await make.citizen()
    first = await asked(here, who)
    with pytest.raises(Refusal, match="已经申请过"):
        await asked(here, who)
    await visits.withdraw(first, UUID(str(who[0].id)))
    with pytest.raises(Refusal, match="已经撤回了"):
        await visits.withdraw(first, UUID(str(who[0].id)))
    await asked(here, who)


async def test_only_what_can_be_done_at_the_door(here: Town) -> None:
    other = await make.item(await make.line(here.hall, "B"), "公司设立")
    with pytest.raises(Refusal, match="不能上门办"):
        await asked(here, item=other.id)
    with pytest.raises(NotFound):
        await asked(here, item=uuid4())


async def test_nobody_asks_for_a_strangers_person(here: Town) -> None:
    account, _ = await make.citizen()
    _, theirs = await make.citizen()
    with pytest.raises(NotFound):
        await asked(here, (account, theirs))


async def test_who_is_not_eighty_chooses_another_reason(here: Town) -> None:
    account = await make.account()
    young = await make.person(account, "110105198012310025")
    with pytest.raises(Refusal, match="还没满 80 岁"):
        await asked(here, (account, young))
    await asked(here, (account, young), reason="pregnant")


async def test_where_a_town_has_no_room_those_who_need_it_most_still_come(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = msgspec.structs.replace(visit_rules(), others_most_open=1)
    monkeypatch.setattr(sys.modules["backend.visits.ask"], "visit_rules", lambda: full)
    await asked(here, reason="other")
    with pytest.raises(Refusal, match="已经排满"):
        await asked(here, reason="other")
    await asked(here, reason="disabled")


async def test_a_clerk_asks_for_who_calls_and_they_find_it_in_their_account(here: Town) -> None:
    wanted = visits.Asked(here.item.id, "east", "ill", "1 号", "10000007001", typed())
    one = await visit(await visits.ask_for(wanted, here.clerk, secrecy.fresh_token()))
    [row] = await db.rows("SELECT phone_sealed FROM account WHERE id = $1", one.account)
    assert secrecy.unseal(row["phone_sealed"]) == "10000007001"
    assert one.asked_by == "phone"


async def test_an_agent_asks_in_their_own_village_only(here: Town) -> None:
    wanted = visits.Asked(here.item.id, "east", "alone", "1 号", "10000007001", typed())
    with pytest.raises(NotFound, match="村"):
        await visits.ask_for(wanted, here.middle, secrecy.fresh_token(), "agent")
    await visits.ask_for(wanted, here.east, secrecy.fresh_token(), "agent")


async def test_the_desk_of_the_hotline_asks_for_every_village_others_do_not(here: Town) -> None:
    wanted = visits.Asked(here.item.id, "east", "alone", "1 号", "10000007001", typed())
    with pytest.raises(NotFound):
        await visits.ask_for(wanted, await staff("clerk", "hall", "elsewhere"), secrecy.fresh_token())
    with pytest.raises(Denied):
        await visits.ask_for(wanted, await staff("officer", "all", ""), secrecy.fresh_token())
    await visits.ask_for(wanted, await staff("clerk", "hall", "city"), secrecy.fresh_token())


async def test_somebody_takes_it_within_two_working_hours(here: Town) -> None:
    await town.be_on("11-23", "09:30")
    one = await visit(await asked(here))
    assert (shows(one.circle_until), shows(one.take_by)) == ("11-23 10:30", "11-23 11:30")
    await town.be_on("11-27", "16:30")
    friday = await visit(await asked(here))
    assert (shows(friday.circle_until), shows(friday.take_by)) == ("11-30 09:30", "11-30 10:30")
