"""平常这一天: how many come in each hour of an ordinary such weekday, and how long they waited, from past days."""

import datetime as dt
from typing import Any

import msgspec

from backend import clock, db

WEEKS = 8
HOURS = """
WITH days AS (
    SELECT d.id FROM queue_day d JOIN hall h ON h.id = d.hall
    WHERE h.code = $1 AND d.day < $2 AND d.day >= $2 - 7 * $3::int
      AND extract(isodow FROM d.day) = extract(isodow FROM $2::date)
      AND EXISTS (SELECT 1 FROM ticket t WHERE t.day = d.id)
)
SELECT extract(hour FROM t.taken_at AT TIME ZONE 'Asia/Shanghai')::int AS hour,
       count(*)::float / (SELECT count(*) FROM days) AS came,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.called_at - t.taken_at) / 60)
           FILTER (WHERE t.called_at IS NOT NULL AND t.credit = '') AS waited
FROM ticket t JOIN days ON days.id = t.day WHERE t.state <> 'voided' GROUP BY 1 ORDER BY 1
"""
_kept: dict[str, tuple[dt.date, list["Hour"]]] = {}


class Hour(msgspec.Struct, frozen=True):
    """An hour of an ordinary such weekday: how many come, of the busiest hour's in percent, the median wait."""

    hour: int
    came: int
    share: int
    waited: int | None


async def ordinary(hall: str) -> list[Hour]:
    """The hours of an ordinary day like today; past days do not change, so it is worked out once a day."""
    today = clock.local(await clock.now()).date()
    if _kept.get(hall, (None, []))[0] != today:
        _kept[hall] = today, _hours(await db.rows(HOURS, hall, today, WEEKS))
    return _kept[hall][1]


def _hours(rows: list[dict[str, Any]]) -> list[Hour]:
    """Without gaps, from the first hour to the last."""
    known = {row["hour"]: row for row in rows}
    most = max((row["came"] for row in rows), default=0)
    span = range(min(known), max(known) + 1) if known else range(0)
    return [_hour(hour, known.get(hour), most) for hour in span]


def _hour(hour: int, row: dict[str, Any] | None, most: float) -> Hour:
    if row is None:
        return Hour(hour, 0, 0, None)
    waited = None if row["waited"] is None else round(row["waited"])
    return Hour(hour, round(row["came"]), max(1, round(100 * row["came"] / most)), waited)
