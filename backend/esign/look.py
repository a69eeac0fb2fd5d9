"""Asking the service how a request stands, until it is over: for answers and reports may be lost."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.esign.provider import Away, Told, asked
from backend.esign.rules import rules
from backend.esign.settle import end, settle
from backend.settings import settings

LEASE = dt.timedelta(seconds=30)  # who asks and dies leaves it to the next after that
TAKEN = """
UPDATE signing_request SET next_at = $2, tries = tries + 1 WHERE id = $1 AND next_at <= $3 RETURNING *
"""
LATER = "UPDATE signing_request SET next_at = $2, why = $3 WHERE id = $1 AND state = 'waiting'"
DUE = "SELECT id FROM signing_request WHERE next_at <= $1 ORDER BY next_at LIMIT $2"


async def to_look_at(most: int = 50) -> list[UUID]:
    """What the service is to be asked of now, the longest first."""
    return [row["id"] for row in await db.rows(DUE, await clock.now(), most)]


async def look(request: UUID) -> None:
    """Ask once; past its time for the last time. Safe to run twice and at once."""
    now = await clock.now()
    taken = await db.rows(TAKEN, request, now + LEASE, now)
    if not taken:
        return
    [one] = taken
    why = ""
    try:
        await settle(one["provider"], await _asked(one))
    except Away as away:
        why = away.why
        if away.final:
            await end(one, "failed", why)
    if one["until"] <= now:
        await end(one, "lapsed", why)
    later = min(now + dt.timedelta(seconds=rules().every_seconds), one["until"])
    await db.rows(LATER, request, later, why)


async def _asked(one: dict[str, Any]) -> Told:
    to = settings().signing
    if to is None or to.name != one["provider"]:
        raise Away("unconfigured", final=True)
    return await asked(to, one)
