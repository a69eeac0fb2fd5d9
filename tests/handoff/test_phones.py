"""值守手机: a ring goes on to the phone that an officer carries, by push, then by SMS, and stops with the ring."""

import datetime as dt
from uuid import UUID

from backend import clock, notify, secrecy
from backend.handoff import answer, ask, duty
from backend.identity.tables import Account, Staff
from backend.sms.tables import Sms
from tests import factories as make
from tests.handoff.sides import later, rung, sides
from tests.notify.push_service import PushService, phone

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
    assert "请您接通：补领结婚证。请在 10:05 前回到电脑前" in text
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
