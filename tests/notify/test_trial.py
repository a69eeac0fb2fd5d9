"""通知测试 says what is so: what is under way, what was handed over, and that a demo sends no text message."""

from uuid import UUID

from backend import db, notify, sms
from tests import factories as make


async def tried() -> tuple[UUID, UUID]:
    """A test notice of somebody without a phone to ring; its id and theirs."""
    owner = await make.account("10000003001")
    return await notify.try_out(by=owner.id), owner.id


async def carried() -> None:
    """Everything is handed over."""
    await notify.sweep()
    await notify.fall_back()
    await sms.sweep()


async def test_until_everything_is_handed_over_it_is_under_way() -> None:
    trial, by = await tried()
    found = await notify.trial(trial, by)
    assert (found["settled"], found["handed"]) == (False, False)


async def test_a_demo_s_text_message_goes_nowhere_and_nothing_more_is_waited_for() -> None:
    trial, by = await tried()
    await carried()
    found = await notify.trial(trial, by)
    assert (found["settled"], found["sms"]["words"]) == (True, "演示（不发出）")


async def test_what_only_lacks_a_delivery_report_is_handed_over_and_waited_for() -> None:
    trial, by = await tried()
    await carried()
    await db.rows("UPDATE sms SET provider = 'east'")
    found = await notify.trial(trial, by)
    assert (found["settled"], found["handed"], found["sms"]["words"]) == (False, True, "已发出")
