"""Keys by id: who signs, and what becomes of a phone whose key is no longer the newest."""

import base64
import time

import msgspec
import pytest

from backend import appointments, notify, settings
from backend.notify import few, push, vapid
from backend.notify.tables import Dispatch
from backend.refusal import Refusal
from tests import factories as make
from tests.notify.push_service import PushService, phone, signed_in


@pytest.fixture
def with_keys(monkeypatch: pytest.MonkeyPatch):
    """Change the keys of this process."""

    def change(keys: dict[int, bytes]) -> None:
        other = msgspec.structs.replace(settings.settings(), vapid_keys=keys)
        monkeypatch.setattr(vapid, "settings", lambda: other)
        vapid._key.cache_clear()
        vapid.public.cache_clear()
        vapid._signed.clear()

    yield change
    monkeypatch.undo()
    vapid._key.cache_clear()
    vapid.public.cache_clear()
    vapid._signed.clear()


async def book(owner, person):
    item, slot = await make.bookable()
    await appointments.book(slot.id, item.id, person.id, by=owner.id)
    await notify.sweep()


def test_what_is_remembered_of_push_services_that_strangers_name_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(few, "MOST", 3)
    for memory in (vapid._signed, push._missed, push._away):
        memory.clear()
    for n in range(9):
        for name in ("often.notify.windows.com", f"made-up-{n}.notify.windows.com"):
            vapid.authorization(1, f"https://{name}")
            push._note(name, missed=True)
    assert [len(memory) for memory in (vapid._signed, push._missed)] == [3, 3]
    assert push._missed["often.notify.windows.com"] == 9  # what is used stays
    push._missed.clear()


async def test_a_phone_of_an_older_key_is_rung_with_that_key(service: PushService, with_keys):
    first = settings.settings().vapid_keys[1]
    owner, person = await make.citizen()
    old = await phone(service, owner)
    with_keys({1: first, 2: b"2" * 32})
    new = await phone(service, owner)
    await book(owner, person)
    assert await notify.carry() == 2  # the service checks each against the key it was made with
    assert [len(await service.shown(one)) for one in (old, new)] == [1, 1]
    assert {row["key_id"] for row in await notify.devices(owner.id)} == {1, 2}


async def test_a_phone_whose_key_is_gone_is_kept_and_the_dispatch_says_so(service: PushService, with_keys):
    owner, person = await make.citizen()
    await phone(service, owner)
    with_keys({2: b"2" * 32})
    await book(owner, person)
    assert await notify.carry() == 0
    [sent] = await Dispatch.objects()
    assert (sent.state, sent.error) == ("refused", "key")
    assert len(await notify.devices(owner.id)) == 1


async def test_a_new_subscription_of_the_same_browser_takes_the_old_one_s_place(
    service: PushService, with_keys
):
    first = settings.settings().vapid_keys[1]
    owner = await make.account()
    session = await signed_in(owner)
    await phone(service, owner, session)
    with_keys({1: first, 2: b"2" * 32})
    await phone(service, owner, session)
    [device] = await notify.devices(owner.id)
    assert device["key_id"] == 2


async def test_a_page_with_an_older_key_is_told_to_load_again(service: PushService, with_keys):
    first = settings.settings().vapid_keys[1]
    owner = await make.account()
    _, keys = await service.subscribe()
    with_keys({1: first, 2: b"2" * 32})
    with pytest.raises(Refusal, match="刷新"):
        await notify.subscribe(keys, 1, by=owner.id, session=await signed_in(owner))
    with_keys({})
    with pytest.raises(Refusal, match="短信"):
        await notify.subscribe(keys, 0, by=owner.id, session=await signed_in(owner))


def test_a_signature_is_used_again_until_half_of_its_life(monkeypatch: pytest.MonkeyPatch):
    one = vapid.authorization(1, "https://a.example")
    assert vapid.authorization(1, "https://a.example") == one
    assert vapid.authorization(1, "https://b.example") != one
    later = time.time() + vapid.LIFE / 2 + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert vapid.authorization(1, "https://a.example") != one


GIVEN = base64.urlsafe_b64encode(b"1" * 32).decode().rstrip("=")


def test_vapid_keys_are_read_by_id():
    assert settings.read({"VAPID_KEYS": f"3:{GIVEN}, 1:{GIVEN}="}).vapid_keys == {3: b"1" * 32, 1: b"1" * 32}


@pytest.mark.parametrize(
    "wrong", ["x", GIVEN, f"0:{GIVEN}", f"a:{GIVEN}", "1:AAAA", "1:" + "A" * 43, f"40000:{GIVEN}"]
)
def test_a_wrong_vapid_key_is_refused_by_name(wrong: str):
    with pytest.raises(settings.BadSetting, match="VAPID_KEYS"):
        settings.read({"VAPID_KEYS": wrong})


@pytest.mark.parametrize(
    ("given", "subject"),
    [
        ({}, "mailto:qiban@localhost"),
        ({"VAPID_SUBJECT": "mailto:it@example.cn"}, "mailto:it@example.cn"),
        ({"PUBLIC_URL": "https://qiban.example.cn/", "MODE": "demo"}, "https://qiban.example.cn"),
    ],
)
def test_push_services_are_told_whom_to_write_to(given: dict[str, str], subject: str):
    assert settings.read(given).vapid_subject == subject


def test_a_wrong_subject_is_refused_by_name():
    with pytest.raises(settings.BadSetting, match="VAPID_SUBJECT"):
        settings.read({"VAPID_SUBJECT": "it@example.cn"})
