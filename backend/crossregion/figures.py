"""驻沪数据: per item and department how many, in how many days against the promise, what had to be corrected, what was
refused and why (否定报备), and what people came for in vain.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.crossregion.ask import desks_of, missing
from backend.refusal import Refusal

READERS = ("manager", "supervisor")
MOST_DAYS = 366
TOO_LONG = f"一次最多看 {MOST_DAYS} 天，请选近一点的日子"
BACKWARDS = "第一天要在最后一天之前"
FROM_DESKS = """
FROM desk_intake t JOIN service_case c ON c.id = t."case" JOIN item i ON i.id = c.item
JOIN department d ON d.id = c.department JOIN hall h ON h.id = c.hall
"""
THESE = "WHERE ($1::bool OR h.code = ANY($2)) AND c.received_at >= $3 AND c.received_at < $4"
# Working days from the day after the acceptance to the decision, as a promise in working days counts them.
# Refused at some step, also where it was filed since.
DENIED = """
EXISTS (SELECT 1 FROM case_event e WHERE e."case" = c.id
  AND (e.kind IN ('declined', 'returned') OR e.kind = 'decided' AND c.decision = 'refused'))
"""
USED = """
(SELECT count(*) FROM calendar_day k WHERE k.working AND c.decided_at IS NOT NULL
  AND k.day > (c.accepted_at AT TIME ZONE 'Asia/Shanghai')::date
  AND k.day <= (c.decided_at AT TIME ZONE 'Asia/Shanghai')::date)
"""
ROWS = f"""
SELECT item, department, count(*) AS taken, count(handed_at) AS handed, count(decided_at) AS decided,
       avg(used) FILTER (WHERE decided_at IS NOT NULL) AS days, max(promised_days) AS promised,
       count(*) FILTER (WHERE promised_unit = 'working' AND used > promised_days + extension) AS late,
       count(*) FILTER (WHERE corrected) AS corrected,
       count(*) FILTER (WHERE denied) AS refused
FROM (SELECT i.name AS item, d.name AS department, c.handed_at, c.decided_at, c.promised_days, c.promised_unit,
        c.extension, {USED} AS used, {DENIED} AS denied, EXISTS (
          SELECT 1 FROM case_event e WHERE e."case" = c.id AND e.kind = 'correcting') AS corrected
      {FROM_DESKS} {THESE}) one
GROUP BY item, department ORDER BY taken DESC, item
"""  # noqa: S608  # our own words
REFUSED = f"""
SELECT c.id, c.number, i.name AS item, CASE WHEN c.handed_at IS NULL THEN h.name ELSE d.name END AS department,
       e.kind, e.at, e.why
{FROM_DESKS} JOIN case_event e ON e."case" = c.id {THESE}
  AND (e.kind IN ('declined', 'returned') OR e.kind = 'decided' AND c.decision = 'refused')
ORDER BY e.at DESC, e.id LIMIT 200
"""


async def figures(first: dt.date, last: dt.date, by: UUID) -> dict[str, list[dict[str, Any]]]:
    """Of what was taken in, and asked for, from the first day to the last: `rows`, `refused` and `asked`, of the desks
    that somebody leads or supervises. Refuses: days that are none, more than MOST_DAYS.
    """
    if last < first:
        raise Refusal(BACKWARDS)
    if (last - first).days >= MOST_DAYS:
        raise Refusal(TOO_LONG)
    since, until = clock.at(first, dt.time()), clock.at(last + dt.timedelta(days=1), dt.time())
    places = await desks_of(by, *READERS)
    return {
        "rows": await db.rows(ROWS, *places, since, until),
        "refused": await db.rows(REFUSED, *places, since, until),
        "asked": await missing(by, *READERS, since=since, until=until),
    }
