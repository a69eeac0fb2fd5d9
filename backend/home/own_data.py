"""One's own data (我的信息): a copy to take away (个人信息保护法 45), and leaving for good (47).

Each domain says what it holds and lets go of its own; here they are put together, in one transaction each.
"""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import appointments, cases, clock, db, handoff, identity, notify, queue, visits
from backend.refusal import Refusal
from backend.web.words import clock_time
from backend.web.words import date as spoken


class Copy(msgspec.Struct, frozen=True):
    """Everything held on an account at a moment: headings, each with rows of label and value."""

    made_at: dt.datetime
    sections: list[tuple[str, list[dict[str, Any]]]]


async def copy(by: UUID, session: UUID) -> Copy:
    """Everything held on the account, in plain words; that it was taken is recorded. Refuses: ConfirmFirst."""
    async with db.transaction():
        await identity.require_lately(session, by)
        parts = [
            await part(by)
            for part in (
                identity.export_of,
                appointments.export_of,
                queue.export_of,
                cases.export_of,
                handoff.export_of,
                visits.export_of,
                notify.export_of,
            )
        ]
        return Copy(await clock.now(), [section for part in parts for section in part])


@db.retrying
async def erase(by: UUID, session: UUID, tail: str) -> None:
    """Close the account for good: what is ahead is cancelled and its places go back, names, IDs, phone and messages
    are emptied, every session ends. There is no undo. `tail`, the last four of the phone, says that it is meant.

    Refuses: ConfirmFirst, NotFound, and another number's tail.
    """
    async with db.transaction():
        await identity.require_lately(session, by)
        if (await identity.phone_of(by))[-4:] != tail:
            raise Refusal("手机号末四位不对，请再看一遍要注销的是不是这个账号")
        await identity.hold(by)
        await appointments.erase(by)
        await queue.erase(by)
        await visits.erase(by)
        await cases.erase(by)
        await notify.erase(by)
        await identity.erase(by)


def plain(value: Any) -> Any:
    """A value for machines: moments as Qidong's time in ISO 8601."""
    if isinstance(value, dt.datetime):
        return clock.local(value).isoformat(timespec="seconds")
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return value.isoformat() if isinstance(value, dt.date) else value


def said(value: Any) -> str:
    """A value for people: 2026 年 11 月 25 日（周三）14:30, 是, or nothing."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        time = clock_time(value) if isinstance(value, dt.datetime) else ""
        day = clock.local(value).date() if isinstance(value, dt.datetime) else value
        return f"{day.year} 年 {spoken(day)}{time}"
    if isinstance(value, list):
        return "；".join(said(each) for each in value)
    if isinstance(value, dict):
        return " ".join(words for each in value.values() if (words := said(each)))
    return str(value or "")
