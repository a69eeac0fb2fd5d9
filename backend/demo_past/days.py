"""The city's hall on its past days: which counters of a line were at work, what people came for, who had booked."""

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from backend import clock, db
from backend.demo_past.bookings import PLANNED
from backend.demo_past.line_day import Booking, LineDay
from backend.queue.wait.figures import HOUR, Desk, Figures, Matter
from backend.queue.wait.learning import Learner

AT_WORK = (0.69, 0.62, 0.53, 0.45, 0.58, 0.75)  # of the counters that the templates plan, from Monday on
WALK_IN = 0.55  # people without a booking for each one with
PRIORITY = 0.1  # of those without
NOON = (12 * HOUR, 13 * HOUR)
ON_DUTY = 2  # counters that work at noon, where the templates have noon hours
TOLD = 8  # of yesterday's numbers, one in so many was told how long it will take …
LEARNED = dt.timedelta(weeks=1)  # … by what the days since then had taught: older ones would have faded

LINES = """
SELECT l.id, l.hall, l.letter, array_agg(c.id ORDER BY c.number) AS counters,
       (SELECT s.id FROM line s WHERE s.hall = l.hall AND s.letter = 'Y') AS booked,
       (SELECT s.id FROM line s WHERE s.hall = l.hall AND s.letter = 'V') AS priority
FROM line l JOIN hall h ON h.id = l.hall JOIN counter c ON c.line = l.id WHERE h.kind = 'city' GROUP BY l.id
"""
SHIFTS = f"""
SELECT c.day, t.line, max(t.counters)::int AS counters, max(t.minutes_per_matter)::int AS minutes,
       bool_or(t.starts = '12:00') AS noon, bool_or(t.ends > '13:00') AS whole
FROM {PLANNED}
WHERE h.kind = 'city' AND c.day >= $1 AND c.day < $2 GROUP BY c.day, t.line, l.letter ORDER BY c.day, l.letter
"""  # noqa: S608  # our own constants
ITEMS = """
SELECT p.line, i.id::text AS item, greatest(i.asked, 1) AS asked, i.minutes, i.bookable
FROM item_place p JOIN item i ON i.id = p.item JOIN hall h ON h.id = p.hall WHERE h.kind = 'city' ORDER BY i.code
"""
CAME = """
SELECT a.id, a.item::text AS item, s.line, s.day, s.starts_at, a.arrived_at
FROM appointment a JOIN slot s ON s.id = a.slot JOIN hall h ON h.id = s.hall
WHERE h.kind = 'city' AND s.day >= $1 AND s.day < $2 AND a.state = 'arrived' ORDER BY a.number
"""
Row = dict[str, Any]


async def days(first: dt.date, today: dt.date) -> list[tuple[dt.date, Row, LineDay]]:
    """Every line's days from the first until yesterday, not yet run; with the line's row."""
    lines = {row["id"]: row for row in await db.rows(LINES)}
    items, came = await _items(), await _came(first, today)
    learners: dict[Any, Learner] = defaultdict(Learner)
    found = []
    for shift in await db.rows(SHIFTS, first, today):
        line, day, booked = lines.get(shift["line"]), shift["day"], came[shift["line"], shift["day"]]
        if not line or not booked:
            continue
        figures = _figures(line, shift, items[line["id"]], booked)
        seed = day.toordinal() * 100 + ord(line["letter"])
        learner = learners[line["id"]] if day >= today - LEARNED else None
        telling = TOLD if day == today - dt.timedelta(days=1) else 0
        found.append((day, line, LineDay(figures, booked, seed, learner, telling)))
    return found


async def _items() -> dict[Any, list[Row]]:
    found = defaultdict(list)
    for row in await db.rows(ITEMS):
        found[row["line"]].append(row)
    return found


async def _came(first: dt.date, today: dt.date) -> dict[Any, list[Booking]]:
    found = defaultdict(list)
    for row in await db.rows(CAME, first, today):
        midnight = clock.at(row["day"], dt.time())
        came_at, slot = ((row[name] - midnight).total_seconds() for name in ("arrived_at", "starts_at"))
        found[row["line"], row["day"]].append(Booking(row["id"], row["item"], came_at, slot))
    return found


def _figures(line: Row, shift: Row, items: list[Row], booked: list[Booking]) -> Figures:
    hours = Counter(int(one.slot // HOUR) for one in booked if shift["whole"])
    return Figures(
        per_hour={hour: WALK_IN * count for hour, count in hours.items() if hour != NOON[0] // HOUR},
        booked=0.0, priority=PRIORITY, matters=_matters(line["letter"], shift["minutes"], items),
        desks=_desks(shift, len(line["counters"])), closes=(16.5 if shift["whole"] else 12) * HOUR,
    )  # fmt: skip


def _matters(letter: str, minutes: int, items: list[Row]) -> tuple[Matter, ...]:
    """What people come for, in the proportions of the items' own minutes; all in all as long as the templates plan."""
    bookable = [row for row in items if row["bookable"]]
    mean = (_mean(bookable) + WALK_IN * _mean(items)) / (1 + WALK_IN)
    whole = sum(row["asked"] for row in items)
    return tuple(
        Matter(row["item"], letter, row["asked"] / whole, row["minutes"] * minutes / mean) for row in items
    )


def _mean(items: list[Row]) -> float:
    return float(sum(row["asked"] * row["minutes"] for row in items) / sum(row["asked"] for row in items))


def _desks(shift: Row, most: int) -> tuple[Desk, ...]:
    weekday = shift["day"].weekday()
    share = AT_WORK[0 if shift["whole"] and weekday > 4 else weekday]  # 调休
    count, duty = min(most, max(1, round(share * shift["counters"]))), ON_DUTY if shift["noon"] else 0
    return tuple(Desk(None, NOON if shift["whole"] and n >= duty else None) for n in range(count))
