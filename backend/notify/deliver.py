"""Carrying notices out: claimed by one worker, delivered, and taken over if that worker died."""

import datetime as dt
import time
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from backend import clock, db, hints
from backend.notify.plan import plan
from backend.notify.rules import rules
from backend.notify.texts import render

log = structlog.get_logger()
CLAIM = dt.timedelta(seconds=20)  # a delivery takes milliseconds; after this a claim belongs to a dead worker
BATCH = 200
STINT = 4.0  # seconds after which a sweep leaves the rest to the next

# An array is made once; rows that are sought by IN may be sought again, and then more are claimed than LIMIT says.
CLAIM_DUE = """
UPDATE notice SET claimed_until = $1 + $2::interval * (1 + attempts), attempts = attempts + 1
WHERE id = ANY(ARRAY(
    SELECT id FROM notice
    WHERE due_at <= $1 AND delivered_at IS NULL AND withdrawn_at IS NULL
      AND (useless_after IS NULL OR useless_after > $1)
      AND (claimed_until IS NULL OR claimed_until < $1) AND ($3::uuid[] IS NULL OR id = ANY($3))
    ORDER BY kind = ANY($5::text[]) DESC, due_at LIMIT $4 FOR UPDATE SKIP LOCKED
))
RETURNING id, account, kind, facts
"""
ARRIVED = """
UPDATE notice n SET delivered_at = $1, title = u.title, body = u.body
FROM unnest($2::uuid[], $3::text[], $4::text[]) AS u (id, title, body)
WHERE n.id = u.id AND n.delivered_at IS NULL AND n.withdrawn_at IS NULL
RETURNING n.id, n.account, n.kind, n.useless_after
"""


async def deliver(notices: list[UUID] | None = None) -> int:
    """Deliver those of the notices that are due and that nobody else has (None: whatever is due, the urgent and
    then the longest waiting first), 200 at most. Returns how many arrived now.
    """
    now = await clock.now()
    claimed = await claim(notices, now)
    return await arrive(claimed, now) if claimed else 0


async def claim(notices: list[UUID] | None, now: dt.datetime) -> list[dict[str, Any]]:
    """Those of the notices (None: any) that are due and nobody's, for CLAIM: the urgent first."""
    return await db.rows(CLAIM_DUE, now, CLAIM, notices, BATCH, rules().urgent)


@db.retrying
async def arrive(claimed: list[dict[str, Any]], now: dt.datetime) -> int:
    """Put claimed notices into their inboxes, and write down what goes beyond them; a second worker that also had
    one finds nothing left to do.
    """
    texts = [(row["id"], *text) for row in claimed if (text := _text(row))]
    async with db.transaction():
        columns = [[text[n] for text in texts] for n in range(3)]
        arrived = await db.rows(ARRIVED, now, *columns)
        for account in {row["account"] for row in arrived}:
            db.after_commit(partial(hints.publish, f"account:{account}"))
        if arrived and await plan(arrived, now):
            db.after_commit(partial(hints.wake, "push", arrived[0]["id"]))
    return len(arrived)


def _text(row: dict[str, Any]) -> tuple[str, str] | None:
    # One notice that cannot be rendered must not hold up the others; its claim runs out and it is tried again.
    try:
        return render(row["kind"], row["facts"])
    except Exception:
        log.exception("notice-text", notice=str(row["id"]), kind=row["kind"])
        return None


async def sweep() -> int:
    """Deliver what is due and what lost hints or dead workers left behind; how many arrived. Batch after batch,
    for some seconds: much falls due at the same minute.
    """
    until, total = time.monotonic() + STINT, 0
    while (arrived := await deliver(None)) and time.monotonic() < until:
        total += arrived
    return total + arrived


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
