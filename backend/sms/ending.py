"""What ends a message without an attempt: its time is over, or whoever tried it died each time; and forgetting."""

import datetime as dt

from backend import clock, db
from backend.sms.record import record
from backend.sms.rules import rules
from backend.sms.send import available

LAPSE = """
UPDATE sms SET state = 'lapsed', ended_at = $1, why = 'late' WHERE state = 'waiting' AND useless_after <= $1
  AND (claimed_until IS NULL OR claimed_until < $1) RETURNING id
"""
EXHAUST = """
UPDATE sms SET state = 'failed', ended_at = $1, why = CASE WHEN $3 THEN 'exhausted:died' ELSE 'none' END
WHERE state = 'waiting' AND (claimed_until IS NULL OR claimed_until < $1)
  AND (attempts >= $2 OR NOT $3 AND due_at <= $1) RETURNING id
"""


async def end_overdue() -> int:
    """End what is useless by now, what was tried as often as the rules allow, and, where no provider is named, what
    is due. Never in silence: each is a state with its reason. Returns how many.
    """
    now, most = await clock.now(), rules().retry.attempts
    async with db.transaction():
        lapsed = await db.rows(LAPSE, now)
        failed = await db.rows(EXHAUST, now, most, available())
        for row in lapsed:
            await record(row["id"], "lapsed", now, moved=("waiting", "lapsed"), why="late")
        for row in failed:
            await record(row["id"], "failed", now, moved=("waiting", "failed"))
    return len(lapsed) + len(failed)


ERASE_TEXTS = (
    "UPDATE sms SET text_sealed = '' WHERE text_sealed <> '' AND state <> 'waiting' AND useless_after <= $1"
)
ERASE = """
UPDATE sms SET text_sealed = '', phone_sealed = '' WHERE phone_sealed <> '' AND state <> 'waiting' AND created_at < $1
"""


async def forget() -> None:
    """Erase texts that are useless, phones and texts that are old (`sms.toml`: personal_days), and delete rows and
    events after `days`.
    """
    now, keep = await clock.now(), rules().keep
    last = now - dt.timedelta(days=keep.days)
    async with db.transaction():
        await db.rows(ERASE_TEXTS, now)
        await db.rows(ERASE, now - dt.timedelta(days=keep.personal_days))
        await db.rows("DELETE FROM sms WHERE created_at < $1 AND state <> 'waiting'", last)
        await db.rows("DELETE FROM sms_event WHERE sms IS NULL AND at < $1", last)
