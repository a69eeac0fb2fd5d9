"""What cases no longer keep, by `retention.toml`. The files themselves are archives, and stay."""

import datetime as dt

from backend import retention

FORGET = {
    "looks": """
DELETE FROM case_look WHERE id IN (SELECT id FROM case_look WHERE at < $1 LIMIT $2) RETURNING id""",
}


async def forget(now: dt.datetime) -> int:
    """One batch; how many rows."""
    return await retention.forget(FORGET, now)
