"""What cases no longer keep, by `retention.toml`. The files themselves are archives, and stay."""

import datetime as dt

from backend import retention

FORGET = {
    # With which number somebody came is forgotten when whose the number was is.
    "numbers": """
UPDATE service_case SET ticket = NULL WHERE id IN (
    SELECT c.id FROM service_case c JOIN ticket t ON t.id = c.ticket JOIN queue_day d ON d.id = t.day
    WHERE d.day < ($1::timestamptz)::date LIMIT $2) RETURNING id""",
    "looks": """
DELETE FROM case_look WHERE id IN (SELECT id FROM case_look WHERE at < $1 LIMIT $2) RETURNING id""",
}


async def forget(now: dt.datetime) -> int:
    """One batch; how many rows."""
    return await retention.forget(FORGET, now)
