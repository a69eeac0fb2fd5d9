"""What must hold after every step of every handoff, whoever did it and however many at once."""

from backend import db
from backend.handoff.rules import handoff_rules

BROKEN = """
SELECT 'answered twice' AS what, count(*) FROM handoff_offer WHERE state = 'accepted' GROUP BY handoff HAVING count(*) > 1
UNION ALL
SELECT 'two screens of one officer ring', count(*) FROM handoff_offer WHERE state = 'ringing' GROUP BY officer
HAVING count(*) > 1
UNION ALL
SELECT 'two sessions of one officer', count(*) FROM handoff
WHERE state IN ('connecting', 'live', 'interrupted', 'deciding') GROUP BY officer HAVING count(*) > 1
UNION ALL
SELECT 'busy with nothing, or not busy with one', 1 FROM handoff_duty u WHERE (u.state = 'busy') <> EXISTS (
  SELECT 1 FROM handoff h WHERE h.officer = u.staff AND h.state IN ('connecting', 'live', 'interrupted', 'deciding'))
UNION ALL
SELECT 'it rings for what is ' || h.state, 1 FROM handoff_offer o JOIN handoff h ON h.id = o.handoff
WHERE o.state = 'ringing' AND h.state <> 'ringing'
UNION ALL
SELECT 'it rings longer than its timer', 1 FROM handoff_offer o JOIN handoff h ON h.id = o.handoff
WHERE o.state = 'ringing' AND (o.until < h.due_at OR o.until > h.give_up_at)
UNION ALL
SELECT 'ringing on no screen', 1 FROM handoff h WHERE h.state = 'ringing' AND NOT EXISTS (
  SELECT 1 FROM handoff_offer o WHERE o.handoff = h.id AND o.state = 'ringing')
UNION ALL
SELECT 'had by who did not answer', 1 FROM handoff h WHERE h.state IN ('connecting', 'live', 'interrupted', 'deciding')
AND NOT EXISTS (SELECT 1 FROM handoff_offer o WHERE o.handoff = h.id AND o.officer = h.officer AND o.state = 'accepted')
UNION ALL
SELECT 'open without a timer', 1 FROM handoff h WHERE (h.due_at IS NULL) <> (h.ended_at IS NOT NULL)
UNION ALL
SELECT 'one officer calls back two at one time', 1 FROM handoff h JOIN handoff o ON o.call_back_by = h.call_back_by
AND o.id > h.id AND abs(extract(epoch FROM o.call_back_at - h.call_back_at)) < $1
WHERE 'callback_booked' = ALL(ARRAY[h.state, o.state]) AND h.called_at IS NULL AND o.called_at IS NULL
"""  # noqa: E501


async def broken() -> list[str]:
    """What does not hold now; one statement, so that it sees one moment."""
    return [row["what"] for row in await db.rows(BROKEN, handoff_rules().call_back_apart * 60)]
