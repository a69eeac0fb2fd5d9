"""The rules of booking (`domain.md` §4), as a city's policy table sets them, checked inside the transaction."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.appointments.tables import Policy, Slot
from backend.refusal import NotFound, Refusal

COUNTS = """
SELECT count(*) FILTER (WHERE person_index = $1 AND state = 'booked' AND day >= $3) AS person_active,
       count(*) FILTER (WHERE person_index = $1 AND state <> 'cancelled'
                        AND day >= $4 AND day < $5) AS person_month,
       count(*) FILTER (WHERE booked_by = $2 AND state = 'booked' AND day >= $3) AS account_active,
       count(*) FILTER (WHERE booked_by = $2 AND state <> 'cancelled'
                        AND day >= $4 AND day < $5) AS account_month
FROM appointment WHERE (person_index = $1 OR booked_by = $2) AND day >= least($3, $4) AND id IS DISTINCT FROM $6
"""


async def of(item: UUID) -> Policy:
    """The policy of an item's group; a group without one follows `default`."""
    found = await db.rows(
        "SELECT p.id FROM item i JOIN appointment_policy p ON p.group IN (i.policy_group, 'default')"
        " WHERE i.id = $1 ORDER BY p.group = 'default' LIMIT 1",
        item,
    )
    policy = await Policy.objects().get(Policy.id == found[0]["id"]) if found else None
    if policy is None:
        raise NotFound("这件事还没有开放网上预约")
    return policy


async def lock(person_index: bytes, account: UUID) -> None:
    """Count limits once: the person (by ID, across accounts) is locked first, then the account. A part."""
    db.inside()
    await db.rows("SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 1))", person_index)
    await db.rows("SELECT id FROM account WHERE id = $1 FOR NO KEY UPDATE", account)


async def check_slot(slot: Slot, item: UUID, policy: Policy) -> None:
    """The item can be done in this slot, and the slot lies within the window. Refuses: Refusal."""
    place = await db.rows(
        "SELECT 1 FROM item_place p JOIN item i ON i.id = p.item"
        " WHERE p.item = $1 AND p.line = $2 AND i.bookable",
        item,
        slot.line,
    )
    if not place:
        raise Refusal("这个窗口不办这件事，请重新选择时段")
    now = await clock.now()
    if slot.starts_at < now + dt.timedelta(minutes=policy.notice_minutes):
        raise Refusal(f"网上预约要提前至少 {_span(policy.notice_minutes)}，请选晚一点的时段，或直接到现场取号")
    if slot.day > await clock.working_day_after(clock.local(now).date(), policy.window_working_days):
        raise Refusal(f"现在只能约 {policy.window_working_days} 个工作日以内的时段")


async def check_limits(
    person_index: bytes, account: UUID, slot: Slot, policy: Policy, besides: UUID | None = None
) -> None:
    """How much a person and an account may hold; `besides` is the appointment being moved. Refuses: Refusal."""
    today = clock.local(await clock.now()).date()
    first = slot.day.replace(day=1)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    counts = (await db.rows(COUNTS, person_index, account, today, first, after, besides))[0]
    _judge(counts, policy)


def _judge(counts: dict[str, Any], policy: Policy) -> None:
    active, month, factor = policy.active_per_person, policy.month_per_person, policy.account_factor
    if counts["person_active"] >= active:
        raise Refusal(f"同一个人最多同时有 {active} 个未办的预约，请先办完或取消一个")
    if counts["person_month"] >= month:
        raise Refusal(f"同一个人一个自然月最多预约 {month} 次，可以下个月再约，或直接到现场取号")
    if counts["account_active"] >= active * factor:
        raise Refusal(f"一个账号最多同时有 {active * factor} 个未办的预约，请先办完或取消一个")
    if counts["account_month"] >= month * factor:
        raise Refusal(f"一个账号一个自然月最多预约 {month * factor} 次，可以下个月再约，或直接到现场取号")


def check_still_changeable(slot: Slot, policy: Policy, now: dt.datetime) -> None:
    """Cancelling and moving end some minutes before the start. Refuses: Refusal."""
    if now > slot.starts_at - dt.timedelta(minutes=policy.cancel_until_minutes):
        raise Refusal(
            f"离开始不到 {_span(policy.cancel_until_minutes)}，网上不能再改。来不了没关系，打电话给大厅说一声就好"
        )


def _span(minutes: int) -> str:
    return f"{minutes // 60} 小时" if minutes % 60 == 0 else f"{minutes} 分钟"
