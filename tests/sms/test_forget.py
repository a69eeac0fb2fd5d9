"""What is forgotten, and when."""

import datetime as dt

from backend import clock, db, sms
from tests import factories as make


async def promised(key: str, **more: dt.datetime) -> None:
    async with db.transaction():
        await sms.send(make.phone(), "您的验证码是 000000", key=key, kind="code", **more)


async def texts() -> dict[str, bool]:
    """Which messages still have their text."""
    return {
        row["key"]: row["there"] for row in await db.rows("SELECT key, text_sealed <> '' AS there FROM sms")
    }


async def phones() -> int:
    """How many messages still have their phone."""
    return len(await db.rows("SELECT 1 FROM sms WHERE phone_sealed <> ''"))


async def after(**ahead: float) -> None:
    await clock.move_to(await clock.now() + dt.timedelta(**ahead))
    await sms.forget()


async def test_a_code_s_text_is_erased_when_it_opens_nothing_any_more() -> None:
    await promised("code", useless_after=await clock.now() + dt.timedelta(minutes=5))
    await promised("other")
    await sms.sweep()
    await after(minutes=4)
    assert await texts() == {"code": True, "other": True}
    await after(minutes=2)
    assert await texts() == {"code": False, "other": True}
    assert await phones() == 2
    await after(days=7)
    assert await texts() == {"code": False, "other": False}
    assert await phones() == 0


async def test_rows_are_kept_as_long_as_the_city_says_and_no_longer() -> None:
    await promised("old")
    await sms.sweep()
    await after(days=179)
    assert len(await texts()) == 1
    await promised("waiting", due_at=await clock.now() + dt.timedelta(days=400))
    await after(days=2)
    assert list(await texts()) == ["waiting"]
    assert await db.rows("SELECT 1 FROM sms_event") == []
