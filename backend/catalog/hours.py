"""Opening hours as people say them: 周一至周五 9:00–12:00、13:00–17:00."""

from collections.abc import Iterable
from typing import Any

NAMES = "一二三四五六日"


def said(openings: Iterable[dict[str, Any]]) -> list[str]:
    """One sentence for each set of days with the same hours; hours for booked people only come last."""
    days: dict[tuple[bool, str], list[int]] = {}
    spans: dict[tuple[bool, int], list[str]] = {}
    for one in sorted(openings, key=lambda one: (one["weekday"], one["opens"])):
        key = one["booking_only"], one["weekday"]
        spans.setdefault(key, []).append(f"{_time(one['opens'])}–{_time(one['closes'])}")
    for (booking, weekday), times in spans.items():
        days.setdefault((booking, "、".join(times)), []).append(weekday)
    ordered = sorted(days.items(), key=lambda pair: (pair[0][0], pair[1]))
    return [
        f"{_days(which)} {times}{'（只接待预约）' if booking else ''}" for (booking, times), which in ordered
    ]


def _time(at: Any) -> str:
    return f"{at.hour}:{at.minute:02d}"


def _days(which: list[int]) -> str:
    first, last = NAMES[which[0] - 1], NAMES[which[-1] - 1]
    if len(which) > 2 and which[-1] - which[0] == len(which) - 1:
        return f"周{first}至周{last}"
    return "、".join(f"周{NAMES[day - 1]}" for day in which)
