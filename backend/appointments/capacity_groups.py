"""What is alike shown as one line: templates of several weekdays, exceptions that were added together."""

import hashlib
from collections.abc import Iterable
from itertools import groupby
from typing import Any

ALIKE = ("starts", "ends", "slot_minutes", "counters", "minutes_per_matter", "online_percent")
DAYS = ["", "周一", "周二", "周三", "周四", "周五", "周六", "周日"]


def weekly(templates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A line's templates, those that differ in nothing but the weekday as one: its first row with `weekdays` and
    `days`, their words.
    """
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in sorted(templates, key=lambda row: (row["weekday"], row["starts"])):
        groups.setdefault(tuple(row[name] for name in ALIKE), []).append(row)
    return [_group(rows) for rows in groups.values()]


def mark(row: dict[str, Any]) -> str:
    """A mark of a template's values; those of a group have the same. Another mark: somebody changed them since."""
    alike = "|".join(str(row[name]) for name in ALIKE)
    return hashlib.sha256(alike.encode()).hexdigest()[:16]


def _group(rows: list[dict[str, Any]]) -> dict[str, Any]:
    weekdays = [row["weekday"] for row in rows]
    return {**rows[0], "weekdays": weekdays, "days": said(weekdays), "seen": mark(rows[0])}


def said(weekdays: Iterable[int]) -> str:
    """周一至周五, 周一、周三."""
    # Neighbours have the same distance to their place in the list.
    runs = [
        [day for _, day in run]
        for _, run in groupby(enumerate(sorted(weekdays)), lambda pair: pair[1] - pair[0])
    ]
    return "、".join(
        f"{DAYS[run[0]]}至{DAYS[run[-1]]}" if len(run) > 2 else "、".join(DAYS[day] for day in run)
        for run in runs
    )


def together(exceptions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Exceptions, those of one deed that say the same as one: its first row with `rows` and the `last` day."""
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in exceptions:
        alike = (row["deed"], row["starts"], row["ends"], row["counters"], row["reason"])
        groups.setdefault(alike if row["deed"] else row["id"], []).append(row)
    return [
        {**rows[0], "rows": rows, "last": rows[-1]["day"], "booked": sum(row["booked"] for row in rows)}
        for rows in groups.values()
    ]
