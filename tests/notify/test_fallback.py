"""Who must be reached and whose phone stayed silent gets an SMS: once, and only while it is still needed."""

import asyncio
import datetime as dt
from uuid import UUID, uuid4

import asyncpg
import pytest

from backend import clock, db, hints, notify, secrecy, sms
from backend.db import transaction
from backend.identity.tables import Account
from backend.notify.tables import Dispatch, Notice
from backend.refusal import NotFound
from backend.sms.tables import Sms
from tests import factories as make
from tests.notify.push_service import PushService, phone
from tests.races.processes import until

FACTS: dict[str, object] = {
    "item": "身份证换领",
    "hall": "启东市政务服务中心",
    "span": "11 月 25 日（周三）下午",
    "phone": "0513-83000000",
}
FACTS |= {"deed": "停办", "reason": "管道检修", "starts_at": "2026-11-25T06:00:00Z", "number": "100000017"}
FACTS |= {"floor": "2 楼", "line": "公安", "until_at": "2026-11-23T02:05:00Z"}


async def tell(
    owner: Account, kind: str = "appointment-displaced", about: UUID | None = None, **when
) -> UUID:
    """A notice that has arrived in the inbox."""
    about, key = about or uuid4(), f"test:{uuid4()}"
    async with transaction():
        await notify.tell(owner.id, [notify.Promise(kind, key, **when)], about=about, facts=FACTS)
    await notify.sweep()
    row = await Notice.select(Notice.id).where(Notice.key == key).first()
    assert row
    return UUID(str(row["id"]))


async def later(**span: float) -> None:
    await clock.move_to(await clock.now() + dt.timedelta(**span))


async def states(channel: str = "sms") -> list[str]:
    rows = (
        await Dispatch.select(Dispatch.state).where(Dispatch.channel == channel).order_by(Dispatch.created_at)
    )
    return [row["state"] for row in rows]


async def test_without_any_phone_to_ring_the_sms_goes_at_once():
    owner = await make.account("10000003001")
    notice = await tell(owner)
    assert await notify.fall_back() == 1
    [message] = await Sms.objects()
    assert secrecy.unseal(message.phone_sealed) == "10000003001"
    text = secrecy.unseal(message.text_sealed)
    assert text.startswith("要换个时间：身份证换领。")
    assert "你" not in text
    assert message.key == f"notice:{notice}"
    assert await notify.fall_back() == 0


async def test_a_silent_phone_is_waited_for_and_then_written_to_once(service: PushService):
    owner = await make.account()
    await phone(service, owner)
    await tell(owner)
    await notify.carry()
    await later(minutes=14)
    assert await notify.fall_back() == 0
    await later(minutes=2)
    assert sum(await asyncio.gather(*(notify.fall_back() for _ in range(5)))) == 1
    assert await Sms.count() == 1


async def test_a_phone_that_showed_it_spares_the_sms(service: PushService):
    owner = await make.account()
    client = await phone(service, owner)
    await tell(owner)
    await notify.carry()
    [shown] = await service.shown(client)
    await notify.acknowledge(UUID(shown["notification"]["data"]["token"]))
    await later(minutes=20)
    assert await notify.fall_back() == 0
    assert await states() == ["spared"]
    assert await Sms.count() == 0


async def test_who_read_it_needs_no_sms(service: PushService):
    owner = await make.account()
    await phone(service, owner)
    notice = await tell(owner)
    await notify.read(notice, by=owner.id)
    await later(minutes=20)
    assert await notify.fall_back() == 0
    assert await states() == ["spared"]


async def test_a_tap_counts_as_reading(service: PushService):
    owner = await make.account()
    client = await phone(service, owner)
    await tell(owner)
    await notify.carry()
    [shown] = await service.shown(client)
    assert await notify.unread(owner.id) == 1
    await notify.opened(UUID(shown["notification"]["data"]["token"]))
    assert await notify.unread(owner.id) == 0


async def test_a_word_that_we_never_gave_acknowledges_nothing():
    owner = await make.account()
    await tell(owner)
    [message] = await Dispatch.objects()
    for token in (uuid4(), message.id):  # that of an SMS is no phone's word
        with pytest.raises(NotFound):
            await notify.acknowledge(token)
        with pytest.raises(NotFound):
            await notify.opened(token)


async def test_when_no_phone_can_be_rung_any_more_the_sms_does_not_wait(service: PushService):
    owner = await make.account()
    gone, other = await phone(service, owner), await phone(service, owner)
    service.faults[gone], service.faults[other] = [(410, {})], [(503, {})]
    await tell(owner)
    await notify.carry()
    assert await notify.fall_back() == 0  # the other may yet answer
    service.faults[other] = [(403, {})]
    await later(minutes=1)
    await notify.carry()
    assert await notify.fall_back() == 1


async def test_what_need_not_reach_sends_no_sms():
    await tell(await make.account(), "appointment-cancelled")
    assert await states() == []
    assert await notify.fall_back() == 0


async def test_what_is_useless_by_then_is_not_sent(service: PushService):
    owner = await make.account()
    await phone(service, owner)
    await tell(owner, useless_after=await clock.now() + dt.timedelta(minutes=10))
    await later(minutes=20)
    assert await notify.fall_back() == 0
    assert await states() == ["late"]


async def at(time: str) -> None:
    await clock.move_to(dt.datetime.fromisoformat(f"2026-11-23T{time}").replace(tzinfo=clock.SHANGHAI))


async def test_at_night_the_inbox_has_it_and_no_phone_rings(service: PushService):
    await at("22:30")
    owner = await make.account()
    client = await phone(service, owner)
    await tell(owner)
    assert await notify.unread(owner.id) == 1
    assert await notify.carry() == 0
    await later(hours=9, minutes=29)
    assert await notify.carry() == 0
    await later(minutes=2)
    assert await notify.carry() == 1
    assert len(await service.shown(client)) == 1
    assert await notify.fall_back() == 0  # its limit begins in the morning
    await later(minutes=15)
    assert await notify.fall_back() == 1


async def test_at_night_without_a_phone_to_ring_the_sms_waits_for_the_morning():
    await at("22:30")
    await tell(await make.account())
    assert await notify.fall_back() == 0
    await later(hours=9, minutes=31)
    assert await notify.fall_back() == 1


async def test_what_would_be_useless_in_the_morning_does_not_wait(service: PushService):
    await at("22:30")
    owner = await make.account()
    await phone(service, owner)
    await tell(owner, useless_after=await clock.now() + dt.timedelta(hours=1))
    assert await notify.carry() == 1


async def test_what_is_taken_back_in_the_night_is_not_told_in_the_morning(service: PushService):
    await at("22:30")
    owner, about = await make.account(), uuid4()
    await phone(service, owner)
    await tell(owner, about=about)
    async with transaction():
        await notify.withdraw(about)
    await later(hours=10)
    assert (await notify.carry(), await notify.fall_back()) == (0, 0)
    assert {*await states(), *await states("push")} == {"withdrawn"}


async def test_several_about_one_row_become_the_latest(service: PushService):
    await at("22:30")
    owner, about = await make.account(), uuid4()
    client = await phone(service, owner)
    await tell(owner, about=about)
    await later(minutes=30)
    await tell(owner, "appointment-ended", about=about)
    await later(hours=9, minutes=1)
    assert (await notify.carry(), await notify.fall_back()) == (1, 0)
    [shown] = await service.shown(client)
    assert shown["notification"]["title"] == "预约由大厅取消了"
    await later(minutes=16)
    assert await notify.fall_back() == 1
    assert await Sms.count() == 1


async def test_a_newer_notice_takes_the_place_of_one_that_nobody_saw(service: PushService):
    owner, about = await make.account(), uuid4()
    client = await phone(service, owner)
    await tell(owner, about=about)
    await notify.carry()
    await tell(owner, "appointment-ended", about=about)
    await notify.carry()
    await tell(owner, "appointment-ended", about=uuid4())
    await notify.carry()
    tags = [shown["notification"]["tag"] for shown in await service.shown(client)]
    assert tags[0] == tags[1] != tags[2]
    assert [seen.topic for seen in service.seen] == tags


async def test_a_quieter_notice_does_not_swallow_an_sms_that_must_reach():
    await at("22:30")
    owner, about = await make.account(), uuid4()
    await tell(owner, about=about)
    await tell(owner, "appointment-cancelled", about=about)
    await later(hours=10)
    assert await notify.fall_back() == 1


async def test_the_same_words_within_minutes_go_out_once(service: PushService):
    owner, about = await make.account(), uuid4()
    await phone(service, owner)
    await tell(owner, about=about)
    await notify.carry()
    await later(minutes=5)
    await tell(owner, about=about)
    assert await notify.carry() == 0
    assert await states("push") == ["sent", "merged"]
    await later(minutes=20)
    assert await notify.fall_back() == 1
    await tell(owner, about=about)
    assert await notify.carry() == 1
    assert await notify.unread(owner.id) == 3  # the inbox has them all


async def test_a_limit_that_passes_in_the_night_waits_for_the_morning(service: PushService):
    owner = await make.account("10000003010")
    await phone(service, owner)
    await clock.move_to(clock.at(dt.date(2026, 11, 24), dt.time(20, 55)))
    await tell(owner)
    await later(minutes=20)
    assert await notify.fall_back() == 0
    await clock.move_to(clock.at(dt.date(2026, 11, 25), dt.time(8, 1)))
    assert await notify.fall_back() == 1


async def test_one_account_that_cannot_be_read_holds_up_nobody():
    lost, owner = await make.account("10000003011"), await make.account("10000003012")
    await Account.update({Account.phone_sealed: b"\x01" * 60}).where(Account.id == lost.id)
    await tell(lost)
    await tell(owner)
    assert await notify.fall_back() == 1
    assert sorted(await states()) == ["failed", "sent"]


async def test_an_sms_that_waits_for_its_provider_is_taken_back_with_its_notice():
    owner, about = await make.account("10000003013"), uuid4()
    await tell(owner, about=about)
    assert await notify.fall_back() == 1
    async with transaction():
        await notify.withdraw(about)
    [message] = await Sms.objects()
    assert message.state == "withdrawn"


async def test_leaving_while_an_sms_is_handed_over_leaves_no_phone_behind(database: str):
    owner = await make.account("10000003014")
    notice = await tell(owner)
    handing = await asyncpg.connect(database)
    try:
        async with handing.transaction():
            await handing.execute("SELECT 1 FROM dispatch WHERE notice = $1 FOR UPDATE", notice)
            await handing.execute(HANDED_OVER, f"notice:{notice}", secrecy.seal("10000003014"))
            leaving = asyncio.create_task(leave(owner))
            await until(waiting)
        await leaving
    finally:
        await handing.close()
    [message] = await Sms.objects()
    assert (message.phone_sealed, message.state) == (b"", "withdrawn")


HANDED_OVER = """
INSERT INTO sms (id, key, kind, phone_sealed, text_sealed, state, created_at, due_at, provider, tried, rounds, attempts,
                 why)
VALUES (gen_random_uuid(), $1, 'x', $2, '', 'waiting', now(), now(), NULL, '', 0, 0, '')
"""


async def leave(owner: Account) -> None:
    async with transaction():
        await notify.erase(UUID(str(owner.id)))


async def waiting() -> bool:
    """Somebody waits for a lock."""
    return bool(await db.rows("SELECT 1 FROM pg_locks WHERE NOT granted"))


async def test_a_number_that_went_to_somebody_else_gets_nothing():
    owner = await make.account()
    await Account.update({Account.phone_index: None}).where(Account.id == owner.id)
    await tell(owner)
    assert await notify.fall_back() == 0
    assert await states() == ["failed"]


async def test_where_no_sms_can_be_sent_the_dispatch_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sms, "available", lambda: False)
    await tell(await make.account())
    assert await notify.fall_back() == 0
    [row] = await db.rows("SELECT state, error FROM dispatch")
    assert (row["state"], row["error"]) == ("failed", "none")


async def test_what_is_due_within_seconds_is_woken_by_a_timer(
    service: PushService, monkeypatch: pytest.MonkeyPatch
):
    timers: list[tuple[str, float]] = []
    woken: list[str] = []

    async def later_on(job: str, about: UUID, version: int, delay: dt.timedelta) -> None:
        timers.append((job, round(delay.total_seconds())))

    async def wake(job: str, about: UUID) -> None:
        woken.append(job)

    monkeypatch.setattr(hints, "later", later_on)
    monkeypatch.setattr(hints, "wake", wake)
    owner = await make.account()
    client = await phone(service, owner)
    now = await clock.now()
    await tell(owner, "handoff-ring", due_at=now + dt.timedelta(seconds=5))
    assert (timers, woken) == ([("deliver", 5)], [])
    await later(seconds=6)
    await notify.sweep()
    assert timers[1:] == [("fall_back", 7)]
    service.faults[client] = [(410, {})]
    await notify.carry()
    assert woken == ["push", "fall_back"]
    assert await notify.fall_back() == 1
    await tell(owner, due_at=now + dt.timedelta(hours=1))
    assert len(timers) == 2  # the sweep finds what is due much later
