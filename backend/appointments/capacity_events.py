"""What was changed of a hall's capacity, in words: where, which hours, from what to what; what can be undone."""

import datetime as dt
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec

from backend import db
from backend.web.words import WEEKDAYS, date

UNITS = {
    "slot_minutes": "每段分钟",
    "counters": "窗口",
    "minutes_per_matter": "每件分钟",
    "online_percent": "网上占比",
}
EVENTS = """
SELECT e.at, e.kind, e.before, e.after, e.undoes, e.note,
       EXISTS (SELECT 1 FROM capacity_event u WHERE u.deed = e.undoes AND u.undoes IS NOT NULL) AS redone,
       f.name AS by_name, coalesce(e.deed, e.id) AS deed,
       coalesce(l.letter || ' ' || l.name, '整个大厅') AS place,
       e.subject IS NULL OR EXISTS (SELECT 1 FROM capacity_event later WHERE later.subject = e.subject
           AND later.at > e.at AND later.deed IS DISTINCT FROM e.deed) AS settled
FROM capacity_event e JOIN staff f ON f.id = e.by
LEFT JOIN line l ON l.id = (coalesce(e.after, e.before) ->> 'line')::uuid
WHERE e.hall = $1
ORDER BY e.at DESC, coalesce(e.deed, e.id), l.letter, e.after ->> 'weekday', e.after ->> 'day' LIMIT 400
"""
MOST = 12  # deeds that the page shows


async def latest(hall: UUID) -> list[dict[str, Any]]:
    """A hall's latest changes, one line per deed, the newest first: `what`, `note`, `rows` (place, where, change),
    `at`, `by_name`, and `undo`, the deed's id where it can be taken back.
    """
    rows = await db.rows(EVENTS, hall)
    deeds = [list(group) for _, group in groupby(rows, key=lambda row: row["deed"])]
    return [_deed(deed) for deed in deeds[:MOST]]


def _deed(events: list[dict[str, Any]]) -> dict[str, Any]:
    first, rows = events[0], [told(event) for event in events]
    kinds = [row["what"] for row in rows]
    counts = [f"{kind} {kinds.count(kind)} 条" if len(rows) > 1 else kind for kind in dict.fromkeys(kinds)]
    return {
        "what": ("恢复撤销掉的：" if first["redone"] else "撤销：" if first["undoes"] else "")
        + "、".join(counts),
        "rows": rows,
        "undo": None if any(event["settled"] for event in events) else first["deed"],
        **{name: first[name] for name in ("at", "by_name", "note")},
    }


def told(row: dict[str, Any]) -> dict[str, Any]:
    """An event as the console tells it: `what`, `where`, `change`, beside `place`."""
    before, after = (msgspec.json.decode(row[name]) if row[name] else {} for name in ("before", "after"))
    if row["kind"] == "template":
        what = "去掉了每周安排" if not after else "改了每周安排" if before else "加了每周安排"
        if before and after and not after["counters"] and before["counters"]:
            what = "停了每周安排"
        return {**row, "what": what, "where": _hours(after or before), "change": _changes(before, after)}
    what = "加了例外" if row["kind"] == "exception" else "撤回了例外"
    return {**row, "what": what, "where": _day(after or before), "change": _exception(after or before)}


def _hours(values: dict[str, Any]) -> str:
    return f"周{WEEKDAYS[values['weekday'] - 1]} {values['starts'][:5]}–{values['ends'][:5]}"


def _changes(before: dict[str, Any], after: dict[str, Any]) -> str:
    if not before or not after:
        return "，".join(f"{label} {(after or before)[name]}" for name, label in UNITS.items())
    changed = [
        (label, before[name], after[name]) for name, label in UNITS.items() if before[name] != after[name]
    ]
    if before["ends"] != after["ends"]:
        changed.append(("到", before["ends"][:5], after["ends"][:5]))
    return "，".join(f"{label} {old} → {new}" for label, old, new in changed) or "没有变动"


def _day(values: dict[str, Any]) -> str:
    starts, ends = values.get("starts"), values.get("ends")
    span = f" {starts[:5] if starts else '开门'}–{ends[:5] if ends else '下班'}" if starts or ends else ""
    return date(dt.date.fromisoformat(values["day"])) + span


def _exception(values: dict[str, Any]) -> str:
    return f"{_counters(values['counters'])}：{values['reason']}"


def _counters(count: int) -> str:
    return f"开 {count} 个窗口" if count else "不开放"
