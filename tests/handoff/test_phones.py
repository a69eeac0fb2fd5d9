"""值守手机: a ring goes on to the phone that an officer carries, by push, then by SMS, and stops with the ring."""

import asyncio
import datetime as dt
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from backend import clock, db, handoff, notify, secrecy, sms
from backend.handoff import answer, ask, call_backs, duty, redirect, route
from backend.handoff.record import locked
from backend.handoff.rules import handoff_rules
from backend.identity.tables import Account, Staff
from backend.refusal import Refusal
from backend.sms.tables import Sms
from tests import factories as make
from tests.handoff.invariants import broken
from tests.handoff.sides import Sides, later, rung, sides, state
from tests.handoff.test_redirect import elsewhere
from tests.handoff.test_sitting_pages import PATH, plain, sit
from tests.notify.push_service import PushService, phone
from tests.races.processes import somebody_waits, until
from tests.visits.town import staff

NUMBER = "10000004101"


async def carries(officer: UUID, number: str = NUMBER) -> Account:
    """The officer's phone, which its code proved."""
    owner = await make.account(number)
    await Staff.update({Staff.account: owner.id}).where(Staff.id == officer)
    return owner


async def said() -> list[str]:
    """The text messages that were handed over, and not taken back."""
    rows = await Sms.objects().where(Sms.kind == "handoff-ring", Sms.state != "withdrawn")
    return [secrecy.unseal(row.text_sealed) for row in sorted(rows, key=lambda row: row.created_at)]


async def goes(seconds: float, *there: UUID) -> None:
    """Time goes on, and a worker does what is due."""
    await later(seconds, *there)
    await notify.sweep()
    await notify.carry()
    await notify.fall_back()


async def test_a_ring_goes_on_to_the_phone_after_a_while_by_push_and_then_by_sms(
    service: PushService,
) -> None:
    at = await sides()
    officer = await at.officer()
    client = await phone(service, await carries(officer))
    await ask.ask(at.case, at.desk)
    await goes(4, officer)
    assert await service.shown(client) == []
    await goes(1.1, officer)
    [shown] = await service.shown(client)
    assert "请你接通" in shown["notification"]["title"]
    assert shown["notification"]["data"]["leads"] == "/console/handoffs"
    assert "结婚证" not in str(shown)
    assert service.seen[0].urgency == "high"
    assert await said() == []
    await goes(7.1, officer)
    [text] = await said()
    assert "请您接通：补领结婚证。请在 10:06 前回到电脑前" in text
    assert "李四喜" not in text


async def test_a_phone_that_shows_it_gets_no_sms(service: PushService) -> None:
    at = await sides()
    officer = await at.officer()
    client = await phone(service, await carries(officer))
    await ask.ask(at.case, at.desk)
    await goes(5.1, officer)
    [shown] = await service.shown(client)
    await notify.acknowledge(UUID(shown["notification"]["data"]["token"]))
    await goes(10, officer)
    assert await said() == []


async def test_a_phone_that_takes_no_push_is_written_to_a_little_later() -> None:
    at = await sides()
    officer = await at.officer()
    await carries(officer)
    await ask.ask(at.case, at.desk)
    await goes(11, officer)
    assert await said() == []
    await goes(1.1, officer)
    assert len(await said()) == 1


async def test_whoever_answers_at_their_page_hears_nothing_on_their_phone(service: PushService) -> None:
    at = await sides()
    officer = await at.officer()
    client = await phone(service, await carries(officer))
    one = await ask.ask(at.case, at.desk)
    await goes(4, officer)
    await answer.accept(one, officer)
    await goes(20, officer)
    assert (await service.shown(client), await said()) == ([], [])


async def test_when_somebody_else_answers_the_sms_that_waits_is_taken_back(service: PushService) -> None:
    at = await sides()
    officers = [await at.officer(idle=n) for n in range(3)]
    client = await phone(service, await carries(officers[0]))
    one = await ask.ask(at.case, at.desk)
    await later(31, *officers)
    assert await rung(one) == set(officers)
    await goes(5.1, *officers)
    assert len(await service.shown(client)) == 1
    await answer.accept(one, officers[1])
    await goes(20, *officers)
    assert await said() == []


async def test_a_second_ring_rings_the_phone_again_though_its_words_are_the_same(
    service: PushService,
) -> None:
    at = await sides()
    officer = await at.officer()
    client = await phone(service, await carries(officer))
    await ask.ask(at.case, at.desk)
    for _ in range(2):
        await goes(5.1, officer)
        await goes(26, officer)
    assert len(await service.shown(client)) == 2
    assert (await duty.duty_of(officer) or {})["state"] == "away"


async def test_neither_the_night_nor_what_the_account_chose_holds_a_ring_back(service: PushService) -> None:
    await clock.move_to(clock.at(dt.date(2026, 11, 23), dt.time(22, 30)))
    at = await sides()
    officer = await at.officer()
    owner = await carries(officer)
    client = await phone(service, owner)
    await notify.prefer(UUID(str(owner.id)), set(), set())
    await ask.ask(at.case, at.desk)
    await goes(5.1, officer)
    assert len(await service.shown(client)) == 1
    await goes(7.1, officer)
    assert len(await said()) == 1


async def gone(at: Sides, number: str = NUMBER, minutes: int = 10, **how: Any) -> UUID:
    """On duty with a phone; their page was there last so many minutes ago."""
    officer = await at.officer(**how)
    await carries(officer, number)
    await page_gone(officer, minutes)
    return officer


async def page_gone(officer: UUID, minutes: int = 10) -> None:
    """Their page answered last so many minutes ago."""
    since = await clock.now() - dt.timedelta(minutes=minutes)
    await db.rows("UPDATE handoff_duty SET seen_at = $2 WHERE staff = $1", officer, since)


async def test_whose_page_is_gone_is_rung_on_their_phone_at_once_where_nobody_is_there(
    service: PushService,
) -> None:
    at = await sides()
    officer = await at.officer()
    client = await phone(service, await carries(officer))
    await page_gone(officer)
    one = await ask.ask(at.case, at.desk)
    assert await rung(one) == {officer}
    await goes(0)
    assert len(await service.shown(client)) == 1
    await goes(7.1)
    assert len(await said()) == 1
    await goes(45)
    assert (await rung(one), await silent(officer)) == ({officer}, 0)  # it rings longer than a page
    await answer.accept(one, officer)
    assert (await state(one))["officer"] == officer


async def test_a_phone_without_push_is_written_to_at_once() -> None:
    at = await sides()
    await gone(at)
    await ask.ask(at.case, at.desk)
    await goes(0)
    assert len(await said()) == 1


async def test_whoever_is_there_is_rung_before_any_phone_and_the_next_circle_takes_phones_in_after_them() -> (
    None
):
    at = await sides()
    first = await at.officer()
    carried = [await gone(at, f"100000043{n:02d}", skilled=True, idle=90) for n in range(4)]
    one = await ask.ask(at.case, at.desk)
    assert await rung(one) == {first}
    await later(31, first)
    second = await rung(one)
    assert first in second
    assert len(second & set(carried)) == 2
    assert await broken() == []


async def test_the_first_circle_asks_nobody_back_to_their_page_while_somebody_sits_at_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wide = msgspec.structs.replace(handoff_rules(), circles=[5, 5])
    monkeypatch.setattr(route, "handoff_rules", lambda: wide)
    at = await sides()
    first, carrier = await at.officer(), await gone(at)
    one = await ask.ask(at.case, at.desk)
    assert await rung(one) == {first}
    await answer.decline(one, first)
    assert await rung(one) == {carrier}


async def test_a_phone_rings_on_beside_the_next_circle_and_only_what_is_over_counts_as_silent() -> None:
    at = await sides()
    carrier = await gone(at)
    one = await ask.ask(at.case, at.desk)
    other = await at.officer()
    await later(31, other)
    assert await rung(one) == {carrier, other}
    await later(29.5, other)
    assert (await silent(carrier), await silent(other)) == (1, 0)
    assert await broken() == []


async def silent(officer: UUID) -> int:
    found = await duty.duty_of(officer)
    assert found
    return int(found["silent"])


async def test_while_a_phone_rings_on_it_is_looked_for_others_every_few_seconds() -> None:
    at = await sides()
    carrier = await gone(at)
    one = await ask.ask(at.case, at.desk)
    await later(31)
    assert (await state(one))["state"] == "ringing"
    other = await at.officer()
    await later(5.1, other)
    assert await rung(one) == {carrier, other}


async def test_what_somebody_promised_is_kept_beside_the_phone_that_rings() -> None:
    at = await sides()
    first = await at.officer()
    carrier = await gone(at)
    one = await ask.ask(at.case, at.desk)
    await later(31, first)
    assert await rung(one) == {first, carrier}
    await answer.put_off(one, 3, first)
    await later(31, first)
    assert await rung(one) == {carrier}
    assert await broken() == []
    await later(30, first)
    found = await state(one)
    assert (found["state"], await rung(one)) == ("ringing", {carrier})  # it is rung a second time
    await later(120, first)
    assert await rung(one) == {first}
    assert await broken() == []


async def test_while_a_phone_rings_on_looking_again_is_not_written_down() -> None:
    at = await sides()
    carrier = await gone(at)
    one = await ask.ask(at.case, at.desk)
    before = await db.rows("SELECT kind FROM handoff_event WHERE handoff = $1 ORDER BY at", one)
    for _ in range(11):
        await later(5)
    assert await rung(one) == {carrier}
    assert await db.rows("SELECT kind FROM handoff_event WHERE handoff = $1 ORDER BY at", one) == before


async def test_who_went_home_or_carries_no_phone_or_is_away_is_not_rung() -> None:
    at = await sides()
    await gone(at, minutes=121)
    bare = await at.officer()
    await page_gone(bare)
    left = await gone(at, "10000004102")
    await duty.go_away(left)
    one = await ask.ask(at.case, at.desk)
    assert await rung(one) == set()


async def test_two_phones_let_ring_and_an_officer_counts_as_away() -> None:
    at = await sides()
    officer = await gone(at)
    await ask.ask(at.case, at.desk)
    for _ in range(26):
        await later(5)
    assert (await duty.duty_of(officer) or {})["state"] == "away"


async def test_nobody_rings_past_the_moment_when_a_call_back_is_booked() -> None:
    at = await sides()
    carried = [await gone(at, f"100000043{n:02d}") for n in range(9)]
    one = await ask.ask(at.case, at.desk)
    for _ in range(73):
        await later(5)
        assert await broken() == []
        await duty.come_on(carried[0])
    found = await state(one)
    assert found["state"] == "callback_booked"
    assert await rung(one) == set()


async def to_call() -> list[str]:
    """The text messages that say when to call whom back, of those that were not taken back."""
    rows = await Sms.objects().where(Sms.kind == "handoff-callback", Sms.state != "withdrawn")
    return [secrecy.unseal(row.text_sealed) for row in rows]


async def test_who_is_to_call_back_is_told_at_their_page_and_on_their_phone(
    client: httpx.AsyncClient,
) -> None:
    at = await sides()
    named = await staff("officer", "department", at.department)
    await carries(named)
    one = await ask.ask(at.case, at.desk)
    await goes(361)
    await goes(361)
    found = await state(one)
    assert found["call_back_by"] == named
    [text] = await to_call()
    assert "补领结婚证" in text
    assert f"{clock.local(found['call_back_at']):%H:%M}" in text
    assert "李四喜" not in text
    await sit(client, named)
    assert "你要回的电话" in (await client.get("/console/handoffs/calls")).text


async def test_a_call_back_that_is_arranged_otherwise_is_told_to_whose_it_is_now() -> None:
    at = await sides()
    named = await staff("officer", "department", at.department)
    await carries(named)
    one = await ask.ask(at.case, at.desk)
    await goes(361)
    other = await staff("officer", "department", at.department)
    await carries(other, "10000004102")
    supervisor = await staff("supervisor", "hall", "shanghai")
    tomorrow = await clock.now() + dt.timedelta(days=1)
    await call_backs.arrange(one, other, tomorrow, supervisor)
    for _ in range(2):
        await goes(361)
    [text] = await to_call()
    assert "明天" in text or f"{clock.local(tomorrow).day} 日" in text


async def swept() -> None:
    """A worker looks, as it does every second."""
    await notify.sweep()
    await notify.carry()
    await notify.fall_back()
    await handoff.sweep()


async def offers(one: UUID) -> dict[UUID, str]:
    rows = await db.rows("SELECT officer, state FROM handoff_offer WHERE handoff = $1 ORDER BY rung_at", one)
    return {row["officer"]: row["state"] for row in rows}


async def test_a_ring_that_reaches_nobody_ends_at_once_and_the_next_is_rung(
    service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms, "available", lambda: False)
    at = await sides()
    lost, other = await gone(at, idle=90), await gone(at, "10000004102")
    one = await ask.ask(at.case, at.desk)
    for officer, number in ((lost, NUMBER), (other, "10000004102")):
        account = await Account.objects().get(Account.phone_index == secrecy.blind(number))
        assert account
        client = await phone(service, account)
        if officer == lost:
            service.faults[client] = [(410, {})]
    assert await rung(one) == {lost}
    await swept()
    assert await offers(one) == {lost: "undeliverable", other: "ringing"}
    assert (await silent(lost), await broken()) == (1, [])
    await swept()
    assert await rung(one) == {other}


async def test_who_could_not_be_reached_is_rung_for_it_again_at_their_page_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sms, "available", lambda: False)
    at = await sides()
    lost = await gone(at)
    one = await ask.ask(at.case, at.desk)
    await swept()
    assert ((await state(one))["state"], await rung(one)) == ("queued", set())
    await later(6)
    assert await rung(one) == set()
    await duty.seen(lost)
    await later(6, lost)
    assert await rung(one) == {lost}


async def test_a_ring_that_an_sms_or_a_page_can_hear_goes_on(
    service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await sides()
    officer = await at.officer()
    client = await phone(service, await carries(officer))
    await page_gone(officer)
    service.faults[client] = [(410, {})]
    one = await ask.ask(at.case, at.desk)
    await swept()
    assert (len(await said()), await rung(one)) == (1, {officer})
    monkeypatch.setattr(sms, "available", lambda: False)
    await db.rows("UPDATE sms SET state = 'failed', ended_at = $1", await clock.now())
    await duty.seen(officer)
    await swept()
    assert await rung(one) == {officer}
    await page_gone(officer)
    await swept()
    assert await rung(one) == set()


async def test_the_desk_sees_how_many_would_be_rung_on_their_phones() -> None:
    at = await sides()
    await at.officer(name="孙小")
    for n in range(2):
        await gone(at, f"100000043{n:02d}")
    [department] = await db.rows("SELECT id FROM department WHERE code = $1", at.department)
    found = await route.outlook(department["id"], at.item)
    assert (found["officers"], found["phones"]) == (["孙小"], 2)


async def watches(role: str, scope_kind: str, scope: str, number: str) -> Account:
    """Who does so, and carries a phone."""
    return await carries(await staff(role, scope_kind, scope), number)


async def overdue() -> list[str]:
    """The text messages that nobody came, of those that were not taken back."""
    rows = await Sms.objects().where(Sms.kind == "handoff-overdue", Sms.state != "withdrawn")
    return [secrecy.unseal(row.text_sealed) for row in rows]


async def alerted() -> set[UUID]:
    """The accounts that are told that nobody came, and still are to know."""
    kept = "SELECT account FROM notice WHERE kind = 'handoff-overdue' AND withdrawn_at IS NULL"
    return {row["account"] for row in await db.rows(kept)}


async def test_that_nobody_came_is_told_on_the_phones_of_who_supervises_the_desk_once(
    service: PushService,
) -> None:
    at = await sides()
    leads = await watches("manager", "hall", "shanghai", "10000004401")
    everywhere = await watches("supervisor", "all", "", "10000004402")
    gone_ = await staff("supervisor", "hall", "shanghai")
    await carries(gone_, "10000004403")
    await db.rows("UPDATE staff SET disabled_at = $2 WHERE id = $1", gone_, await clock.now())
    await watches("supervisor", "hall", "city", "10000004404")
    await watches("desk", "hall", "shanghai", "10000004405")
    await staff("supervisor", "hall", "shanghai")  # without a phone
    client = await phone(service, leads)
    one = await ask.ask(at.case, at.desk)
    await goes(299)
    assert await alerted() == set()
    await goes(1.1)
    assert await alerted() == {leads.id, everywhere.id}
    [shown] = await service.shown(client)
    assert shown["notification"]["data"]["leads"] == "/console/handoffs/call-backs"
    assert "10:06" in str(shown)
    assert "结婚证" not in str(shown)
    assert len(await overdue()) == 1  # who takes no push is written to at once
    await goes(10.1)
    assert len(texts := await overdue()) == 2
    assert all("补领结婚证" in text and "10:06 前" in text and "李四喜" not in text for text in texts)
    await goes(5)
    assert len(await db.rows("SELECT 1 FROM notice WHERE kind = 'handoff-overdue'")) == 2
    [row] = await db.rows("SELECT DISTINCT useless_after FROM notice WHERE kind = 'handoff-overdue'")
    assert row["useless_after"] == (await state(one))["give_up_at"]


@pytest.mark.parametrize("ends", ["accept", "papers", "cancel", "settle"])
async def test_who_supervises_is_not_written_to_once_somebody_takes_it_or_it_ends(
    service: PushService, ends: str
) -> None:
    at = await sides()
    client = await phone(service, await watches("supervisor", "hall", "shanghai", "10000004401"))
    one = await ask.ask(at.case, at.desk)
    await goes(301)
    assert len(await service.shown(client)) == 1
    officer = await at.officer()
    await goes(5.1, officer)
    await {
        "accept": lambda: answer.accept(one, officer), "papers": lambda: answer.by_papers(one, officer),
        "cancel": lambda: ask.cancel(one, at.desk), "settle": lambda: ask.settle(one, at.desk),
    }[ends]()  # fmt: skip
    await goes(6)
    assert await overdue() == []


@pytest.mark.parametrize(
    ("role", "says"), [("supervisor", "一直没有人接"), ("manager", "一直没有人接"), ("officer", "你没看到")]
)
async def test_who_supervises_a_desk_may_link_a_phone_and_reads_what_for(
    client: httpx.AsyncClient, role: str, says: str
) -> None:
    await sit(client, await staff(role, "all", ""))
    text = (await client.get("/console/account")).text
    assert says in text.partition("值守手机")[2]
    assert (await client.get("/console/phone")).status_code == 200


async def waited_out() -> tuple[Sides, UUID, UUID]:
    """Nobody came in the whole wait, and it rings yet: the desk, the handoff, the officer it rings."""
    at = await sides()
    await watches("supervisor", "hall", "shanghai", "10000004401")
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    for _ in range(29):
        await later(10, officer)
        await duty.come_on(officer)
    await later(15, officer)
    while officer not in await rung(one):
        await duty.come_on(officer)
        await later(5, officer)
    return at, one, officer


async def test_after_it_was_sent_on_nobody_is_told_of_the_wait_before(client: httpx.AsyncClient) -> None:
    at, one, officer = await waited_out()
    assert len(await alerted()) == 1
    await sit(client, at.desk)
    assert "已经报给办事点的督查" in plain((await client.get(f"{PATH}/{one}/state")).text)
    to, _ = await elsewhere(at)
    await redirect.redirect(one, to, "不归我们", officer)
    assert await alerted() == set()
    assert "已经报给" not in plain((await client.get(f"{PATH}/{one}/state")).text)


async def test_who_supervises_is_told_again_where_it_was_taken_and_did_not_connect() -> None:
    at, one, officer = await waited_out()
    await answer.accept(one, officer)
    assert await alerted() == set()
    await later(21)
    found = await state(one)
    assert (found["state"], len(await alerted())) == ("queued", 1)
    assert at.desk == found["clerk"]


async def test_who_takes_it_after_all_is_not_rung_for_another_that_a_router_was_about_to_ring() -> None:
    at, more = await sides(), await sides(8)
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.put_off(one, 3, officer)
    await duty.go_away(officer)
    other = await ask.ask(more.case, more.desk)
    await duty.come_on(officer)
    looked, go = asyncio.Event(), asyncio.Event()

    async def ring() -> None:
        async with db.transaction():
            await route.route(await locked(other))
            looked.set()
            await go.wait()

    async with asyncio.timeout(30), asyncio.TaskGroup() as both:
        both.create_task(ring())
        await looked.wait()
        taking = both.create_task(said_of(answer.accept(one, officer)))
        await until(somebody_waits)
        go.set()
    assert "有别的在响你" in taking.result()
    assert (await rung(other), (await state(one))["officer"]) == ({officer}, None)


async def said_of(deed: Awaitable[None]) -> str:
    """Why it was refused; empty: it was not."""
    try:
        await deed
    except Refusal as why:
        return str(why)
    return ""


async def test_who_took_what_was_withdrawn_meanwhile_was_not_silent() -> None:
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.accept(one, officer)
    await db.rows("UPDATE service_case SET state = 'withdrawn' WHERE id = $1", at.case)
    await later(21)
    [row] = await db.rows("SELECT silent, state FROM handoff_duty WHERE staff = $1", officer)
    assert ((await state(one))["state"], row["silent"], row["state"]) == ("cancelled", 0, "on")
