"""What the desk in Shanghai no longer keeps, by `retention.toml`. How a case was taken in stays with its file."""

import datetime as dt

from backend import retention

FORGET = {
    "sheets": """
DELETE FROM desk_phone WHERE id IN (SELECT id FROM desk_phone WHERE until < $1 LIMIT $2) RETURNING id""",
}


async def forget(now: dt.datetime) -> int:
    """One batch; how many rows."""
    return await retention.forget(FORGET, now)
