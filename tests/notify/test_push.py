"""Web push against a push service that checks our signature and decrypts what we send."""

import asyncio
import datetime as dt
from email.utils import format_datetime
from uuid import UUID

import msgspec
import pytest

from backend import appointments, clock, db, identity, notify
from backend.appointments.tables import Appointment
from backend.notify import push
from backend.notify.rules import rules
from backend.notify.tables import Dispatch, PushSubscription
from backend.refusal import NotFound, Refusal
from tests import factories as make
from tests.notify.push_service import PushService, phone, signed_in


async def told(owner, person, item, slot):
    """A booking whose notice has arrived in the inbox, and is to be pushed."""
    booked = await appointments.book(slot.id, item.id, person.id, by=owner.id)
    await notify.sweep()
    return booked


@pytest.fixture
async def somebody():
    """An account with its person, and something to book."""
    return *await make.citizen(), *await make.bookable()


async def dispatches():
    return await Dispatch.objects().order_by(Dispatch.created_at, Dispatch.channel)


async def test_a_notice_reaches_the_phone_and_says_where_to_go(service: PushService, somebody):
    client = await phone(service, somebody[0])
    booked = await told(*somebody)
    assert await notify.carry() == 1
    [shown] = await service.shown(client)
    assert shown["web_push"] == 8030
    words = shown["notification"]
    assert (words["title"], words["navigate"]) == ("约好了", f"/appointments/{booked.id}")
    assert "11 月 25 日（周三）10:00" in words["body"]
    [sent] = await dispatches()
    assert (sent.state, words["data"]["token"]) == ("sent", str(sent.id))
    [seen] = service.seen
    assert seen.topic == words["tag"] == UUID(str(sent.notice)).hex
    assert (seen.urgency, seen.answered) == ("normal", 201)
    assert 0 < seen.ttl <= 12 * 3600


async def test_what_is_pushed_holds_nothing_personal(service: PushService, somebody):
    owner, person, item, _ = somebody
    client = await phone(service, owner)
    booked = await told(*somebody)
    await notify.carry()
    [shown] = await service.shown(client)
    text = msgspec.json.encode(shown).decode()
    for private in (booked.number, item.name, "张", str(person.id), str(owner.id)):
        assert private not in text


async def test_nothing_is_pushed_twice(service: PushService, somebody):
    await phone(service, somebody[0])
    await told(*somebody)
    assert sum(await asyncio.gather(*(notify.carry() for _ in range(5)))) == 1
    assert await notify.carry() == 0
    assert len(service.seen) == 1


@pytest.mark.parametrize("status", [404, 410])
async def test_a_phone_that_is_gone_is_rung_no_more(service: PushService, somebody, status: int):
    client = await phone(service, somebody[0])
    service.faults[client] = [(status, {})]
    await told(*somebody)
    assert await notify.carry() == 0
    [sent] = await dispatches()
    assert (sent.state, sent.error) == ("gone", str(status))
    assert await notify.devices(somebody[0].id) == []


async def test_the_service_s_own_word_that_a_phone_left_is_believed(service: PushService, somebody):
    await service.expire(await phone(service, somebody[0]))
    await told(*somebody)
    await notify.carry()
    assert await notify.devices(somebody[0].id) == []


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refusal_is_ours_to_mend_and_costs_no_phone(
    service: PushService, somebody, status: int, capsys
):
    client = await phone(service, somebody[0])
    service.faults[client] = [(status, {})]
    await told(*somebody)
    await notify.carry()
    [sent] = await dispatches()
    assert (sent.state, sent.error) == ("refused", str(status))
    assert len(await notify.devices(somebody[0].id)) == 1
    assert "push-refused" in "".join(capsys.readouterr())


async def test_what_is_too_large_is_our_bug_and_costs_no_phone(service: PushService, somebody, capsys):
    client = await phone(service, somebody[0])
    service.faults[client] = [(413, {})]
    await told(*somebody)
    await notify.carry()
    assert [(one.state, one.error) for one in await dispatches()] == [("failed", "413")]
    assert len(await notify.devices(somebody[0].id)) == 1
    assert "push-failed" in "".join(capsys.readouterr())


def in_ten_minutes() -> str:
    return format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10), usegmt=True)


@pytest.mark.parametrize(
    ("status", "wait", "seconds"), [(429, "300", 300), (503, "300", 300), (429, "a date", 590)]
)
async def test_who_asks_us_to_wait_is_not_asked_before(
    service: PushService, somebody, status: int, wait: str, seconds: int
):
    client = await phone(service, somebody[0])
    service.faults[client] = [(status, {"retry-after": in_ten_minutes() if wait == "a date" else wait})]
    await told(*somebody)
    now = await clock.now()
    assert await notify.carry() == 0
    await clock.move_to(now + dt.timedelta(seconds=seconds - 5))
    assert await notify.carry() == 0
    assert len(service.seen) == 1
    await clock.move_to(now + dt.timedelta(seconds=seconds + 40))
    assert await notify.carry() == 1
    assert len(await service.shown(client)) == 1
    assert len({seen.topic for seen in service.seen}) == 1


async def test_silence_is_not_waited_for_and_tried_again(
    service: PushService, somebody, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(push, "TIMEOUT", 0.3)
    client = await phone(service, somebody[0])
    service.faults[client] = [(0, {})]
    await told(*somebody)
    assert await notify.carry() == 0
    [sent] = await dispatches()
    assert (sent.state, sent.error) == ("waiting", "silent")
    await clock.move_to(await clock.now() + dt.timedelta(minutes=2))
    assert await notify.carry() == 1


async def test_a_service_that_never_answers_is_left_alone_for_a_while(
    service: PushService, somebody, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(push, "TIMEOUT", 0.3)
    monkeypatch.setattr(push, "MISSES", 3)
    owner = somebody[0]
    for _ in range(3):
        service.faults[await phone(service, owner)] = [(0, {})]
    await told(*somebody)
    await notify.carry()
    assert len(service.seen) == 3
    await phone(service, owner)
    await appointments.cancel((await Appointment.objects())[0].id, by=owner.id)
    await notify.sweep()
    await notify.carry()
    assert len(service.seen) == 3
    assert {(one.state, one.error) for one in await dispatches()} >= {("waiting", "network")}
    push._away.clear()
    await clock.move_to(await clock.now() + dt.timedelta(minutes=2))
    assert await notify.carry() >= 1


async def test_an_account_makes_so_many_new_subscriptions_on_a_day_and_no_more(
    service: PushService, somebody
):
    owner, most = somebody[0], rules().push.new_a_day
    _, keys = await service.subscribe()
    session = await signed_in(owner)

    async def join(n: int) -> UUID:
        one = msgspec.structs.replace(keys, endpoint=f"{keys.endpoint}{n}")
        return await notify.subscribe(one, 1, by=owner.id, session=session)

    at_once = await asyncio.gather(*(join(n) for n in range(most + 5)), return_exceptions=True)
    assert sum(isinstance(one, Refusal) for one in at_once) == 5
    assert await PushSubscription.count() == most
    kept = next(n for n, one in enumerate(at_once) if isinstance(one, UUID))
    assert await join(kept) == at_once[kept]  # the same browser again is none anew
    with pytest.raises(Refusal, match="明天再试"):
        await join(99)
    await clock.move_to(await clock.now() + dt.timedelta(days=1))
    await join(99)


async def test_failing_again_and_again_ends_in_a_recorded_state(service: PushService, somebody):
    client = await phone(service, somebody[0])
    service.faults[client] = [(503, {})] * 20
    await told(*somebody)
    for _ in range(8):
        await notify.carry()
        await clock.move_to(await clock.now() + dt.timedelta(minutes=70))
    [sent] = await dispatches()
    assert (sent.state, sent.error, sent.attempts) == ("exhausted", "503", 6)
    service.faults.clear()


async def test_a_redirect_is_not_followed(service: PushService, somebody):
    client = await phone(service, somebody[0])
    service.faults[client] = [(307, {"location": f"http://127.0.0.1:{service.port}/notify/{client}"})]
    await told(*somebody)
    await notify.carry()
    assert [(one.state, one.error) for one in await dispatches()] == [("failed", "307")]
    assert len(service.seen) == 1


async def test_signing_out_ends_the_ringing_of_that_phone_alone(service: PushService, somebody):
    owner = somebody[0]
    session = await signed_in(owner)
    gone, stays = await phone(service, owner, session), await phone(service, owner)
    await told(*somebody)
    await identity.revoke_session(session, account=owner.id)
    await notify.carry()
    assert [seen.client for seen in service.seen] == [stays]
    assert len(await notify.devices(owner.id)) == 1
    assert {one.state for one in await dispatches()} == {"sent", "ended"}
    await identity.sign_out_everywhere(account=owner.id)
    assert await notify.devices(owner.id) == []
    assert gone != stays


async def test_a_phone_that_changes_hands_rings_for_its_new_account_only(service: PushService, somebody):
    owner, other = somebody[0], await make.account()
    _, keys = await service.subscribe()
    first = await notify.subscribe(keys, 1, by=owner.id, session=await signed_in(owner))
    await told(*somebody)
    again = await notify.subscribe(keys, 1, by=other.id, session=await signed_in(other))
    assert again == first
    assert await notify.carry() == 0
    assert [one.state for one in await dispatches()] == ["ended"]
    assert await notify.devices(owner.id) == []
    assert len(await notify.devices(other.id)) == 1


async def test_revoking_a_device_is_its_owner_s_alone(service: PushService, somebody):
    owner, other = somebody[0], await make.account()
    await phone(service, owner)
    [device] = await notify.devices(owner.id)
    with pytest.raises(NotFound):
        await notify.revoke(device["id"], by=other.id)
    await told(*somebody)
    await notify.revoke(device["id"], by=owner.id)
    await notify.carry()
    assert service.seen == []
    [kept] = await PushSubscription.objects()
    assert kept.revoked_why == "by-owner"


async def test_an_emptied_redis_loses_no_push(service: PushService, somebody):
    from backend import hints

    await phone(service, somebody[0])
    await told(*somebody)
    await (await hints.redis()).flushall()
    assert await notify.carry() == 1


async def test_what_was_read_meanwhile_rings_no_more(service: PushService, somebody):
    await phone(service, somebody[0])
    await told(*somebody)
    await notify.read_all(by=somebody[0].id)
    await notify.carry()
    assert service.seen == []
    assert [one.state for one in await dispatches()] == ["read"]


async def test_the_dispatch_is_written_with_the_arrival_or_not_at_all(
    service: PushService, somebody, monkeypatch
):
    import importlib

    delivering = importlib.import_module("backend.notify.deliver")
    await phone(service, somebody[0])
    await appointments.book(somebody[3].id, somebody[2].id, somebody[1].id, by=somebody[0].id)

    async def broken(*args):
        raise RuntimeError

    monkeypatch.setattr(delivering, "plan", broken)
    with pytest.raises(RuntimeError):
        await notify.sweep()
    assert await notify.inbox(somebody[0].id) == []
    assert await db.rows("SELECT 1 FROM dispatch") == []
