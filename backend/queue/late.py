"""迟到: what somebody is told of a booking before they check it in."""

import datetime as dt
from typing import Any

from backend import db
from backend.queue.check_in import in_time
from backend.queue.outlook import ranges
from backend.queue.rules import rules_of
from backend.queue.shared import shared


async def way(booked: dict[str, Any], hall: str, now: dt.datetime) -> dict[str, Any]:
    """A booking of today (`slot`, `starts_at`) with `from_at` and `open`: whether it can be checked in by now; `late`:
    by how much it is too late to count as booked, in words, and how long an ordinary number takes then (`range`).
    """
    rules, starts = await rules_of(hall), booked["starts_at"]
    first = starts - dt.timedelta(minutes=rules.early_minutes)
    more = {"from_at": first, "open": now >= first, "late": "", "range": ""}
    if not in_time(starts, rules, now):
        more |= {"late": _span(now - starts), "range": await _range(booked, hall)}
    return {**booked, **more}


def _span(time: dt.timedelta) -> str:
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    return " ".join([f"{hours} 小时"] * bool(hours) + [f"{minutes} 分钟"] * bool(minutes))


async def _range(booked: dict[str, Any], hall: str) -> str:
    line = (await db.rows("SELECT line FROM slot WHERE id = $1", booked["slot"]))[0]["line"]
    return ranges(await shared.recent(hall)).get(line, "")
