"""The offers of a handoff: ended one by one by their officers, or all at once."""

from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints, notify

END = """
UPDATE handoff_offer SET state = $2, answered_at = $3 WHERE handoff = $1 AND state = 'ringing' RETURNING id, officer
"""
ANSWER = """
UPDATE handoff_offer SET state = $2, answer = $3, answered_at = $4
WHERE handoff = $1 AND officer = $5 AND state = 'ringing' AND until > $4 RETURNING id
"""
UNDO = """
UPDATE handoff_offer SET state = $2, answer = $3 WHERE handoff = $1 AND state = 'accepted'
"""
RINGING = "SELECT count(*) AS n FROM handoff_offer WHERE handoff = $1 AND state = 'ringing'"


async def end_ringing(one: dict[str, Any], state: str) -> list[UUID]:
    """A part: whatever still rings for it stops, at once on every screen and phone; whose that was."""
    rows = await db.rows(END, one["id"], state, await clock.now())
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


async def take_back(one: dict[str, Any], state: str, answer: str) -> None:
    """A part: whoever had answered does not have it any more."""
    await db.rows(UNDO, one["id"], state, answer)


async def ringing(one: dict[str, Any]) -> int:
    """On how many screens it rings."""
    [row] = await db.rows(RINGING, one["id"])
    return int(row["n"])
