"""What must hold of booking at any moment, asked of the tables alone: each answers what breaks it."""

from typing import Any

from backend import clock, db, notify
from backend.appointments.reminders import reminders
from tests.races.people import miscounted

OVER_LIMITS = """
WITH rules AS (
    SELECT i.id AS item, p.* FROM item i JOIN appointment_policy p ON p."group" = i.policy_group),
held AS (
    SELECT a.person_index, a.booked_by, a.day, a.state, r."group", r.active_per_person AS active,
           r.month_per_person AS month, r.account_factor AS factor
    FROM appointment a JOIN rules r ON r.item = a.item WHERE a.state <> 'cancelled')
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
# Every deed that somebody must hear of has its notice, written with it.
UNTOLD = """
SELECT e.kind, e.id FROM appointment_event e
WHERE e.kind IN ('booked', 'moved', 'cancelled', 'closed', 'displaced', 'resumed', 'ended')
  AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.key = 'appointment-' || e.kind || ':' || e.id)
UNION ALL SELECT e.kind, e.id FROM appointment_event e
WHERE e.kind = 'missed' AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.key = 'missed:' || e.id)
UNION ALL SELECT w.kind, w.id FROM waiting_event w
WHERE w.kind IN ('offered', 'over')
  AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.key = 'waiting-' || w.kind || ':' || w.id)
"""
# A kept place is an open hold, and nobody has two.
ODD_KEPT = """
SELECT r.id, r.state FROM relocation r LEFT JOIN place_hold h ON h.id = r.hold AND h.ended_at IS NULL
WHERE (r.state = 'offered') <> (h.id IS NOT NULL)
"""
PUNISHED = """
SELECT n.id FROM no_show n JOIN appointment a ON a.id = n.appointment JOIN person p ON p.id = a.person
WHERE n.withdrawn_at IS NULL AND (a.state <> 'missed' OR n.person_index IS NOT NULL AND p.proved_at IS NULL)
"""
STANDING = """
SELECT a.id, s.starts_at, array_agg(n.kind) FILTER (
    WHERE n.kind IN ('appointment-tomorrow', 'appointment-soon') AND n.withdrawn_at IS NULL
    AND n.delivered_at IS NULL) AS promised
FROM appointment a JOIN slot s ON s.id = a.slot LEFT JOIN notice n ON n.about = a.id
WHERE a.state = 'booked' AND NOT EXISTS (SELECT 1 FROM relocation r
    WHERE r.appointment = a.id AND r.state IN ('pending', 'offered', 'none')) GROUP BY a.id, s.starts_at
"""


async def broken() -> dict[str, list[Any]]:
    """Everything that is wrong now, by name; empty when all is well."""
    today = clock.local(await clock.now()).date()
    asked = {
        "places": await miscounted(),
        "limits": await db.rows(OVER_LIMITS, today),
        "offers": await db.rows(ODD_OFFERS),
        "kept": await db.rows(ODD_KEPT),
        "punished": await db.rows(PUNISHED),
        "untold": await db.rows(UNTOLD),
        "reminders": await unreminded(),
    }
    return {name: rows for name, rows in asked.items() if rows}


async def unreminded() -> list[dict[str, Any]]:
    """Bookings that stand and lack a reminder that is still ahead."""
    now = await clock.now()
    return [
        row
        for row in await db.rows(STANDING)
        if {kind for kind, *_ in reminders(row["starts_at"], now)} - set(row["promised"] or [])
    ]


async def told_in_the_end(arrived: int) -> dict[str, list[Any]]:
    """Deliver whatever is due; then nothing due is left, and no notice arrived twice (`arrived`: so far)."""
    while now := await notify.sweep():
        arrived += now
    left = await db.rows(
        "SELECT id, kind FROM notice WHERE due_at <= $1 AND delivered_at IS NULL AND withdrawn_at IS NULL"
        " AND (useless_after IS NULL OR useless_after > $1)",
        await clock.now(),
    )
    delivered = await db.rows("SELECT count(*) AS n FROM notice WHERE delivered_at IS NOT NULL")
    doubled = [] if delivered[0]["n"] == arrived else [{"arrived": arrived, "delivered": delivered[0]["n"]}]
    return {name: rows for name, rows in (("left", left), ("doubled", doubled)) if rows}
