"""The rules of booking, as a city's policy table sets them, checked inside the transaction."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.appointments.tables import Policy, Slot
from backend.catalog.tables import Item
from backend.refusal import NotFound, Refusal

# What a person and an account hold of a group, and whether they are paused; the statement's words in braces are
# filled with parameters or columns, so that one who books and many who wait are counted alike.
COUNTED = """
SELECT count(*) FILTER (WHERE person_index = {person} AND state = 'booked' AND day >= {today}) AS person_active,
       count(*) FILTER (WHERE person_index = {person} AND state <> 'cancelled'
                        AND day >= {first} AND day < {after}) AS person_month,
       count(*) FILTER (WHERE booked_by = {account} AND state = 'booked' AND day >= {today}) AS account_active,
       count(*) FILTER (WHERE booked_by = {account} AND state <> 'cancelled'
                        AND day >= {first} AND day < {after}) AS account_month,
       EXISTS (SELECT 1 FROM booking_pause b
               WHERE (b.person_index = {person} OR b.person_index IS NULL AND b.account = {account})
               AND b.state = 'running' AND b.until > {today}) AS paused
FROM appointment a JOIN item i ON i.id = a.item JOIN item wanted ON wanted.policy_group = i.policy_group
WHERE (person_index = {person} OR booked_by = {account}) AND day >= least({today}::date, {first}::date)
  AND a.id IS DISTINCT FROM {besides}::uuid AND wanted.id = {item}
"""
COUNTS = COUNTED.format(
    person="$1", account="$2", today="$3", first="$4", after="$5", besides="$6", item="$7"
)
# Every limit leaves room for one more, in the order of `most`; the same most of a policy `p`'s row.
ROOM = "person_active < {0} AND person_month < {1} AND account_active < {2} AND account_month < {3}"
MOST = (
    "p.active_per_person", "p.month_per_person",
    "p.active_per_person * p.account_factor", "p.month_per_person * p.account_factor",
)  # fmt: skip
# One statement, in this order: WITH … MATERIALIZED runs the person's lock before the account's.
LOCKED = """
WITH person AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 1)))
SELECT id FROM account, person WHERE id = $2 FOR NO KEY UPDATE OF account
"""
OF_GROUP = """
FROM appointment_policy p WHERE p."group" IN ({0}, 'default') ORDER BY p."group" = 'default' LIMIT 1
"""


async def of(group: str) -> Policy:
    """The policy of a group of items; a group without one follows `default`. Refuses: NotFound."""
    found = await db.rows(f"SELECT to_jsonb(p) AS rules {OF_GROUP.format('$1')}", group)
    return known(found[0]["rules"] if found else None)


def known(rules: str | None) -> Policy:
    """A policy from its row as JSON. Refuses: NotFound, where there is none."""
    if rules is None:
        raise NotFound("这件事还没有开放网上预约")
    return Policy(**msgspec.json.decode(rules))


async def of_item(item: UUID) -> Policy:
    """The policy of an item. Refuses: NotFound."""
    found = await Item.select(Item.policy_group).where(Item.id == item).first()
    if found is None:
        raise NotFound("没有找到这件事")
    return await of(found["policy_group"])


async def lock(person_index: bytes, account: UUID) -> None:
    """Count limits once: the person (by ID, across accounts) is locked first, then the account. A part."""
    db.inside()
    await db.rows(LOCKED, person_index, account)


async def done_here(item: UUID, slot: Slot) -> bool:
    """The slot's line does this item, and it can be booked."""
    return bool(
        await db.rows(
            "SELECT 1 FROM item_place p JOIN item i ON i.id = p.item"
            " WHERE p.item = $1 AND p.line = $2 AND i.bookable",
            item,
            slot.line,
        )
    )


async def check_slot(starts_at: dt.datetime, day: dt.date, done: bool, policy: Policy) -> None:
    """The item is done in this slot, and the slot lies within the window. Refuses: Refusal."""
    now = await clock.now()
    before = await clock.working_between(clock.local(now).date(), day)
    check_times(starts_at, before, done, policy, now)


def check_times(starts_at: dt.datetime, before: int, done: bool, policy: Policy, now: dt.datetime) -> None:
    """The same, where it is known how many working days lie between today and the slot's day. Refuses: Refusal."""
    if not done:
        raise Refusal("这个窗口不办这件事，请重新选择时段")
    if starts_at < now + dt.timedelta(minutes=policy.notice_minutes):
        raise Refusal(
            f"网上预约要提前至少 {clock.span(policy.notice_minutes)}，请选晚一点的时段，或打电话问问能不能直接来"
        )
    if before >= policy.window_working_days:
        raise Refusal(f"现在只能约 {policy.window_working_days} 个工作日以内的时段")


async def check_limits(
    person_index: bytes, account: UUID, policy: Policy, *, item: UUID, day: dt.date, besides: UUID
) -> None:
    """How much a person and an account may hold of the item's group; `besides` is the appointment being moved.

    Refuses: Refusal.
    """
    today = clock.local(await clock.now()).date()
    counts = await db.rows(COUNTS, person_index, account, *spans(today, day), besides, item)
    judge(counts[0], policy)


def spans(today: dt.date, day: dt.date) -> tuple[dt.date, dt.date, dt.date]:
    """Today, the first of the slot's calendar month, and the first of the month after."""
    first = day.replace(day=1)
    return today, first, (first + dt.timedelta(days=32)).replace(day=1)


def most(policy: Policy) -> tuple[int, int, int, int]:
    """The most that a person and an account may hold: active and a month; an account several times as much."""
    active, month, factor = policy.active_per_person, policy.month_per_person, policy.account_factor
    return active, month, active * factor, month * factor


def judge(counts: dict[str, Any], policy: Policy) -> None:
    """Say which limit is reached, if one is. Refuses: Refusal."""
    active, month, account_active, account_month = most(policy)
    if counts["person_active"] >= active:
        raise Refusal(f"同一个人最多同时有 {active} 个未办的预约，请先办完或取消一个")
    if counts["person_month"] >= month:
        raise Refusal(f"同一个人一个自然月最多预约 {month} 次，可以下个月再约，或打电话问问能不能直接来")
    if counts["account_active"] >= account_active:
        raise Refusal(f"一个账号最多同时有 {account_active} 个未办的预约，请先办完或取消一个")
    if counts["account_month"] >= account_month:
        raise Refusal(
            f"一个账号一个自然月最多预约 {account_month} 次，可以下个月再约，或打电话问问能不能直接来"
        )


def still_changeable(row: dict[str, Any], policy: Policy, now: dt.datetime) -> bool:
    """A booking (`state`, `starts_at`) may still be cancelled or moved."""
    until = row["starts_at"] - dt.timedelta(minutes=policy.cancel_until_minutes)
    return bool(row["state"] == "booked" and now <= until)


def check_still_changeable(slot: Slot, policy: Policy, now: dt.datetime) -> None:
    """Cancelling and moving end some minutes before the start. Refuses: Refusal."""
    if not still_changeable({"state": "booked", "starts_at": slot.starts_at}, policy, now):
        raise Refusal(
            f"离开始不到 {clock.span(policy.cancel_until_minutes)}，网上不能再改。来不了没关系，打电话给大厅说一声就好"
        )
