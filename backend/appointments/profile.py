"""What past days tell of a line, for `load.py`: who came when, and how many bookings are kept."""

import datetime as dt
import time
from collections import defaultdict
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.appointments import load
from backend.appointments.fill import weekday_of

SEEN = """
SELECT s.day, (s.starts_at AT TIME ZONE 'Asia/Shanghai')::time AS time, count(a.arrived_at) AS came,
       count(*) AS booked, c.working, c.name, c.provisional
FROM slot s JOIN appointment a ON a.slot = s.id LEFT JOIN calendar_day c ON c.day = s.day
WHERE s.line = $1 AND s.day >= $2 AND s.day < $3 AND a.state <> 'cancelled'
GROUP BY s.id, c.id ORDER BY s.day DESC, s.starts_at
"""
SECONDS, SECONDS_EMPTY = 3600, 5
_kept: dict[
    UUID, tuple[dt.date, float, load.Past]
] = {}  # the day, until when (monotonic seconds), what it tells


async def past(line: UUID, today: dt.date) -> load.Past:
    """The past of a line. Kept an hour by each process, for up to some ten thousand bookings count in it and it is
    over; but seconds only while nothing is recorded.
    """
    day, until, known = _kept.get(line, (None, 0.0, None))
    if known is None or day != today or until < time.monotonic():
        first = today - dt.timedelta(weeks=load.measure().weeks_back)
        known = told(await db.rows(SEEN, line, first, today))
        _kept[line] = today, time.monotonic() + (SECONDS if known.usual else SECONDS_EMPTY), known
    return known


def told(rows: list[dict[str, Any]]) -> load.Past:
    """What the rows of `SEEN`, latest day first, tell: only days on which anybody was seen to arrive count."""
    recorded = {row["day"] for row in rows if row["came"]}
    rows = [row for row in rows if row["day"] in recorded]
    weekdays: dict[int, dict[dt.date, list[tuple[dt.time, int]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        nature = clock.nature(row["day"], row["working"], row["name"], row["provisional"])
        weekday = weekday_of(row["day"], nature)
        if weekday:
            weekdays[weekday][row["day"]].append((row["time"], row["came"]))
    show = load.show(sum(row["came"] for row in rows), sum(row["booked"] for row in rows))
    return load.Past(show, {weekday: usual for weekday, days in weekdays.items() if (usual := _mean(days))})


def _mean(days: dict[dt.date, list[tuple[dt.time, int]]]) -> list[tuple[dt.time, float]]:
    latest = list(days.values())[: load.measure().comparable_days]
    if len(latest) < load.measure().fewest_days:
        return []
    total: dict[dt.time, int] = defaultdict(int)
    for slots in latest:
        for at, came in slots:
            total[at] += came
    return [(at, came / len(latest)) for at, came in sorted(total.items())]
