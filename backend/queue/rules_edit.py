"""A hall's queue rules as its manager keeps them: read, changed, each change with who and when."""

from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, identity
from backend.queue.lock import KNOWN, lock, rules_from
from backend.queue.rules_words import BY_NAME, MOST_CREDIT, changes, mark, values_of
from backend.queue.tables import Rules, RulesEvent
from backend.refusal import NotFound, Refusal

LOOK = ("manager", "supervisor", "auditor", "guide", "clerk")
HALL = """
SELECT h.id, h.code, h.name, to_jsonb(r) AS rules FROM hall h LEFT JOIN queue_rules r ON r.hall = h.id WHERE h.id = $1
"""
EVENTS = """
SELECT e.at, e.before, e.after, f.name AS by_name FROM queue_rules_event e JOIN staff f ON f.id = e.by
WHERE e.hall = $1 ORDER BY e.at DESC LIMIT 20
"""


async def show(hall: UUID, by: UUID) -> dict[str, Any]:
    """A hall's rules as values with their mark `seen`, and their history. Refuses: NotFound, Denied."""
    found = await db.rows(HALL, hall)
    if not found:
        raise NotFound("没有找到这个大厅")
    await identity.require(by, *LOOK, hall=found[0]["code"])
    values = values_of(rules_from(found[0]["rules"]))
    told = [
        {**row, "changes": changes(*(msgspec.json.decode(row[name]) for name in ("before", "after")))}
        for row in await db.rows(EVENTS, hall)
    ]
    return {**found[0], "values": values, "seen": mark(values), "history": told}


@db.retrying
async def change(hall: UUID, by: UUID, seen: str, values: dict[str, Any]) -> None:
    """Change a hall's rules to `values` (as `values_of`); numbers that were taken keep their place.

    Refuses: NotFound, Denied, values out of bounds, none that differ, rules that somebody changed since.
    """
    async with db.transaction():
        before = await show(hall, by)
        await identity.require(by, "manager", hall=before["code"])
        await lock(hall)
        before = await show(hall, by)
        _judge(before, seen, values)
        await _write(hall, by, before["values"], values)


def _judge(before: dict[str, Any], seen: str, values: dict[str, Any]) -> None:
    if before["seen"] != seen:
        raise Refusal("刚才有人改过这个大厅的规则，请看过现在的再改")
    if before["values"] == values:
        raise Refusal("没有改动，不用保存")
    for name, rule in BY_NAME.items():
        if not rule.least <= values[name] <= rule.most:
            raise Refusal(f"{rule.label}要在 {rule.least} 到 {rule.most} {rule.unit}之间")
    for name, minutes in values["credits"].items():
        if not identity.priority_name(name) or not 0 <= minutes <= MOST_CREDIT:
            raise Refusal(f"优先提前的分钟要在 0 到 {MOST_CREDIT} 之间")


async def _write(hall: UUID, by: UUID, before: dict[str, Any], values: dict[str, Any]) -> None:
    now = await clock.now()
    credits = [{"class": name, "minutes": minutes} for name, minutes in values["credits"].items() if minutes]
    plain = {name: value for name, value in values.items() if name in KNOWN}
    columns = {**plain, "priority_credits": msgspec.json.encode(credits).decode(), "edited_at": now}
    known = [column for column in Rules._meta.columns if column._meta.name in columns]
    await Rules.insert(Rules(hall=hall, **columns)).on_conflict(
        action="DO UPDATE", target=Rules.hall, values=known
    )
    texts = [msgspec.json.encode(one).decode() for one in (before, values)]
    await RulesEvent.insert(RulesEvent(hall=hall, at=now, by=by, before=texts[0], after=texts[1]))
