"""What was changed of a hall's capacity, in words: where, which hours, from what to what."""

import datetime as dt
from typing import Any

import msgspec

from backend.web.words import WEEKDAYS, date

UNITS = {
    "slot_minutes": "每段分钟",
    "counters": "窗口",
    "minutes_per_matter": "每件分钟",
    "online_percent": "网上占比",
}


def told(row: dict[str, Any]) -> dict[str, Any]:
    """An event as the console tells it: `what`, `where`, `change`, beside `at` and `by_name`."""
    before, after = (msgspec.json.decode(row[name]) if row[name] else {} for name in ("before", "after"))
    if row["kind"] == "template":
        what = "改了每周安排" if before else "加了每周安排"
        return {**row, "what": what, "where": _hours(after), "change": _changes(before, after)}
    what = "加了例外" if row["kind"] == "exception" else "撤回了例外"
    return {**row, "what": what, "where": _day(after or before), "change": _exception(after or before)}


def _hours(values: dict[str, Any]) -> str:
    return f"周{WEEKDAYS[values['weekday'] - 1]} {values['starts'][:5]}–{values['ends'][:5]}"


def _changes(before: dict[str, Any], after: dict[str, Any]) -> str:
    if not before:
        return "，".join(f"{label} {after[name]}" for name, label in UNITS.items())
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
