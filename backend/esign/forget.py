"""What requests for signatures no longer keep, by `retention.toml`: the signatures lie with what was signed."""

import datetime as dt

from backend import retention

FORGET = {
    "events": """
DELETE FROM signing_request WHERE id IN (
    SELECT id FROM signing_request WHERE state <> 'waiting' AND ended_at < $1 LIMIT $2) RETURNING id""",
}


async def forget(now: dt.datetime) -> int:
    """One batch; how many rows."""
    return await retention.forget(FORGET, now)
