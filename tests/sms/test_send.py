"""Promising text messages: once a key, sealed, taken back, and what became of them."""

import datetime as dt

import pytest

from backend import clock, db, sms
from backend.sms.deliver import CLAIM, CLAIM_DUE
from tests import factories as make

TEXT = "您预约的身份证换领明天 10:30 开始"


async def promise(key: str = "k", **more: object) -> None:
    async with db.transaction():
        await sms.send(make.phone(), TEXT, key=key, kind="reminder", **more)  # type: ignore[arg-type]


async def state(key: str = "k") -> str:
    return (await sms.outcomes([key]))[key].state


async def test_a_promised_message_is_sent_and_says_so() -> None:
    await promise()
    assert await state() == "waiting"
    assert await sms.sweep() == 1
    outcome = (await sms.outcomes(["k", "another"]))["k"]
    assert (outcome.state, outcome.said, outcome.reason) == ("sent", "演示（不发出）", "")
    assert outcome.sent_at
    assert await sms.sweep() == 0


async def test_the_same_key_again_is_the_same_message() -> None:
    await promise()
    await promise()
    await sms.sweep()
    await promise()
    assert await sms.sweep() == 0
    assert len(await db.rows("SELECT 1 FROM sms")) == 1


async def test_what_rolls_back_promises_nothing() -> None:
    async def undone() -> None:
        async with db.transaction():
            await sms.send(make.phone(), TEXT, key="k", kind="reminder")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await undone()
    assert await sms.outcomes(["k"]) == {}


async def test_sending_needs_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        await sms.send(make.phone(), TEXT, key="k", kind="reminder")


@pytest.mark.parametrize("text", ["", "  ", "长" * 501])
async def test_a_text_without_words_or_without_end_is_refused(text: str) -> None:
    async with db.transaction():
        with pytest.raises(ValueError, match="characters"):
            await sms.send(make.phone(), text, key="k", kind="reminder")


async def test_what_was_taken_back_is_not_sent() -> None:
    await promise()
    async with db.transaction():
        await sms.withdraw("k")
        await sms.withdraw("another")
    assert await sms.sweep() == 0
    assert await state() == "withdrawn"


async def test_what_was_sent_cannot_be_taken_back() -> None:
    await promise()
    await sms.sweep()
    async with db.transaction():
        await sms.withdraw("k")
    assert await state() == "sent"


async def test_a_message_waits_for_its_time_and_ends_when_it_is_useless() -> None:
    soon = await clock.now() + dt.timedelta(minutes=5)
    await promise(due_at=soon)
    await promise("late", due_at=soon, useless_after=soon + dt.timedelta(minutes=1))
    assert await sms.sweep() == 0
    await clock.move_to(soon + dt.timedelta(minutes=2))
    assert await sms.lag() > 100
    assert await sms.sweep() == 1
    assert await state() == "sent"
    late = (await sms.outcomes(["late"]))["late"]
    assert (late.state, late.lost) == ("lapsed", True)
    assert "过时" in late.reason
    assert await sms.lag() == 0


async def test_neither_phone_nor_text_can_be_read_from_the_tables() -> None:
    number = make.phone()
    async with db.transaction():
        await sms.send(number, TEXT, key="k", kind="reminder")
    await sms.sweep()
    rows = repr(await db.rows("SELECT * FROM sms")) + repr(await db.rows("SELECT * FROM sms_event"))
    assert number not in rows
    assert TEXT not in rows
    assert TEXT.encode().hex() not in rows


async def test_however_the_database_plans_it_no_more_are_claimed_than_asked() -> None:
    for name in ("first", "second", "third"):
        await promise(name)
    async with db.transaction():
        for plan in ("hashjoin", "mergejoin", "hashagg", "material", "sort"):
            await db.rows(f"SET LOCAL enable_{plan} = off")
        found = await db.rows(CLAIM_DUE, await clock.now(), CLAIM, None, 1, ["demo"], "demo", 9, ["code"])
    assert len(found) == 1


async def test_codes_overtake_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    monkeypatch.setattr(importlib.import_module("backend.sms.deliver"), "BATCH", 1)
    await promise("first")
    async with db.transaction():
        await sms.send(make.phone(), "您的验证码是 000000", key="code:1", kind="code")
    assert await sms.deliver() == 1
    assert (await state("first"), await state("code:1")) == ("waiting", "sent")
