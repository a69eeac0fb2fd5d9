"""A hall's own figures of the last weeks, for the generator of days: what a credit would do to everybody's waiting."""

import asyncio
import datetime as dt
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, identity
from backend.appointments import open_spans
from backend.queue.lock import rules_from
from backend.queue.rules_edit import LOOK
from backend.queue.wait.credits import DAYS, Row, credit_table
from backend.queue.wait.figures import HOUR, Desk, Figures, Matter
from backend.refusal import NotFound

BACK = 28  # days
ENOUGH = 200  # numbers; fewer say nothing of a hall
AT_ONCE = 7000  # numbers of all generated days together: a table is worked out in seconds
HALL = """
SELECT h.id, h.code, to_jsonb(r) AS rules FROM hall h LEFT JOIN queue_rules r ON r.hall = h.id WHERE h.id = $1
"""
TICKETS = """
FROM ticket t JOIN queue_day d ON d.id = t.day JOIN line l ON l.id = t.line
WHERE d.hall = $1 AND d.day BETWEEN $2 AND $3 AND t.state <> 'voided'
"""
WHOLE = f"""
SELECT count(*) AS n, count(DISTINCT d.day) AS days, avg((t.appointment IS NOT NULL)::int)::float AS booked,
       avg((t.credit = 'priority')::int)::float AS priority, avg((t.missed_at IS NOT NULL)::int)::float AS missed
{TICKETS}
"""  # our own constants
HOURS = f"""
SELECT extract(hour FROM t.taken_at AT TIME ZONE 'Asia/Shanghai')::int AS hour, count(*) AS n {TICKETS} GROUP BY 1
"""  # noqa: S608
MATTERS = f"""
SELECT coalesce(t.item::text, '') AS item, l.letter AS line, count(*) AS n,
       avg(extract(epoch FROM t.ended_at - t.called_at) / 60)::float AS minutes,
       stddev_samp(ln(greatest(extract(epoch FROM t.ended_at - t.called_at), 1)))::float AS spread
{TICKETS} AND t.state = 'done' AND t.ended_at > t.called_at GROUP BY 1, 2
"""  # noqa: S608
DESKS = """
SELECT home.letter, count(DISTINCT (c.id, d.day)) AS seats FROM ticket t JOIN queue_day d ON d.id = t.day
JOIN counter c ON c.id = t.counter JOIN line home ON home.id = c.line
WHERE d.hall = $1 AND d.day BETWEEN $2 AND $3 AND t.state = 'done' GROUP BY 1
"""


class Outlook(msgspec.Struct, frozen=True):
    """The table, and whether the hall's own figures are behind it or, where it has too few, those of an example."""

    rows: list[Row]
    own: bool
    numbers: int

    @property
    def unsure(self) -> float:
        """Minutes by which other days of the same figures would move the table."""
        return max(1.0, *(row.unsure for row in self.rows))


async def credit_outlook(hall: UUID, by: UUID) -> Outlook:
    """What credits of 0 to 90 minutes would do, from the hall's last four weeks. Refuses: NotFound, Denied."""
    found = await db.rows(HALL, hall)
    if not found:
        raise NotFound("没有找到这个大厅")
    await identity.require(by, *LOOK, hall=found[0]["code"])
    today = clock.local(await clock.now()).date()
    span = hall, today - dt.timedelta(days=BACK), today - dt.timedelta(days=1)
    whole = (await db.rows(WHOLE, *span))[0]
    own = whole["n"] >= ENOUGH
    if not own:
        return Outlook(await asyncio.to_thread(_example), own, whole["n"])
    figures, a_day = await _figures(span, whole, found[0]), whole["n"] // max(whole["days"], 1)
    days = max(1, min(DAYS, AT_ONCE // max(a_day, 1)))
    return Outlook(await asyncio.to_thread(credit_table, figures, days=days), own, whole["n"])


@cache
def _example() -> list[Row]:
    return credit_table(Figures())


async def _figures(
    span: tuple[UUID, dt.date, dt.date], whole: dict[str, Any], hall: dict[str, Any]
) -> Figures:
    days, rules = whole["days"], rules_from(hall["rules"])
    spans = [one for one in await open_spans(span[0], span[2]) if not one[2]]
    opens = spans[0][0].hour * HOUR + spans[0][0].minute * 60 if spans else 9 * HOUR
    closes = spans[-1][1].hour * HOUR + spans[-1][1].minute * 60 if spans else 17 * HOUR
    return Figures(
        per_hour={row["hour"]: row["n"] / days for row in await db.rows(HOURS, *span)},
        booked=whole["booked"], priority=whole["priority"], missed=whole["missed"],
        matters=_matters(await db.rows(MATTERS, *span)),
        desks=_desks(await db.rows(DESKS, *span), days, rules.any_lines),
        opens=opens, closes=closes - rules.stop_minutes * 60,
    )  # fmt: skip


def _matters(rows: list[dict[str, Any]]) -> tuple[Matter, ...]:
    all_of_them = sum(row["n"] for row in rows)
    return (
        tuple(
            Matter(row["item"], row["line"], row["n"] / all_of_them, row["minutes"], row["spread"] or 0.5)
            for row in rows
        )
        or Figures().matters
    )


def _desks(rows: list[dict[str, Any]], days: int, any_lines: str) -> tuple[Desk, ...]:
    """As many counters of each line as called on a day; those of any matter do every line."""
    found = []
    for row in rows:
        lines = None if row["letter"] in any_lines else frozenset({row["letter"]})
        found += [Desk(lines)] * max(1, round(row["seats"] / days))
    return tuple(found)
