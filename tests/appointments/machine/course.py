"""The course of time: what waits for a moment, what the workers do when it comes, what they must not leave undone."""

import datetime as dt
from typing import Any

from backend import appointments, clock, db, notify

MANY = 500  # of anything that a worker does again and again
# Every moment at which something is due.
TIMERS = """
SELECT min(at) AS at FROM (
    SELECT due_at AS at FROM notice WHERE delivered_at IS NULL AND withdrawn_at IS NULL
    UNION ALL SELECT until FROM place_hold WHERE ended_at IS NULL
    UNION ALL SELECT unnest(ARRAY[s.starts_at, (s.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'])
        FROM relocation r JOIN slot s ON s.id = r.old_slot WHERE r.state IN ('pending', 'offered', 'none')
    UNION ALL SELECT s.ends_at + p.grace_minutes * interval '1 minute' FROM appointment a
        JOIN slot s ON s.id = a.slot, appointment_policy p WHERE a.state = 'booked' AND p."group" = 'default') due
WHERE at > $1
"""
WAITED = """
SELECT 1 FROM waiting WHERE state IN ('waiting', 'offered')
UNION ALL SELECT 1 FROM place_hold WHERE ended_at IS NULL AND kind = 'frozen' LIMIT 1
"""
# What must not be there once the workers have looked at a moment ($1).
UNDONE = """
SELECT 'notice ' || kind AS what, id FROM notice
    WHERE due_at <= $1 AND delivered_at IS NULL AND withdrawn_at IS NULL
UNION ALL SELECT 'offer', id FROM place_hold WHERE kind = 'waiting' AND until <= $1 AND ended_at IS NULL
UNION ALL SELECT 'closing ' || c.state, c.id FROM closing c WHERE c.state = 'undoing'
    OR c.state = 'running' AND EXISTS (SELECT 1 FROM relocation r WHERE r.closing = c.id AND r.state = 'pending')
UNION ALL SELECT 'kept place', r.id FROM relocation r
    JOIN place_hold h ON h.id = r.hold JOIN closing c ON c.id = r.closing
    WHERE r.state = 'offered' AND h.until <= $1 AND c.state <> 'undoing'
UNION ALL SELECT 'wait over', w.id FROM waiting w WHERE w.state = 'waiting'
    AND (SELECT max(d) FROM unnest(w.days) d) < ($1::timestamptz AT TIME ZONE 'Asia/Shanghai')::date
UNION ALL SELECT 'missed', a.id FROM appointment a JOIN slot s ON s.id = a.slot, appointment_policy p
    WHERE p."group" = 'default' AND a.state = 'booked' AND s.ends_at + p.grace_minutes * interval '1 minute' <= $1
    AND s.day > ($1::timestamptz AT TIME ZONE 'Asia/Shanghai')::date - 7
    AND EXISTS (SELECT 1 FROM appointment b JOIN slot t ON t.id = b.slot
                WHERE t.hall = s.hall AND t.day = s.day AND b.arrived_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM relocation r WHERE r.appointment = a.id AND r.state IN ('pending', 'offered', 'none'))
    AND NOT EXISTS (SELECT 1 FROM appointment_event e WHERE e.appointment = a.id AND e.kind = 'unmarked')
"""
# By day: a place that has rested, and one that is free though somebody waits for it who was never asked and may still
# book it.
UNDONE_BY_DAY = """
SELECT 'resting' AS what, id FROM place_hold WHERE kind = 'frozen' AND until <= $1 AND ended_at IS NULL
UNION ALL SELECT 'waited for', w.id FROM waiting w
    JOIN slot s ON s.line = w.line AND s.day = ANY(w.days), appointment_policy p
    WHERE p."group" = 'default' AND w.state = 'waiting' AND s.taken < s.offered
    AND s.starts_at > $1 + (1 + p.notice_minutes) * interval '1 minute'
    AND NOT EXISTS (SELECT 1 FROM place_hold h WHERE h.waiting = w.id AND h.slot = s.id)
    AND NOT EXISTS (SELECT 1 FROM appointment a WHERE a.person_index = w.person_index AND a.item = w.item
                    AND a.day = s.day AND a.state = 'booked')
    AND (SELECT count(*) FROM appointment a WHERE a.person_index = w.person_index AND a.state = 'booked')
        < p.active_per_person
    AND (SELECT count(*) FROM appointment a WHERE a.booked_by = w.account AND a.state = 'booked')
        < p.active_per_person * p.account_factor
    AND (SELECT count(*) FROM appointment a WHERE a.person_index = w.person_index AND a.state <> 'cancelled'
         AND date_trunc('month', a.day) = date_trunc('month', s.day)) < p.month_per_person
    AND (SELECT count(*) FROM appointment a WHERE a.booked_by = w.account AND a.state <> 'cancelled'
         AND date_trunc('month', a.day) = date_trunc('month', s.day)) < p.month_per_person * p.account_factor
    AND NOT EXISTS (SELECT 1 FROM booking_pause b WHERE b.state = 'running'
                    AND (b.person_index = w.person_index OR b.person_index IS NULL AND b.account = w.account))
"""


async def next_timer(now: dt.datetime) -> dt.datetime | None:
    """The next moment at which the workers have something to do; None where nothing waits."""
    found = (await db.rows(TIMERS, now))[0]["at"]
    if not await db.rows(WAITED):
        return found
    days = [clock.local(now).date() + dt.timedelta(days=n) for n in (0, 1)]
    midnights = [clock.at(day, dt.time.min) for day in days]
    mornings = [notify.awake(midnight) for midnight in midnights]
    return min(at for at in [found, *midnights, *mornings] if at and at > now)


async def work() -> int:
    """What the workers' jobs do, each once; how many notices arrived. Afterwards nothing that was due is left."""
    now = await clock.now()
    await appointments.lapse_due()
    for closing in await appointments.closings_due():
        for _ in range(MANY):
            if not await appointments.carry_on(closing):
                break
    for missing in await appointments.missing():
        await appointments.miss_due(missing)
    for line in await appointments.due():
        await appointments.pass_on(line)
    arrived = 0
    for _ in range(MANY):
        if not (some := await notify.sweep()):
            break
        arrived += some
    left = await undone(now)
    assert not left, left
    return arrived


async def undone(now: dt.datetime) -> list[dict[str, Any]]:
    """What was due by then and the workers left."""
    by_day = not notify.quiet(now) and not notify.quiet(await clock.now())
    return [*await db.rows(UNDONE, now), *(await db.rows(UNDONE_BY_DAY, now) if by_day else [])]
