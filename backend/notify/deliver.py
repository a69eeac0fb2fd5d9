"""Carrying notices out: claimed by one worker, delivered, and taken over if that worker died."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from backend import clock, db, hints
from backend.notify.texts import render

log = structlog.get_logger()
CLAIM = dt.timedelta(seconds=20)  # a delivery takes milliseconds; after this a claim belongs to a dead worker
BATCH = 200

CLAIM_DUE = """
UPDATE notice SET claimed_until = $1 + $2::interval * (1 + attempts), attempts = attempts + 1
WHERE id IN (
    SELECT id FROM notice
    WHERE due_at <= $1 AND delivered_at IS NULL AND withdrawn_at IS NULL
      AND (useless_after IS NULL OR useless_after > $1)
      AND (claimed_until IS NULL OR claimed_until < $1) AND ($3::uuid[] IS NULL OR id = ANY($3))
    ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED
)
RETURNING id, account, kind, facts
"""
ARRIVED = """
UPDATE notice n SET delivered_at = $1, title = u.title, body = u.body
FROM unnest($2::uuid[], $3::text[], $4::text[]) AS u (id, title, body)
WHERE n.id = u.id AND n.delivered_at IS NULL AND n.withdrawn_at IS NULL RETURNING n.account
"""


async def deliver(notices: list[UUID] | None = None) -> int:
    """Deliver those of the notices that are due and that nobody else has (None: whatever is due, the longest
    waiting first, 200 at most). Returns how many arrived now.
    """
    now = await clock.now()
    claimed = await db.rows(CLAIM_DUE, now, CLAIM, notices, BATCH)
    return await arrive(claimed, now) if claimed else 0


@db.retrying
async def arrive(claimed: list[dict[str, Any]], now: dt.datetime) -> int:
    """Put claimed notices into their inboxes; a second worker that also had one finds nothing left to do."""
    texts = [(row["id"], *text) for row in claimed if (text := _text(row))]
    async with db.transaction():
        columns = [[text[n] for text in texts] for n in range(3)]
        arrived = await db.rows(ARRIVED, now, *columns)
        for account in {row["account"] for row in arrived}:
            db.after_commit(partial(hints.publish, f"account:{account}"))
    return len(arrived)


def _text(row: dict[str, Any]) -> tuple[str, str] | None:
    # One notice that cannot be rendered must not hold up the others; its claim runs out and it is tried again.
    try:
        return render(row["kind"], row["facts"])
    except Exception:
        log.exception("notice-text", notice=str(row["id"]), kind=row["kind"])
        return None


async def sweep() -> int:
    """Deliver what is due and what lost hints or dead workers left behind; how many arrived."""
    return await deliver(None)


async def lag() -> float:
    """How many seconds the longest overdue notice has waited; 0 when none has."""
    now = await clock.now()
    found = await db.rows(
        "SELECT min(due_at) AS since FROM notice"
        " WHERE delivered_at IS NULL AND withdrawn_at IS NULL AND due_at <= $1"
        " AND (useless_after IS NULL OR useless_after > $1)",
        now,
    )
    since = found[0]["since"]
    return (now - since).total_seconds() if since else 0.0
