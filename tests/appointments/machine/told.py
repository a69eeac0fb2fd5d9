"""What must hold of promises: each is written with its deed, taken back only by a later one, and told once."""

import datetime as dt
from typing import Any

from backend import clock, db, notify
from backend.appointments.reminders import reminders

# Every deed that somebody must hear of has its notice, written with it. Too many no-shows are told as a pause.
UNTOLD = """
SELECT e.kind, e.id FROM appointment_event e
WHERE e.kind IN ('booked', 'moved', 'cancelled', 'closed', 'displaced', 'resumed', 'ended')
  AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.key = 'appointment-' || e.kind || ':' || e.id)
UNION ALL SELECT e.kind, e.id FROM appointment_event e
WHERE e.kind = 'missed' AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.key = 'missed:' || e.id)
  AND NOT EXISTS (SELECT 1 FROM booking_pause p JOIN booking_pause_event b ON b.pause = p.id AND b.kind = 'begun'
                  JOIN notice n ON n.key = 'paused:' || b.id
                  WHERE p.since BETWEEN e.at AND e.at + interval '20 seconds')
UNION ALL SELECT e.kind, e.id FROM appointment_event e
WHERE e.from_state = 'missed' AND e.to_state <> 'missed'
  AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.key = 'corrected:' || e.id)
UNION ALL SELECT e.kind, e.id FROM booking_pause_event e
WHERE e.kind = 'begun' AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.key = 'paused:' || e.id)
UNION ALL SELECT w.kind, w.id FROM waiting_event w
WHERE w.kind IN ('offered', 'over', 'withdrawn')
  AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.key = 'waiting-' || w.kind || ':' || w.id)
"""
# What is taken back was made untrue by a later deed of the same row, in that deed's transaction.
TAKEN_BACK = """
WITH deeds AS (
    SELECT appointment AS about, at FROM appointment_event UNION ALL SELECT waiting, at FROM waiting_event
    UNION ALL SELECT pause, at FROM booking_pause_event)
SELECT n.kind, n.key FROM notice n WHERE n.withdrawn_at IS NOT NULL AND n.delivered_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM deeds d WHERE d.about = n.about AND d.at > n.created_at
      AND d.at BETWEEN n.withdrawn_at - interval '20 seconds' AND n.withdrawn_at + interval '20 seconds')
"""
MISSED_ITS_TIME = """
SELECT kind, key FROM notice WHERE useless_after <= $1 AND delivered_at IS NULL AND withdrawn_at IS NULL
"""
TWICE_PROMISED = """
SELECT kind, about FROM notice WHERE delivered_at IS NULL AND withdrawn_at IS NULL
  AND kind IN ('appointment-tomorrow', 'appointment-soon') GROUP BY kind, about HAVING count(*) > 1
"""
# Whose mark was taken back is not reminded again: what was promised before the mark is gone.
STANDING = """
SELECT a.id, s.starts_at, array_agg(n.kind) FILTER (
    WHERE n.kind IN ('appointment-tomorrow', 'appointment-soon') AND n.withdrawn_at IS NULL
    AND n.delivered_at IS NULL) AS promised
FROM appointment a JOIN slot s ON s.id = a.slot LEFT JOIN notice n ON n.about = a.id
WHERE a.state = 'booked' AND NOT EXISTS (SELECT 1 FROM relocation r
    WHERE r.appointment = a.id AND r.state IN ('pending', 'offered', 'none'))
  AND NOT EXISTS (SELECT 1 FROM appointment_event e WHERE e.appointment = a.id AND e.kind = 'unmarked')
GROUP BY a.id, s.starts_at
"""


async def untold(now: dt.datetime) -> list[dict[str, Any]]:
    """Deeds without a promise, promises that vanished, came too late or stand twice."""
    found = [await db.rows(sql) for sql in (UNTOLD, TAKEN_BACK, TWICE_PROMISED)]
    return [*(row for rows in found for row in rows), *await db.rows(MISSED_ITS_TIME, now)]


async def unreminded(now: dt.datetime) -> list[dict[str, Any]]:
    """Bookings that stand and lack a reminder that is still ahead."""
    return [
        row
        for row in await db.rows(STANDING)
        if {kind for kind, *_ in reminders(row["starts_at"], now)} - set(row["promised"] or [])
    ]


async def told_in_the_end(arrived: int) -> dict[str, list[Any]]:
    """Deliver whatever is due; then nothing due is left, and no notice arrived twice (`arrived`: so far)."""
    for _ in range(100):
        if not (now := await notify.sweep()):
            break
        arrived += now
    left = await db.rows(
        "SELECT id, kind FROM notice WHERE due_at <= $1 AND delivered_at IS NULL AND withdrawn_at IS NULL",
        await clock.now(),
    )
    delivered = await db.rows("SELECT count(*) AS n FROM notice WHERE delivered_at IS NOT NULL")
    doubled = [] if delivered[0]["n"] == arrived else [{"arrived": arrived, "delivered": delivered[0]["n"]}]
    return {name: rows for name, rows in (("left", left), ("doubled", doubled)) if rows}
