"""Who is rung: the most skilled, of them whoever was idle longest; then a wider circle.

Officers that another router just looks at are passed over: it is about to ring them. One open offer each, and one
session each, are unique indexes; the look is only a look.
"""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints
from backend.handoff.call_back import book_call_back
from backend.handoff.phones import Rung, ring_phones
from backend.handoff.record import move
from backend.handoff.rules import handoff_rules, seconds

ABLE = """
u.state = 'on' AND u.seen_at > $3 AND s.disabled_at IS NULL AND EXISTS (
  SELECT 1 FROM staff_role r JOIN department d ON d.id = $1 WHERE r.staff = u.staff AND r.role = 'officer'
  AND (r.scope_kind = 'all' OR r.scope_kind = 'department' AND r.scope = d.code))
"""
SKILLED = "EXISTS (SELECT 1 FROM handoff_skill k WHERE k.staff = u.staff AND k.item = $2)"
CANDIDATES = f"""
SELECT u.staff, s.account FROM handoff_duty u JOIN staff s ON s.id = u.staff
WHERE {ABLE} AND NOT EXISTS (SELECT 1 FROM handoff_offer o WHERE o.officer = u.staff AND o.state = 'ringing')
  AND NOT EXISTS (SELECT 1 FROM handoff_offer o WHERE o.officer = u.staff AND o.handoff = $4 AND o.answer = 'no')
ORDER BY (u.staff IS NOT DISTINCT FROM $5) DESC, {SKILLED} DESC, u.idle_since, u.staff LIMIT $6
FOR UPDATE OF u SKIP LOCKED
"""  # noqa: S608  # our own words
RING = """
INSERT INTO handoff_offer (id, handoff, officer, round, state, answer, rung_at, until)
SELECT gen_random_uuid(), $1, officer, $3, 'ringing', '', $4, $5 FROM unnest($2::uuid[]) AS officer
ON CONFLICT (officer) WHERE state = 'ringing' DO NOTHING RETURNING id, officer
"""
FREE = f"SELECT s.name, {SKILLED} AS skilled FROM handoff_duty u JOIN staff s ON s.id = u.staff WHERE {ABLE} ORDER BY 2 DESC, u.idle_since"  # noqa: E501, S608
PACE = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM o.answered_at - h.asked_at)) AS usual
FROM (SELECT * FROM handoff WHERE department = $1 ORDER BY asked_at DESC LIMIT 50) h
JOIN handoff_offer o ON o.handoff = h.id AND o.state = 'accepted'
"""


def there_since(now: dt.datetime) -> dt.datetime:
    """Whose page answered after that is there."""
    return now - seconds(handoff_rules().lease)


async def route(one: dict[str, Any]) -> dict[str, Any]:
    """A part: ring a circle; where nobody is free, look again in a while; when it was looked long enough, a call-back
    is booked. The handoff is locked and queued.
    """
    rules, now = handoff_rules(), await clock.now()
    if one["give_up_at"] <= now:
        return await book_call_back(one, "unanswered", one["wanted"])
    most = 1 if one["wanted"] else rules.circle(one["round"])
    able = await db.rows(
        CANDIDATES, one["department"], one["item"], there_since(now), one["id"], one["wanted"], most
    )
    until = min(now + seconds(rules.ring), one["give_up_at"])
    rung = await db.rows(RING, one["id"], [row["staff"] for row in able], one["round"], now, until)
    if not rung:
        again = min(now + seconds(rules.retry), one["give_up_at"])
        return await move(one, "nobody", "queued", due_at=again, wanted=None, after=None)
    for row in rung:
        db.after_commit(partial(hints.publish, f"officer:{row['officer']}"))
    phones = {row["staff"]: row["account"] for row in able if row["account"]}
    carried = [row for row in rung if row["officer"] in phones]
    await ring_phones(one, [Rung(row["id"], phones[row["officer"]], until, True) for row in carried])
    return await move(one, "rung", "ringing", due_at=until, round=one["round"] + 1, wanted=None, after=None)


async def outlook(department: UUID, item: UUID) -> dict[str, Any]:
    """Before anything rings: who would answer (names, the first first), and the usual seconds until somebody does;
    None: nobody knows yet.
    """
    now = await clock.now()
    found = await db.rows(FREE, department, item, there_since(now))
    [pace] = await db.rows(PACE, department)
    return {"officers": [row["name"] for row in found], "usual": pace["usual"]}
