"""3 分钟后、10 分钟后: what an officer promised. Others are rung meanwhile; who promised is rung then, or calls back
then, where the desk waits no longer.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.handoff.call_back import alone, booked, soonest, taken_of
from backend.handoff.parties import decides
from backend.refusal import Refusal

# When they said they can; null of whatever else was answered.
PROMISED = "o.answered_at + make_interval(mins => substring(o.answer FROM '^in-([0-9]+)$')::int)"
NEXT = f"""
SELECT o.officer, {PROMISED} AS at FROM handoff_offer o JOIN staff s ON s.id = o.officer
WHERE o.handoff = $1 AND {PROMISED} > $3 AND {decides("$2")}
ORDER BY 2 LIMIT 1
"""  # noqa: S608  # our own words

HELD = "SELECT 1 FROM handoff_duty WHERE staff = $1 FOR UPDATE"  # no router rings them meanwhile
RINGS = "SELECT 1 FROM handoff_offer WHERE officer = $1 AND state = 'ringing' AND until > $2"
RINGING = "有别的在响你，先答那个"
KEPT = f"""
UPDATE handoff_offer o SET state = 'accepted', answer = 'yes', answered_at = $4 FROM staff s
WHERE s.id = o.officer AND o.handoff = $1 AND o.officer = $3 AND {PROMISED} IS NOT NULL AND {decides("$2")}
  AND NOT EXISTS (SELECT 1 FROM handoff_offer l
    WHERE l.handoff = $1 AND l.officer = $3 AND l.rung_at > o.rung_at AND l.answer <> '') RETURNING o.id
"""  # noqa: S608


async def promise_of(one: dict[str, Any], now: dt.datetime) -> dict[str, Any] | None:
    """A part: the next promise of an officer who decides it: whose, and `at`; None: nobody promised anything."""
    found = await db.rows(NEXT, one["id"], one["department"], now)
    return found[0] if found else None


async def book_promised(one: dict[str, Any], promise: dict[str, Any]) -> dict[str, Any]:
    """A part: the handoff ends with whoever promised it calling back then, or soon after it: where they promised that
    minute twice, or the desk closes before.
    """
    await alone()
    officer = promise["officer"]
    at = await soonest(one["hall"], promise["at"], await taken_of(officer, one["id"]))
    return await booked(one, "callback", officer, at)


async def keep(one: dict[str, Any], officer: UUID) -> bool:
    """A part: whoever promised it takes it now, though it rings not for them: before its time, or past it. False: they
    promised nothing that still holds. Refuses: while another rings for them.
    """
    await db.rows(HELD, officer)
    now = await clock.now()
    if await db.rows(RINGS, officer, now):
        raise Refusal(RINGING)
    return bool(await db.rows(KEPT, one["id"], one["department"], officer, now))
