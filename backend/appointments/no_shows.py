"""No-shows (爽约): marked by the hall or, after the grace, by a job; too many pause booking online.

Only for days on which the hall recorded arrivals: a hall that keeps no list cannot say who did not come. A no-show
counts for a proved ID across accounts; where nobody proved the ID, for the account that booked alone, for
anybody may type anybody's number.
"""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, hints, notify
from backend.appointments import pauses, policy, reminders
from backend.appointments.record import record
from backend.appointments.tables import Appointment, Policy
from backend.refusal import NotFound

BATCH = 100  # bookings that one run of the job marks
BACK = 7  # days: what is older and was never marked, nobody is told of any more

SEEN = """
SELECT a.id, a.number, a.state, a.day, a.item, a.person, a.person_index, a.booked_by, s.starts_at, s.ends_at,
       s.hall, h.code AS hall_code, h.name AS hall_name, h.phone, i.name AS item_name,
       p.proved_at IS NOT NULL AND p.id_index = a.person_index AS proved
FROM appointment a JOIN slot s ON s.id = a.slot JOIN hall h ON h.id = s.hall JOIN item i ON i.id = a.item
JOIN person p ON p.id = a.person WHERE a.id = $1
"""
# What the hall took back stays taken back; the halls and days are asked once each, not once a booking.
DUE = """
WITH over AS MATERIALIZED (
    SELECT a.id, s.hall, s.day, s.ends_at FROM appointment a JOIN slot s ON s.id = a.slot
    JOIN item i ON i.id = a.item JOIN appointment_policy p
      ON p."group" = coalesce((SELECT "group" FROM appointment_policy WHERE "group" = i.policy_group), 'default')
    WHERE a.state = 'booked' AND a.day BETWEEN $2::date - $3::int AND $2::date
      AND ($4::uuid IS NULL OR a.id = $4) AND s.ends_at + p.grace_minutes * interval '1 minute' <= $1
      AND NOT EXISTS (SELECT 1 FROM appointment_event e
                      WHERE e.appointment = a.id AND e.kind = 'unmarked' AND e.from_state = 'missed')
      AND NOT EXISTS (SELECT 1 FROM relocation r
                      WHERE r.appointment = a.id AND r.state IN ('pending', 'offered', 'none'))),
recorded AS (
    SELECT hall, day FROM (SELECT DISTINCT hall, day FROM over) o WHERE EXISTS (
        SELECT 1 FROM slot t JOIN appointment b ON b.slot = t.id
        WHERE t.hall = o.hall AND t.day = o.day AND b.arrived_at IS NOT NULL))
SELECT over.id FROM over JOIN recorded USING (hall, day) ORDER BY over.ends_at LIMIT $5
"""
WRITE = """
INSERT INTO no_show (id, appointment, hall, account, person_index, at, marked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (appointment) DO UPDATE SET withdrawn_at = NULL, pause = NULL, person_index = EXCLUDED.person_index,
    marked_at = EXCLUDED.marked_at
"""
# Those that led to a pause before are not counted again.
COUNTED = """
SELECT id FROM no_show WHERE withdrawn_at IS NULL AND pause IS NULL AND at > $3
  AND (person_index = $1 OR $1::bytea IS NULL AND person_index IS NULL AND account = $2)
"""
WITHDRAW = """
UPDATE no_show SET withdrawn_at = $2 WHERE appointment = $1 AND withdrawn_at IS NULL RETURNING id, pause
"""


async def booking(appointment: UUID) -> dict[str, Any]:
    """What the rules of the day need to know of a booking. Refuses: NotFound."""
    found = await db.rows(SEEN, appointment)
    if not found:
        raise NotFound("没有找到这个预约")
    return found[0]


async def missing() -> list[UUID]:
    """The bookings to mark as missed now, the longest over first; 100 at most."""
    return [row["id"] for row in await _due(None)]


async def _due(appointment: UUID | None) -> list[dict[str, Any]]:
    now = await clock.now()
    return await db.rows(DUE, now, clock.local(now).date(), BACK, appointment, BATCH)


@db.retrying
async def miss_due(appointment: UUID) -> None:
    """Mark a booking as missed, if it is still due; for the job. Twice or by many workers at once is once."""
    seen = await booking(appointment)
    async with db.transaction():
        await policy.lock(seen["person_index"], seen["booked_by"])
        if await _due(appointment):
            await miss(await booking(appointment))


async def miss(seen: dict[str, Any], by: UUID | None = None) -> bool:
    """Booked becomes missed, once: it counts, it may pause, it is told. A part, under the locks of the booking's
    person and account. False where it is booked no more.
    """
    missed = Appointment.update({Appointment.state: "missed"}).where(
        Appointment.id == seen["id"], Appointment.state == "booked"
    )
    if not await missed.returning(Appointment.id):
        return False
    event = await record(seen["id"], "missed", from_state="booked", to_state="missed", by_staff=by)
    await notify.withdraw(seen["id"])
    index = seen["person_index"] if seen["proved"] else None
    counted = await _count(seen, index)
    db.after_commit(partial(hints.publish, f"hall:{seen['hall_code']}"))
    rules = await policy.of_item(seen["item"])
    if rules.no_shows and len(counted) >= rules.no_shows:
        await pauses.begin(seen, index, counted, rules)
    else:
        await _tell(seen, event, rules, rules.no_shows - len(counted))
    return True


async def _count(seen: dict[str, Any], index: bytes | None) -> list[UUID]:
    """Write the no-show down; all that count now."""
    now, rules = await clock.now(), await policy.of_item(seen["item"])
    await db.rows(WRITE, uuid4(), seen["id"], seen["hall"], seen["booked_by"], index, seen["starts_at"], now)
    since = now - dt.timedelta(days=rules.no_show_days)
    return [row["id"] for row in await db.rows(COUNTED, index, seen["booked_by"], since)]


async def _tell(seen: dict[str, Any], event: UUID, rules: Policy, left: int) -> None:
    facts = {**pauses.facts(seen), "left": left, "days": rules.pause_days, "penalty": bool(rules.no_shows)}
    promise = notify.Promise("appointment-missed", f"missed:{event}", reminders.awake(await clock.now()))
    await notify.tell(seen["booked_by"], [promise], about=seen["id"], facts=facts, person=seen["person"])


async def withdraw(appointment: UUID, event: UUID, *, by: UUID | None, why: str) -> None:
    """It was no no-show after all: it counts no more, a pause that rested on it is lifted, both are told. A part,
    under the locks of the booking's person and account; without a no-show it changes nothing.
    """
    found = await db.rows(WITHDRAW, appointment, await clock.now())
    if not found:
        return
    await pauses.settle("no_show", found[0]["id"], "granted", by, why)
    lifted = bool(found[0]["pause"]) and await pauses.lift(found[0]["pause"], by, why, spent=False)
    seen = await booking(appointment)
    promise = notify.Promise("appointment-corrected", f"corrected:{event}")
    facts = {**pauses.facts(seen), "why": why, "lifted": lifted}
    await notify.tell(seen["booked_by"], [promise], about=seen["id"], facts=facts, person=seen["person"])
