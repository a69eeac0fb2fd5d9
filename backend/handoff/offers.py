"""The offers of a handoff: ended one by one by their officers, or all at once."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints, notify
from backend.handoff.record import record

END = """
UPDATE handoff_offer SET state = $2, answered_at = $3
WHERE handoff = $1 AND state = 'ringing' AND ($4::timestamptz IS NULL OR until <= $4) RETURNING id, officer
"""
UNREACHED = """
UPDATE handoff_offer SET state = 'undeliverable', answered_at = $3
WHERE handoff = $1 AND id = ANY($2) AND state = 'ringing' RETURNING id, officer
"""
ANSWER = """
UPDATE handoff_offer SET state = $2, answer = $3, answered_at = $4
WHERE handoff = $1 AND officer = $5 AND state = 'ringing' AND until > $4 RETURNING id
"""
# The last of theirs, also where it timed out by itself while they wrote why.
ELSEWHERE = """
UPDATE handoff_offer SET state = 'rejected', answer = 'elsewhere', answered_at = $3
WHERE state IN ('ringing', 'timeout') AND answer = '' AND id = (
  SELECT id FROM handoff_offer WHERE handoff = $1 AND officer = $2 ORDER BY rung_at DESC LIMIT 1) RETURNING id
"""
UNDO = """
UPDATE handoff_offer SET state = $2, answer = $3 WHERE handoff = $1 AND state = 'accepted'
"""
UNRECORDED = """
UPDATE handoff_recording SET officer = CASE next WHEN 0 THEN 'asked' ELSE officer END,
  officer_at = CASE next WHEN 0 THEN NULL ELSE officer_at END,
  stopped_at = CASE next WHEN 0 THEN NULL ELSE $2::timestamptz END
WHERE handoff = $1 AND officer = 'agreed' AND stopped_at IS NULL RETURNING next
"""
UNSEEN = """
WITH kept AS (INSERT INTO handoff_signed_before
  (id, handoff, officer, record_way, record_text_sealed, record_hash, record_sealed, signed_at)
  SELECT gen_random_uuid(), handoff, officer_saw_by, record_way, record_text_sealed, record_hash, record_sealed,
    signed_at FROM handoff_sitting WHERE handoff = $1 AND record_way <> '')
UPDATE handoff_sitting SET officer_saw_at = NULL, officer_saw_by = NULL, record_way = '', record_text_sealed = NULL,
  record_hash = '', record_sealed = NULL, signed_at = NULL
WHERE handoff = $1
"""
RINGING = "SELECT min(until) AS first FROM handoff_offer WHERE handoff = $1 AND state = 'ringing'"


async def end_ringing(one: dict[str, Any], state: str, over: dt.datetime | None = None) -> list[UUID]:
    """A part: whatever still rings for it stops (`over`: only what has rung until then), at once on every screen and
    phone; whose that was.
    """
    return await _stopped(await db.rows(END, one["id"], state, await clock.now(), over))


async def end_unreached(one: dict[str, Any], offers: list[UUID]) -> list[UUID]:
    """A part: those of the offers that ring still did not get through; whose they were."""
    return await _stopped(await db.rows(UNREACHED, one["id"], offers, await clock.now()))


async def _stopped(rows: list[dict[str, Any]]) -> list[UUID]:
    await notify.withdraw(*(row["id"] for row in rows))
    for row in rows:
        db.after_commit(partial(hints.publish, f"officer:{row['officer']}"))
    return [row["officer"] for row in rows]


async def answered(one: dict[str, Any], officer: UUID, state: str, answer: str) -> bool:
    """A part: their own offer is answered, if it rings still."""
    db.after_commit(partial(hints.publish, f"officer:{officer}"))
    rows = await db.rows(ANSWER, one["id"], state, answer, await clock.now(), officer)
    await notify.withdraw(*(row["id"] for row in rows))
    return bool(rows)


async def said_elsewhere(one: dict[str, Any], officer: UUID) -> bool:
    """A part: 不归我们, of their own offer, if it rings still or did until it was over by itself."""
    db.after_commit(partial(hints.publish, f"officer:{officer}"))
    rows = await db.rows(ELSEWHERE, one["id"], officer, await clock.now())
    await notify.withdraw(*(row["id"] for row in rows))
    return bool(rows)


async def take_back(one: dict[str, Any], state: str, answer: str) -> None:
    """A part: whoever had answered does not have it any more. What they agreed to, whom they saw and the record that
    names them is theirs alone: who comes next is asked whether to record, or is not recorded where that had begun,
    looks who sits there, and has a record of their own signed; the old one is kept.
    """
    await db.rows(UNDO, one["id"], state, answer)
    for its in await db.rows(UNRECORDED, one["id"], await clock.now()):
        if its["next"]:
            await record(one["id"], "rec-ended", one["state"], one["state"], why="换了审批人员")
    await db.rows(UNSEEN, one["id"])


async def rings_until(one: dict[str, Any]) -> dt.datetime | None:
    """A part: when the first of its rings is over; None: nothing rings for it."""
    [row] = await db.rows(RINGING, one["id"])
    first: dt.datetime | None = row["first"]
    return first
