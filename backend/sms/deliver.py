"""Carrying messages out: claimed by one worker, offered to one provider, and what came of it written down.

One attempt of each message a call, so that no job runs longer than a provider's time-out. Between the provider's yes
and our note of it lies a moment in which a worker can die: whoever takes its claim over asks the *same* provider with
the same idempotency key, so the phone gets one message all the same.
"""

import asyncio
import datetime as dt
import time
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from backend import clock, db, hints, secrecy
from backend.sms.attempt import Attempt, note
from backend.sms.ending import end_overdue
from backend.sms.gateway import Final, Message, SmsGateway, Temporary
from backend.sms.rules import rules
from backend.sms.turns import turn, weigh
from backend.sms.ways import gateways

log = structlog.get_logger()
CLAIM = dt.timedelta(
    seconds=20
)  # an attempt takes at most 5 seconds; after this a claim belongs to a dead worker
BATCH = 50
SWEEP = 3.0  # seconds; with the last attempt's five a job still ends within its ten

# An array is made once; rows that are sought by IN may be sought again, and then more are claimed than LIMIT says.
CLAIM_DUE = """
UPDATE sms SET claimed_until = $1 + $2, attempts = attempts + 1,
       provider = CASE WHEN provider = ANY($5::text[]) THEN provider ELSE $6 END
WHERE id = ANY(ARRAY(
    SELECT id FROM sms
    WHERE state = 'waiting' AND due_at <= $1 AND attempts < $7 AND (useless_after IS NULL OR useless_after > $1)
      AND (claimed_until IS NULL OR claimed_until < $1) AND ($3::uuid[] IS NULL OR id = ANY($3))
    ORDER BY kind = ANY($8::text[]) DESC, due_at LIMIT $4 FOR UPDATE SKIP LOCKED
))
RETURNING id, kind, phone_sealed, text_sealed, provider, tried, rounds, attempts
"""


async def deliver(messages: list[UUID] | None = None) -> int:
    """Offer those of the messages that are due and that nobody else has (None: whatever is due, codes first) to a
    provider, 50 at most. Returns how many were offered.
    """
    now = await clock.now()
    asked = await turn(now)
    if not asked:
        return 0
    city = rules()
    claimed = await db.rows(
        CLAIM_DUE, now, CLAIM, messages, BATCH, asked, asked[0], city.retry.attempts, city.first
    )
    await offer(claimed)
    return len(claimed)


async def offer(claimed: list[dict[str, Any]]) -> None:
    """Offer claimed messages, all at once, each noted as soon as it is answered; then see how the providers do."""
    ways = gateways()
    answers = (_offer(row, ways[row["provider"]]) for row in claimed)
    faults = [fault for fault in await asyncio.gather(*answers, return_exceptions=True) if fault]
    if faults:  # the database is away: the claims run out
        raise faults[0]
    now = await clock.now()
    for name in {row["provider"] for row in claimed}:
        async with db.transaction():
            await weigh(name, now)
            db.after_commit(partial(hints.publish, "messages"))


async def _offer(row: dict[str, Any], way: SmsGateway) -> None:
    await note(await attempted(row, way))


async def attempted(row: dict[str, Any], way: SmsGateway) -> Attempt:
    """Offer one message to its provider, and say what came of it."""
    began, error = time.perf_counter(), None
    try:
        await way.send(_message(row))
    except (Temporary, Final) as refused:
        error = refused
    except secrecy.Unreadable:
        error = Final("unreadable")
    except Exception:
        log.exception("sms-attempt", sms=str(row["id"]), provider=row["provider"])
        error = Temporary("fault")
    took_ms = round((time.perf_counter() - began) * 1000)
    names = ("id", "provider", "tried", "rounds", "attempts")
    return Attempt(**{name: row[name] for name in names}, took_ms=took_ms, error=error)


def _message(row: dict[str, Any]) -> Message:
    text = f"【{rules().sign}】{secrecy.unseal(row['text_sealed'])}"
    return Message(row["id"], secrecy.unseal(row["phone_sealed"]), text, row["kind"])


async def sweep() -> int:
    """Offer what is due and what lost hints or dead workers left behind, and end what cannot be sent any more;
    how many were offered.
    """
    await end_overdue()
    offered, until = 0, time.monotonic() + SWEEP
    while time.monotonic() < until:
        now = await deliver(None)
        offered += now
        if now < BATCH:
            break
    return offered


async def lag() -> float:
    """How many seconds the longest overdue message has waited for its next attempt; 0 when none has."""
    now = await clock.now()
    found = await db.rows(
        "SELECT min(due_at) AS since FROM sms WHERE state = 'waiting' AND due_at <= $1"
        " AND (useless_after IS NULL OR useless_after > $1)",
        now,
    )
    since = found[0]["since"]
    return (now - since).total_seconds() if since else 0.0
