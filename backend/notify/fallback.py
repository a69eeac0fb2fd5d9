"""Who must be reached and whose phone stayed silent is written to: once, and only while it is still needed."""

import datetime as dt
import time
from typing import Any

import structlog

from backend import clock, db, secrecy, sms
from backend.notify import texts
from backend.notify.plan import start_of
from backend.notify.rules import rules
from backend.notify.tell import sms_key

log = structlog.get_logger()
BATCH = 200
# Read or shown is asked in the moment of handing over, with the row locked: no word of a phone comes too late.
DUE = """
SELECT d.id, d.notice, d.until_at, n.kind, n.account, n.title, n.body, n.withdrawn_at, a.phone_sealed,
       a.phone_index IS NOT NULL AS reachable,
       n.read_at IS NOT NULL OR EXISTS (
         SELECT 1 FROM dispatch p WHERE p.notice = d.notice AND p.channel = 'push'
           AND (p.shown_at IS NOT NULL OR p.opened_at IS NOT NULL)) AS reached
FROM dispatch d JOIN notice n ON n.id = d.notice JOIN account a ON a.id = n.account
WHERE d.channel = 'sms' AND d.state = 'waiting' AND d.due_at <= $1
ORDER BY d.urgent DESC, d.due_at LIMIT $2 FOR UPDATE OF d SKIP LOCKED
"""
SAID = """
UPDATE dispatch d SET state = u.state, error = u.error, sent_at = CASE WHEN u.state = 'sent' THEN $1::timestamptz END
FROM unnest($2::uuid[], $3::text[], $4::text[]) AS u (id, state, error) WHERE d.id = u.id
"""


LATER = "UPDATE dispatch SET due_at = $2 WHERE id = $1"
STINT = 4.0  # seconds after which the rest is left to the next run


async def fall_back() -> int:
    """Hand over every SMS whose limit has passed; how many were handed over."""
    until, total = time.monotonic() + STINT, 0
    while time.monotonic() < until:
        due, handed = await _batch()
        total += handed
        if due < BATCH:
            break
    return total


@db.retrying
async def _batch() -> tuple[int, int]:
    now = await clock.now()
    async with db.transaction():
        due = await db.rows(DUE, now, BATCH)
        said = [(row["id"], *await _treated(row, now)) for row in due]
        await db.rows(SAID, now, *([one[n] for one in said] for n in range(3)))
    return len(due), sum(state == "sent" for _, state, _ in said)


async def _treated(row: dict[str, Any], now: dt.datetime) -> tuple[str, str]:
    """What became of it, and why. One that cannot be written must not hold up the others."""
    state, why = _verdict(row, now)
    if state != "sent":
        return state, why
    if (start := start_of(row["until_at"], rules().kind(row["kind"]), now)) > now:
        await db.rows(LATER, row["id"], start)
        return "waiting", ""
    try:
        phone, text = secrecy.unseal(row["phone_sealed"]), texts.sms(row["title"], row["body"])
        await sms.send(
            phone,
            text,
            key=sms_key(row["notice"]),
            kind=row["kind"],
            useless_after=row["until_at"],
            due_at=now,
        )
    except (secrecy.Unreadable, ValueError) as fault:
        log.error("fallback", dispatch=str(row["id"]), error=type(fault).__name__)
        return "failed", "broken"
    return "sent", ""


def _verdict(row: dict[str, Any], now: dt.datetime) -> tuple[str, str]:
    """What becomes of it, and why."""
    if row["withdrawn_at"]:
        return "withdrawn", ""
    if row["reached"] and not rules().kind(row["kind"]).every_channel:
        return "spared", ""
    if row["until_at"] and row["until_at"] <= now:
        return "late", ""
    if not row["reachable"]:  # the number went to somebody else
        return "failed", "number"
    return ("sent", "") if sms.available() else ("failed", "none")
