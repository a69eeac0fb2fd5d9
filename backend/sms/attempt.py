"""One attempt, written down: the message moves on, or waits for another provider, or for later, or has failed."""

import datetime as dt
from functools import partial
from uuid import UUID

import msgspec

from backend import clock, db, hints
from backend.sms.gateway import Final, Temporary
from backend.sms.record import record
from backend.sms.rules import rules
from backend.sms.turns import busy, turn
from backend.sms.ways import gateways


class Attempt(msgspec.Struct, frozen=True):
    """What came of offering one message to one provider; `error` is None where it has it."""

    id: UUID
    provider: str
    tried: str
    rounds: int
    attempts: int
    took_ms: int
    error: Temporary | Final | None


@db.retrying
async def note(attempt: Attempt) -> None:
    """Move the message on. One transaction."""
    now = await clock.now()
    async with db.transaction():
        if attempt.error is None:
            await _sent(attempt, now)
        elif isinstance(attempt.error, Final):
            await _failed(attempt, now, "final", attempt.error.why)
        else:
            await _temporary(attempt, now, attempt.error)


# A message taken back while it was on its way is sent all the same, and says so.
SENT = """
UPDATE sms SET state = 'sent', sent_at = $2, provider = $3, claimed_until = NULL, ended_at = NULL, why = ''
FROM (SELECT id, state FROM sms WHERE id = $1 FOR UPDATE) AS before
WHERE sms.id = before.id AND before.state IN ('waiting', 'withdrawn', 'lapsed') RETURNING before.state
"""


async def _sent(attempt: Attempt, now: dt.datetime) -> None:
    moved = await db.rows(SENT, attempt.id, now, attempt.provider)
    await _record(attempt, now, "accepted", moved[0]["state"] if moved else "", "sent")


FAILED = """
UPDATE sms SET state = 'failed', ended_at = $2, why = $3, claimed_until = NULL
WHERE id = $1 AND state = 'waiting' RETURNING state
"""


async def _failed(attempt: Attempt, now: dt.datetime, what: str, why: str) -> None:
    moved = await db.rows(FAILED, attempt.id, now, why)
    await _record(attempt, now, what, "waiting" if moved else "", "failed")


LATER = """
UPDATE sms SET due_at = $2, provider = $3, tried = $4, rounds = $5, why = $6, claimed_until = NULL
WHERE id = $1 AND state = 'waiting' RETURNING state
"""


async def _temporary(attempt: Attempt, now: dt.datetime, error: Temporary) -> None:
    if error.busy_for is not None:
        await busy(attempt.provider, now, error.busy_for)
    if attempt.attempts >= rules().retry.attempts:
        await _failed(attempt, now, "temporary", f"exhausted:{error.why}")
        return
    other = await _other(attempt, now)
    if other:
        await db.rows(LATER, attempt.id, now, other, attempt.provider, attempt.rounds, error.why)
        db.after_commit(partial(hints.wake, "send_sms", attempt.id))
    else:
        rounds = attempt.rounds + 1
        rest = now + rules().retry.rest(rounds)
        await db.rows(LATER, attempt.id, rest, None, "", rounds, error.why)
    await _record(attempt, now, "temporary")


async def _other(attempt: Attempt, now: dt.datetime) -> str | None:
    """Who can be asked at once: nobody who failed in this round."""
    asked = {attempt.provider, attempt.tried}
    return next((name for name in await turn(now) if name not in asked and name in gateways()), None)


async def _record(attempt: Attempt, now: dt.datetime, what: str, before: str = "", after: str = "") -> None:
    why = attempt.error.why if attempt.error else ""
    moved = (before, after) if before else ("", "")
    await record(
        attempt.id, what, now, moved=moved, provider=attempt.provider, took_ms=attempt.took_ms, why=why
    )
