"""How somebody stands with no-shows: what pauses their online booking, what they appealed; and the hall's list."""

from typing import Any
from uuid import UUID

from backend import clock, db, identity
from backend.appointments.capacity import halls_for
from backend.refusal import NotFound

LOOKERS = ("manager", "supervisor", "auditor")
PAUSE = """
SELECT p.id, p.since, p.until, p.state, p.account, p.person_index IS NOT NULL AS proved, h.code AS hall_code,
       h.name AS hall_name, h.phone, e.id AS appeal, e.text, e.created_at AS appealed_at, e.state AS appeal_state,
       e.answer, e.answered_at, m.person_name, m.number
FROM booking_pause p JOIN hall h ON h.id = p.hall LEFT JOIN booking_appeal e ON e.pause = p.id
LEFT JOIN LATERAL (SELECT w.name AS person_name, a.number FROM no_show n JOIN appointment a ON a.id = n.appointment
    JOIN person w ON w.id = a.person WHERE n.pause = p.id ORDER BY n.at DESC LIMIT 1) m ON true
"""
# The same condition as in `pauses.RUNNING`.
PAUSING = """
SELECT id, until, account = $2 AS own FROM booking_pause
WHERE (person_index = $1 OR person_index IS NULL AND account = $2) AND state = 'running' AND until > $3
ORDER BY until DESC LIMIT 1
"""
MISSES = """
SELECT n.appointment, n.at, n.withdrawn_at, n.pause, i.name AS item_name, h.name AS hall_name, a.number,
       p.name AS person_name
FROM no_show n JOIN appointment a ON a.id = n.appointment JOIN item i ON i.id = a.item JOIN hall h ON h.id = n.hall
JOIN person p ON p.id = a.person
"""
NO_SHOW = """
SELECT n.id, e.state AS appeal_state, e.text, e.answer FROM no_show n LEFT JOIN booking_appeal e ON e.no_show = n.id
WHERE n.appointment = $1 AND n.account = $2 AND n.withdrawn_at IS NULL
"""
APPEALS = """
SELECT e.id, e.text, e.created_at, e.state, e.answer, e.answered_at, e.pause, e.no_show, n.appointment, p.until,
       p.state AS pause_state,
       h.code AS hall_code, h.name AS hall_name, f.name AS by_name
FROM booking_appeal e JOIN hall h ON h.id = e.hall LEFT JOIN no_show n ON n.id = e.no_show
LEFT JOIN booking_pause p ON p.id = e.pause LEFT JOIN staff f ON f.id = e.answered_by
"""
# First come, first answered; of the answered the latest first.
FIRST_COME = "e.state <> 'open', CASE WHEN e.state = 'open' THEN e.created_at END, e.answered_at DESC"
EVENTS = """
SELECT e.kind, e.at, e.why, coalesce(f.name, CASE WHEN e.by_account IS NULL THEN '系统' ELSE '本人' END) AS by_name
FROM booking_pause_event e LEFT JOIN staff f ON f.id = e.by_staff WHERE e.pause = $1 ORDER BY e.at, e.id
"""


async def paused(by: UUID) -> list[dict[str, Any]]:
    """The pauses of which this account was told and that still run."""
    today = clock.local(await clock.now()).date()
    return await db.rows(
        PAUSE + "WHERE p.account = $1 AND p.state = 'running' AND p.until > $2 ORDER BY p.until", by, today
    )


async def pausing(person_index: bytes, by: UUID) -> dict[str, Any] | None:
    """What keeps this account from booking for a person online now: until when, and whether it is the account's `own`
    to appeal against; None where nothing does.
    """
    found = await db.rows(PAUSING, person_index, by, clock.local(await clock.now()).date())
    return found[0] if found else None


async def show_pause(pause: UUID, by: UUID) -> dict[str, Any]:
    """One of the account's pauses with the no-shows that led to it. Refuses: NotFound, also a stranger's."""
    found = await db.rows(PAUSE + "WHERE p.id = $1 AND p.account = $2", pause, by)
    if not found:
        raise NotFound("没有找到这次暂停")
    # Of an ID's no-shows only those that this account booked: other accounts' bookings are never shown.
    misses = await db.rows(MISSES + "WHERE n.pause = $1 AND n.account = $2 ORDER BY n.at", pause, by)
    return {**found[0], "misses": misses}


async def no_show(appointment: UUID, by: UUID) -> dict[str, Any] | None:
    """The no-show of one's booking that stands, with its appeal; None where there is none."""
    found = await db.rows(NO_SHOW, appointment, by)
    return found[0] if found else None


async def hall_pauses(by: UUID) -> dict[str, list[dict[str, Any]]]:
    """Appeals and running pauses of the halls one may see; open appeals first, the oldest on top. Refuses: Denied."""
    await identity.require(by, *LOOKERS)
    halls = await halls_for(by)
    codes = [hall["code"] for hall in halls]
    today = clock.local(await clock.now()).date()
    running = (
        "WHERE h.code = ANY($1) AND p.state = 'running' AND p.until > $2 ORDER BY p.since DESC LIMIT 200"
    )
    return {
        "halls": halls,
        "appeals": await db.rows(APPEALS + f"WHERE h.code = ANY($1) ORDER BY {FIRST_COME} LIMIT 100", codes),
        "pauses": await db.rows(PAUSE + running, codes, today),
    }


async def hall_pause(pause: UUID, by: UUID) -> dict[str, Any]:
    """A pause for its hall: the no-shows that led to it, and who did what. Refuses: NotFound, Denied."""
    found = await db.rows(PAUSE + "WHERE p.id = $1", pause)
    if not found:
        raise NotFound("没有找到这次暂停")
    await identity.require(by, *LOOKERS, hall=found[0]["hall_code"], missing="没有找到这次暂停")
    misses = await db.rows(MISSES + "WHERE n.pause = $1 ORDER BY n.at", pause)
    return {**found[0], "misses": misses, "events": await db.rows(EVENTS, pause)}


async def hall_appeal(appeal: UUID, by: UUID) -> dict[str, Any]:
    """An appeal for its hall, with the no-shows that it is about. Refuses: NotFound, Denied."""
    found = await db.rows(APPEALS + "WHERE e.id = $1", appeal)
    if not found:
        raise NotFound("没有找到这条申诉")
    row = found[0]
    await identity.require(by, *LOOKERS, hall=row["hall_code"], missing="没有找到这条申诉")
    misses = await db.rows(
        MISSES + "WHERE n.pause = $1 OR n.appointment = $2 ORDER BY n.at", row["pause"], row["appointment"]
    )
    return {**row, "misses": misses}
