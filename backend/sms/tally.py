"""Counts for whoever watches over us: what became of the messages promised lately."""

import datetime as dt

from backend import clock, db

MESSAGES = "SELECT kind, state, count(*) AS n FROM sms WHERE created_at > $1 GROUP BY 1, 2"


async def tally(span: dt.timedelta) -> dict[tuple[str, ...], float]:
    """Messages promised within the span, by kind and state."""
    found = await db.rows(MESSAGES, await clock.now() - span)
    return {(row["kind"], row["state"]): row["n"] for row in found}
