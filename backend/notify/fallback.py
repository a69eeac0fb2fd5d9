"""Who must be reached and whose phone stayed silent is written to: once, and only while it is still needed."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, secrecy, sms
from backend.notify import texts
from backend.notify.rules import rules

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


async def fall_back() -> int:
    """Hand over every SMS whose limit has passed; how many were handed over."""
    total = 0
    while (found := await _batch())[0] == BATCH:
        total += found[1]
    return total + found[1]


@db.retrying
async def _batch() -> tuple[int, int]:
    now = await clock.now()
    async with db.transaction():
        due = await db.rows(DUE, now, BATCH)
        said = [(row["id"], *_verdict(row, now)) for row in due]
        for row, (_, state, _) in zip(due, said, strict=True):
            if state == "sent":
                await _hand_over(row, now)
        await db.rows(SAID, now, *([one[n] for one in said] for n in range(3)))
    return len(due), sum(state == "sent" for _, state, _ in said)


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


async def _hand_over(row: dict[str, Any], now: dt.datetime) -> None:
    text = texts.sms(row["title"], row["body"])
    await sms.send(
        secrecy.unseal(row["phone_sealed"]), text, key=sms_key(row["notice"]), kind=row["kind"],
        useless_after=row["until_at"], due_at=now,
    )  # fmt: skip


def sms_key(notice: UUID) -> str:
    """By this key a notice's SMS is one message, however often it is handed over."""
    return f"notice:{notice}"
