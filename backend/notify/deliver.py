"""Carrying notices out: claimed by one worker, delivered, and taken over if that worker died."""

import datetime as dt
from typing import Any
from uuid import UUID

import structlog

from backend import clock, db, hints
from backend.notify.tables import Notice
from backend.notify.texts import render

log = structlog.get_logger()
CLAIM = dt.timedelta(seconds=20)  # a delivery takes milliseconds; after this a claim belongs to a dead worker
BATCH = 200

CLAIM_ONE = """
UPDATE notice SET claimed_until = $2 + $3::interval * (1 + attempts), attempts = attempts + 1
WHERE id = $1 AND due_at <= $2 AND delivered_at IS NULL AND withdrawn_at IS NULL
  AND (claimed_until IS NULL OR claimed_until < $2)
RETURNING id, account, kind, about, facts
"""
ARRIVED = """
UPDATE notice SET delivered_at = $2, title = $3, body = $4
WHERE id = $1 AND delivered_at IS NULL AND withdrawn_at IS NULL RETURNING account
"""


async def deliver(notice: UUID) -> bool:
    """Deliver one notice to the inbox, if it is due and nobody else has it. True when it arrived now."""
    now = await clock.now()
    claimed = await db.rows(CLAIM_ONE, notice, now, CLAIM)
    return bool(claimed) and await arrive(claimed[0], now)


async def arrive(claimed: dict[str, Any], now: dt.datetime) -> bool:
    """Put a claimed notice into its inbox; a second worker that also had it finds nothing left to do."""
    title, body = render(claimed["kind"], claimed["facts"])
    async with db.transaction():
        arrived = await db.rows(ARRIVED, claimed["id"], now, title, body)
        for row in arrived:
            topic = f"account:{row['account']}"
            db.after_commit(lambda: hints.publish(topic))
    return bool(arrived)


async def sweep() -> int:
    """Deliver what is due and what lost hints or dead workers left behind; how many arrived."""
    now = await clock.now()
    waiting = await db.rows(
        "SELECT id FROM notice WHERE due_at <= $1 AND delivered_at IS NULL AND withdrawn_at IS NULL"
        " AND (claimed_until IS NULL OR claimed_until < $1) ORDER BY due_at LIMIT $2",
        now,
        BATCH,
    )
    return sum([await _gently(row["id"]) for row in waiting])


async def _gently(notice: UUID) -> bool:
    # One notice that cannot be rendered must not hold up the others; its claim runs out and it is tried again.
    try:
        return await deliver(notice)
    except Exception:
        log.exception("deliver", notice=str(notice))
        return False


async def lag() -> float:
    """How many seconds the longest overdue notice has waited; 0 when none has."""
    now = await clock.now()
    found = await db.rows(
        "SELECT min(due_at) AS since FROM notice"
        " WHERE delivered_at IS NULL AND withdrawn_at IS NULL AND due_at <= $1",
        now,
    )
    since = found[0]["since"]
    return (now - since).total_seconds() if since else 0.0
