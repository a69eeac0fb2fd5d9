"""What must hold of booking at any moment, asked of the tables alone: each answers what breaks it."""

from typing import Any

from backend import clock, db
from tests.appointments.machine.told import unreminded, untold
from tests.races.people import miscounted

OPEN = "r.state IN ('pending', 'offered', 'none')"
# Limits bind whoever takes a place. What the hall does adds to them: it keeps a new place for whom it pushed out,
# and a mark that is taken back lets a booking stand again.
OVER_LIMITS = """
WITH rules AS (
    SELECT i.id AS item, p.* FROM item i JOIN appointment_policy p ON p."group" = i.policy_group),
held AS (
    SELECT a.person_index, a.booked_by, a.day, a.state, r."group", r.active_per_person AS active,
           r.month_per_person AS month, r.account_factor AS factor
    FROM appointment a JOIN rules r ON r.item = a.item WHERE a.state <> 'cancelled'
      AND NOT EXISTS (SELECT 1 FROM relocation r WHERE r.appointment = a.id AND r.state = 'accepted')
      AND NOT EXISTS (SELECT 1 FROM appointment_event e WHERE e.appointment = a.id AND e.kind = 'unmarked'))
SELECT 'active of a person' AS what, count(*) AS n FROM held WHERE state = 'booked' AND day >= $1
    GROUP BY person_index, "group", active HAVING count(*) > active
UNION ALL SELECT 'month of a person', count(*) FROM held
    GROUP BY person_index, "group", month, date_trunc('month', day) HAVING count(*) > month
UNION ALL SELECT 'active of an account', count(*) FROM held WHERE state = 'booked' AND day >= $1
    GROUP BY booked_by, "group", active, factor HAVING count(*) > active * factor
UNION ALL SELECT 'month of an account', count(*) FROM held
    GROUP BY booked_by, "group", month, factor, date_trunc('month', day) HAVING count(*) > month * factor
"""
ODD_OFFERS = """
SELECT w.id, w.state, count(h.id) AS offers FROM waiting w
LEFT JOIN place_hold h ON h.waiting = w.id AND h.ended_at IS NULL
GROUP BY w.id HAVING count(h.id) <> (w.state = 'offered')::int
"""
# Neither what is offered nor what is kept outlives the time it is for, and whoever is asked can still answer.
TOO_LONG = """
SELECT h.id, h.kind, h.created_at, h.until, s.starts_at FROM place_hold h JOIN slot s ON s.id = h.slot
WHERE h.kind IN ('waiting', 'closing') AND (h.until > s.starts_at OR h.until <= h.created_at
      OR h.kind = 'closing' AND h.until < h.created_at + interval '15 minutes')
"""
# A kept place is an open hold, and nobody has two.
ODD_KEPT = """
SELECT r.id, r.state FROM relocation r LEFT JOIN place_hold h ON h.id = r.hold AND h.ended_at IS NULL
WHERE (r.state = 'offered') <> (h.id IS NOT NULL)
"""
# Who is booked for hours that the hall has given up is being looked after.
STRANDED = f"""
SELECT a.id, a.number, s.starts_at FROM appointment a JOIN slot s ON s.id = a.slot
WHERE a.state = 'booked' AND s.offered = 0 AND s.starts_at > $1
  AND NOT EXISTS (SELECT 1 FROM relocation r WHERE r.appointment = a.id AND ({OPEN} OR r.state IN ('undone', 'kept')))
"""  # put together from our own constants
# Nobody whom the hall pushed out, and who has not answered, is said not to have come.
BLAMED = f"""
SELECT e.id, r.state FROM appointment_event e JOIN relocation r ON r.appointment = e.appointment
WHERE e.kind = 'missed' AND e.at > r.created_at AND ({OPEN} OR r.state = 'kept' AND NOT EXISTS (
    SELECT 1 FROM appointment_event c
    WHERE c.appointment = e.appointment AND c.kind = 'arrived' AND c.at > r.created_at))
"""
# A closing that was stopped cancels nobody whom it has told nothing, as long as they can still come.
ENDED_BY_NOBODY = """
SELECT e.id FROM appointment_event e JOIN relocation r ON r.appointment = e.appointment AND r.old_slot = e.from_slot
WHERE e.kind = 'ended' AND r.state = 'lapsed' AND r.told_at IS NULL
  AND (e.at AT TIME ZONE 'Asia/Shanghai')::date <= (SELECT day FROM slot s WHERE s.id = r.old_slot)
  AND (SELECT c.to_state FROM closing_event c WHERE c.closing = r.closing AND c.at <= e.at
       ORDER BY c.at DESC LIMIT 1) = 'stopped'
"""
PUNISHED = """
SELECT n.id FROM no_show n JOIN appointment a ON a.id = n.appointment JOIN person p ON p.id = a.person
WHERE n.withdrawn_at IS NULL AND (a.state <> 'missed' OR n.person_index IS NOT NULL AND p.proved_at IS NULL)
"""
# Booked, claimed or joined online while a pause of this ID, or of this account, was running.
THROUGH_A_PAUSE = """
WITH deeds AS (
    SELECT a.person_index, a.booked_by AS account, e.at, e.id FROM appointment_event e
    JOIN appointment a ON a.id = e.appointment WHERE e.kind = 'booked' AND e.by_account IS NOT NULL
    UNION ALL SELECT w.person_index, w.account, e.at, e.id FROM waiting_event e JOIN waiting w ON w.id = e.waiting
    WHERE e.kind = 'joined')
SELECT d.id, p.since, p.until FROM deeds d JOIN booking_pause p
  ON p.person_index = d.person_index OR p.person_index IS NULL AND p.account = d.account
WHERE d.at > p.since AND (d.at AT TIME ZONE 'Asia/Shanghai')::date < p.until AND NOT EXISTS (
    SELECT 1 FROM booking_pause_event l WHERE l.pause = p.id AND l.kind = 'lifted' AND l.at <= d.at)
"""
# Too many no-shows that count led to a pause. Where one was lifted, what it rested on may count anew without one.
UNPAUSED = """
WITH counted AS (
    SELECT n.person_index, CASE WHEN n.person_index IS NULL THEN n.account END AS account,
           max(n.marked_at) AS last, array_agg(n.at) AS times
    FROM no_show n WHERE n.withdrawn_at IS NULL AND n.pause IS NULL GROUP BY 1, 2)
SELECT c.* FROM counted c, appointment_policy p WHERE p."group" = 'default' AND p.no_shows > 0
  AND (SELECT count(*) FROM unnest(c.times) t WHERE t > c.last - p.no_show_days * interval '1 day') >= p.no_shows
  AND NOT EXISTS (SELECT 1 FROM booking_pause b WHERE b.state = 'lifted'
                  AND (b.person_index = c.person_index OR b.person_index IS NULL AND b.account = c.account))
"""
# An appeal waits for an answer only as long as there is something to answer.
STUCK = """
SELECT e.id FROM booking_appeal e LEFT JOIN no_show n ON n.id = e.no_show LEFT JOIN booking_pause p ON p.id = e.pause
WHERE e.state = 'open' AND (n.withdrawn_at IS NOT NULL OR p.state = 'lifted')
"""


async def broken() -> dict[str, list[Any]]:
    """Everything that is wrong now, by name; empty when all is well."""
    now = await clock.now()
    asked = {
        "places": await miscounted(),
        "limits": await db.rows(OVER_LIMITS, clock.local(now).date()),
        "offers": await db.rows(ODD_OFFERS),
        "too long": await db.rows(TOO_LONG),
        "kept": await db.rows(ODD_KEPT),
        "stranded": await db.rows(STRANDED, now),
        "blamed": await db.rows(BLAMED),
        "ended by nobody": await db.rows(ENDED_BY_NOBODY),
        "punished": await db.rows(PUNISHED),
        "through a pause": await db.rows(THROUGH_A_PAUSE),
        "unpaused": await db.rows(UNPAUSED),
        "stuck": await db.rows(STUCK),
        "untold": await untold(now),
        "reminders": await unreminded(now),
    }
    return {name: rows for name, rows in asked.items() if rows}
