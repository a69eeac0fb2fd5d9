"""What notify no longer keeps, by `retention.toml`."""

import datetime as dt

from backend import retention

FORGET = {
    "notices": "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE due_at < $1 LIMIT $2) RETURNING id"
}


async def forget(now: dt.datetime) -> int:
    """One batch; how many rows."""
    return await retention.forget(FORGET, now)
