"""A hall's queue in numbers (大厅数据): arrivals, waiting, service, missed, given up; by line, matter, counter, hour.

Of today as it runs, or of any days. Nothing is counted by person, neither citizens nor staff: counters are listed by
their number and nobody is ranked.
"""

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import IO, Any
from uuid import UUID

import msgspec
from openpyxl import Workbook

from backend import clock, db, identity, workbook
from backend.refusal import NotFound, Refusal
from backend.workbook import inert

READERS = ("manager", "supervisor", "auditor")
MOST_DAYS = 366
# One row a number. Waiting counts from when it was taken, for a booking from its slot if that is later, to its first
# call; service from its start to its end.
EACH = """
SELECT d.day, t.letter, l.letter || ' ' || l.name AS line, coalesce(i.name, '没有选事项') AS item, c.number AS counter,
       extract(hour FROM t.taken_at AT TIME ZONE 'Asia/Shanghai')::int AS hour, t.state, t.taken_at,
       t.told_low, t.told_middle, t.told_high,
       CASE WHEN f.at IS NOT NULL
            THEN greatest(extract(epoch FROM f.at - greatest(t.taken_at, s.starts_at)) / 60, 0) END AS waited,
       extract(epoch FROM f.at - t.taken_at) / 60 AS called_after,
       CASE WHEN t.state = 'done' THEN extract(epoch FROM t.ended_at - t.started_at) / 60 END AS served,
       t.missed_at IS NOT NULL AS missed
FROM ticket t JOIN queue_day d ON d.id = t.day JOIN hall h ON h.id = d.hall JOIN line l ON l.id = t.line
LEFT JOIN item i ON i.id = t.item LEFT JOIN counter c ON c.id = t.counter
LEFT JOIN appointment a ON a.id = t.appointment LEFT JOIN slot s ON s.id = a.slot
LEFT JOIN LATERAL (SELECT min(e.at) AS at FROM ticket_event e WHERE e.ticket = t.id AND e.kind = 'called') f ON true
WHERE h.code = $1 AND d.day BETWEEN $2 AND $3 AND t.state <> 'voided'
"""
COUNTS = """
count(*) AS arrivals, count(*) FILTER (WHERE state = 'done') AS done,
count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE missed) AS missed,
count(*) FILTER (WHERE state IN ('abandoned', 'withdrawn')) AS abandoned,
avg(waited)::float AS wait, percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) AS wait_half,
percentile_cont(0.9) WITHIN GROUP (ORDER BY waited) AS wait_most,
avg(served)::float AS service, percentile_cont(0.5) WITHIN GROUP (ORDER BY served) AS service_half
"""
PARTS = ("line", "item", "counter", "hour", "day")
# Every part in one pass over the numbers; `part` says by a bit which column a row is about, all bits for the whole.
BY = f"""
SELECT grouping({", ".join(PARTS)}) AS part, {", ".join(PARTS)}, {COUNTS}
FROM ({EACH}) each GROUP BY GROUPING SETS ((), {", ".join(f"({part})" for part in PARTS)})
"""  # noqa: S608  # our own constants
# What was said when a number was taken is how long it is from then to its call, in whole minutes.
WRONG = f"""
SELECT avg(abs(told_middle - called_after))::float AS error, count(*) AS judged,
       avg((round(called_after) BETWEEN told_low AND told_high)::int)::float AS covered
FROM ({EACH}) each WHERE told_middle IS NOT NULL AND called_after IS NOT NULL
"""  # noqa: S608  # our own constants
LAST_DAY = (
    "SELECT max(d.day) AS day FROM queue_day d JOIN hall h ON h.id = d.hall WHERE h.code = $1 AND d.day < $2"
)
COLUMNS: workbook.Columns = (
    ("", 26), ("取号", 9), ("办结", 9), ("在等", 9), ("过号", 9), ("弃号、取消", 12),
    ("平均等候（分）", 15), ("一半等候不超过（分）", 20), ("九成等候不超过（分）", 20), ("平均办理（分）", 15),
    ("一半办理不超过（分）", 20),
)  # fmt: skip
ORDER: dict[str, Callable[["Count"], Any]] = {"item": lambda one: (-one.arrivals, one.name)}
SHEETS = {"line": "按业务", "item": "按事项", "counter": "按窗口", "hour": "按钟点", "day": "按天"}


class Count(msgspec.Struct, frozen=True):
    """What of the numbers there were; `name` says of which part. Minutes are None where nobody was called or served."""

    name: Any
    arrivals: int
    done: int
    waiting: int
    missed: int
    abandoned: int
    wait: float | None
    wait_half: float | None
    wait_most: float | None
    service: float | None
    service_half: float | None


COUNTED = [name for name in Count.__struct_fields__ if name != "name"]


class Wrong(msgspec.Struct, frozen=True):
    """How wrong what we said on a day was: mean error in minutes, and the share that lay within the range."""

    day: dt.date
    judged: int
    error: float | None
    covered: float | None


async def numbers(hall: str, first: dt.date, last: dt.date, by: UUID) -> dict[str, list[Count]]:
    """The counts of these days, both included, by each part. Refuses: Denied, NotFound, days the wrong way round, more
    than MOST_DAYS.
    """
    await identity.require(by, *READERS, hall=hall)
    if last < first:
        raise Refusal("最后一天不能早于第一天")
    if (last - first).days >= MOST_DAYS:
        raise Refusal(f"一次最多看 {MOST_DAYS} 天")
    found: dict[str, list[Count]] = {part: [] for part in ("total", *PARTS)}
    for row in await db.rows(BY, hall, first, last):
        part = _part(row["part"])
        if part == "total" or row[part] is not None:  # a number that no counter called is of none
            found[part].append(Count(name=row.get(part, ""), **{name: row[name] for name in COUNTED}))
    return {part: sorted(counts, key=ORDER.get(part, _by_name)) for part, counts in found.items()}


def _part(bits: int) -> str:
    """Which part a row is about: the one whose bit is not set."""
    return next((part for n, part in enumerate(reversed(PARTS)) if not bits >> n & 1), "total")


def _by_name(count: "Count") -> Any:
    return count.name


async def last_error(hall: str, by: UUID) -> Wrong:
    """How wrong the hall's waiting times were yesterday, or on the last day before on which it issued numbers.
    Refuses: Denied, NotFound.
    """
    await identity.require(by, *READERS, hall=hall)
    today = clock.local(await clock.now()).date()
    [found] = await db.rows(LAST_DAY, hall, today)
    day = found["day"] or today - dt.timedelta(days=1)
    return Wrong(day=day, **(await db.rows(WRONG, hall, day, day))[0])


async def code_of(hall: UUID) -> str:
    """A hall's code. Refuses: NotFound."""
    found = await db.rows("SELECT code FROM hall WHERE id = $1", hall)
    if not found:
        raise NotFound("没有找到这个大厅")
    return str(found[0]["code"])


async def taken_away(hall: str, first: dt.date, last: dt.date, by: UUID) -> IO[bytes]:
    """The same as a workbook, a sheet for each part. Refuses: as `numbers`."""
    found = await numbers(hall, first, last, by)
    async with workbook.one_at_a_time:
        return await asyncio.to_thread(_write, found)


def _write(found: dict[str, list[Count]]) -> IO[bytes]:
    book = Workbook(write_only=True)
    for part, title in SHEETS.items():
        sheet = workbook.sheet(book, title, COLUMNS)
        for one in found[part]:
            sheet.append(_row(sheet, one, part))
    return workbook.saved(book)


def _row(sheet: Any, one: Count, part: str) -> list[Any]:
    values = (one.wait, one.wait_half, one.wait_most, one.service, one.service_half)
    minutes = [workbook.cell(sheet, value, "0.0") for value in values]
    return [said(one.name, part), one.arrivals, one.done, one.waiting, one.missed, one.abandoned, *minutes]


def said(name: Any, part: str) -> str:
    """What a part is called: 9 点, 3 号窗口."""
    known = {"hour": "{} 点", "counter": "{} 号窗口"}
    return inert(known.get(part, "{}").format(name))
