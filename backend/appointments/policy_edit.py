"""The rules of booking as the bureau keeps them: read, added, changed and taken back, each with an event."""

import datetime as dt
from typing import Any, cast
from uuid import UUID

import msgspec
from piccolo.columns import Column

from backend import clock, db, identity
from backend.appointments.capacity import READERS
from backend.appointments.fill import fill, reach
from backend.appointments.policy_rules import VALUES, changes, mark, values_of, wrong
from backend.appointments.tables import Policy, PolicyEvent
from backend.refusal import Denied, NotFound, Refusal

CHANGED = "刚才有人改过这套规则。你填的都还在，不一样的地方写着现在是多少，请看过再存"
ALL = """
SELECT p.*, (SELECT count(*) FROM item i WHERE i.bookable AND (i.policy_group = p."group" OR p."group" = 'default'
       AND i.policy_group NOT IN (SELECT "group" FROM appointment_policy))) AS matters
FROM appointment_policy p WHERE $1::uuid IS NULL OR p.id = $1 ORDER BY p."group" <> 'default', p.name
"""
FREE = """
SELECT i.*, e.id AS removal, e.at AS removed_at, f.name AS removed_by FROM (
    SELECT policy_group AS "group", count(*) AS matters, min(name) AS example FROM item
    WHERE policy_group NOT IN (SELECT "group" FROM appointment_policy) GROUP BY 1
) i LEFT JOIN LATERAL (
    SELECT * FROM appointment_policy_event e WHERE e."group" = i."group" ORDER BY e.at DESC LIMIT 1
) e ON true LEFT JOIN staff f ON f.id = e.by ORDER BY 1
"""
EVENTS = """
SELECT e.id, e.at, e.kind, e.before, e.after, f.name AS by_name
FROM appointment_policy_event e JOIN staff f ON f.id = e.by WHERE e."group" = $1 ORDER BY e.at DESC LIMIT 20
"""
LATER = "这之后又改过，只能撤销最近的一次"
KINDS = {
    "added": "加了这套规则",
    "changed": "改了规则",
    "undone": "撤销了上一次改动",
    "removed": "撤掉了这套规则，改照一般事项",
    "restored": "恢复了这套规则",
}


async def may_edit(by: UUID) -> bool:
    """Whether somebody may change rules: they hold for the whole city, and so must the role."""
    grants = [grant for role in ("manager", "administrator") for grant in await identity.scopes_of(by, role)]
    return any(grant.kind == "all" for grant in grants)


async def policies(by: UUID) -> list[dict[str, Any]]:
    """Every policy with how many bookable items follow it. Refuses: Denied."""
    await identity.require(by, *READERS)
    return await db.rows(ALL, None)


async def groups_without(by: UUID) -> list[dict[str, Any]]:
    """Item groups that follow the general rules because they have none of their own; `removal` is the event that
    took theirs away and can be undone. Refuses: Denied.
    """
    await identity.require(by, *READERS)
    return await db.rows(FREE)


async def show(policy: UUID, by: UUID) -> dict[str, Any]:
    """A policy with `seen`, the mark of its values. Refuses: Denied, NotFound."""
    await identity.require(by, *READERS)
    return await _policy(policy)


async def _policy(policy: UUID) -> dict[str, Any]:
    found = await db.rows(ALL, policy)
    if not found:
        raise NotFound("没有找到这套规则")
    return {**found[0], "seen": mark(found[0])}


async def history(group: str, by: UUID) -> list[dict[str, Any]]:
    """The changes of a group's rules, the latest first: `what`, `changes` in words, `by_name`, `at`, `id`.

    Refuses: Denied.
    """
    await identity.require(by, *READERS)
    return [_told(row) for row in await db.rows(EVENTS, group)]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    before, after = (msgspec.json.decode(row[name]) if row[name] else None for name in ("before", "after"))
    words = changes(before, after) if before and after else []
    return {**row, "what": KINDS[row["kind"]], "changes": words}


@db.retrying
async def change(policy: UUID, by: UUID, seen: str, **values: Any) -> None:
    """Change a policy to `values` (all of VALUES). What is booked and who is paused stays; new days are filled.

    Refuses: Denied, NotFound, values that make no sense, none that differ, and a policy that somebody changed since
    the one with the mark `seen` was read.
    """
    await _must_edit(by)
    for sentence in wrong(values).values():
        raise Refusal(sentence)
    filled = await reach()
    async with db.transaction():
        before = await _locked(policy)
        if before["seen"] != seen:
            raise Refusal(CHANGED)
        if values_of(before) == values:
            raise Refusal("没有改动，不用保存")
        await _write(before, values, "changed", by)
    await _fill_beyond(filled)


async def _must_edit(by: UUID) -> None:
    if not await may_edit(by):
        raise Denied("规则管全市，要全市范围的负责人或管理员才能改")


async def _locked(policy: UUID) -> dict[str, Any]:
    await db.rows("SELECT 1 FROM appointment_policy WHERE id = $1 FOR UPDATE", policy)
    return await _policy(policy)


async def _write(before: dict[str, Any], values: dict[str, Any], kind: str, by: UUID) -> None:
    now = await clock.now()
    new = cast(dict[Column | str, Any], {**values, "edited_at": now})
    await Policy.update(new).where(Policy.id == before["id"])
    await _record(before["group"], values_of(before), values, kind=kind, by=by, at=now)


async def _record(group: str, before: Any, after: Any, *, kind: str, by: UUID, at: dt.datetime) -> None:
    texts = [value and msgspec.json.encode(value).decode() for value in (before, after)]
    await PolicyEvent.insert(
        PolicyEvent(group=group, at=at, by=by, kind=kind, before=texts[0], after=texts[1])
    )


async def _fill_beyond(last: dt.date) -> None:
    """Days that a wider window has opened are filled at once; the rest is there already."""
    await fill(since=last + dt.timedelta(days=1))


@db.retrying
async def add(group: str, name: str, by: UUID) -> UUID:
    """Give a group of items rules of its own, at first the general ones. Returns the policy.

    Refuses: Denied, NotFound for a group that no item has, and a group that has rules already.
    """
    await _must_edit(by)
    if group not in {
        row["group"] for row in await db.rows('SELECT DISTINCT policy_group AS "group" FROM item')
    }:
        raise NotFound("没有事项属于这个分组")
    taken = {"appointment_policy_group_key": Refusal("这个分组已经有自己的规则了")}
    async with db.transaction(refusing=taken):
        general = await Policy.objects().where(Policy.group == "default").first()
        if general is None:
            raise NotFound("还没有一般规则，请先加载参考数据")
        values = {**values_of(general.to_dict()), "name": name}
        now = await clock.now()
        added = Policy(group=group, edited_at=now, **values)
        await Policy.insert(added)
        await _record(group, None, values, kind="added", by=by, at=now)
    return UUID(str(added.id))


@db.retrying
async def undo(event: UUID, by: UUID) -> UUID | None:
    """Take back the latest change of a group's rules; an undo can be undone. Returns the policy, or None where the
    group now follows the general rules. Refuses: Denied, NotFound, and any change but the latest.
    """
    await _must_edit(by)
    found = await db.rows("SELECT * FROM appointment_policy_event WHERE id = $1", event)
    if not found:
        raise NotFound("没有找到这次改动")
    filled = await reach()
    async with db.transaction(refusing={"appointment_policy_group_key": Refusal(LATER)}):
        policy = await _undo(found[0], by)
    await _fill_beyond(filled)
    return policy


async def _undo(event: dict[str, Any], by: UUID) -> UUID | None:
    group = event["group"]
    row = await db.rows('SELECT * FROM appointment_policy WHERE "group" = $1 FOR UPDATE', group)
    if (await db.rows(EVENTS, group))[0]["id"] != event["id"]:
        raise Refusal(LATER)
    was = msgspec.json.decode(event["before"] or "null")
    if not row:
        return await _restore(group, was, by)
    policy = UUID(str(row[0]["id"]))
    if was is None:
        await Policy.delete().where(Policy.id == policy)
        now = await clock.now()
        await _record(group, values_of(row[0]), None, kind="removed", by=by, at=now)
        return None
    await _write(row[0], {name: was.get(name, row[0][name]) for name in VALUES}, "undone", by)
    return policy


async def _restore(group: str, was: dict[str, Any], by: UUID) -> UUID:
    """Rules that were taken away stand again as they were."""
    now = await clock.now()
    again = Policy(group=group, edited_at=now, **was)
    await Policy.insert(again)
    await _record(group, None, values_of(again.to_dict()), kind="restored", by=by, at=now)
    return UUID(str(again.id))
