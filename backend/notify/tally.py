"""Counts for whoever watches over us: what is due, and what became of what was told lately."""

import datetime as dt

from backend import clock, db

DUE = """
SELECT count(*) AS n FROM notice WHERE due_at <= $1 AND delivered_at IS NULL AND withdrawn_at IS NULL
  AND (useless_after IS NULL OR useless_after > $1)
"""
NOTICES = """
SELECT kind, CASE WHEN withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN delivered_at IS NOT NULL THEN 'delivered'
                  WHEN due_at > $2 THEN 'later' WHEN useless_after <= $2 THEN 'late' ELSE 'due' END AS state,
       count(*) AS n FROM notice WHERE created_at > $1 GROUP BY 1, 2
"""
DISPATCHES = "SELECT channel, state, count(*) AS n FROM dispatch WHERE created_at > $1 GROUP BY 1, 2"
Tally = dict[tuple[str, ...], float]


async def due() -> int:
    """How many notices should have been delivered by now."""
    return int((await db.rows(DUE, await clock.now()))[0]["n"])


async def tally(span: dt.timedelta) -> tuple[Tally, Tally]:
    """What was written down within the span: notices by kind and state, sendings by channel and state."""
    now = await clock.now()
    notices = await db.rows(NOTICES, now - span, now)
    sendings = await db.rows(DISPATCHES, now - span)
    return (
        {(row["kind"], row["state"]): row["n"] for row in notices},
        {(row["channel"], row["state"]): row["n"] for row in sendings},
    )
