"""The hall's view: a day's bookings with search, and a week of a line."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import db, identity, secrecy
from backend.appointments import relocations
from backend.appointments.capacity import READERS, hall_of_line
from backend.appointments.capacity_events import latest
from backend.appointments.capacity_groups import together, weekly
from backend.appointments.qr import read_qr
from backend.refusal import NotFound

MISSING = "没有找到这个预约"
DAY = """
SELECT a.id, a.number, a.state, a.materials_confirmed_at, s.starts_at, s.ends_at, i.name AS item_name,
       l.letter, l.name AS line_name, p.name AS person_name, p.relation, c.phone_sealed,
       r.state AS relocation, n.starts_at AS new_at
FROM appointment a JOIN slot s ON s.id = a.slot JOIN item i ON i.id = a.item JOIN line l ON l.id = s.line
JOIN hall h ON h.id = s.hall JOIN person p ON p.id = a.person JOIN account c ON c.id = a.booked_by
LEFT JOIN (relocation r JOIN closing d ON d.id = r.closing AND d.state <> 'undoing')
  ON r.appointment = a.id AND r.state IN ('pending', 'offered', 'none') AND a.state = 'booked'
LEFT JOIN slot n ON n.id = r.new_slot
WHERE h.code = $1 AND s.day = $2
  AND ($3 = '' OR starts_with(a.number, $3) OR a.id = $5 OR strpos(p.name, $3) > 0 OR strpos(i.name, $3) > 0
       OR a.person_index = ANY($4) OR c.phone_index = ANY($4))
ORDER BY s.starts_at, l.letter, a.number
"""
BOOKING = """
SELECT a.id, a.number, a.state, a.day, a.booked_by, a.person, a.materials_confirmed_at, a.arrived_at, s.starts_at,
       s.ends_at, i.name AS item_name, h.code AS hall_code, h.name AS hall_name, l.letter, l.floor,
       l.name AS line_name, p.name AS person_name, p.relation, p.id_sealed, p.proved_at, p.priority_class,
       c.phone_sealed, r.state AS relocation, r.closing, d.day AS closed_day, d.starts AS closed_from,
       d.ends AS closed_until, d.counters AS closed_counters, d.reason AS closed_why, n.starts_at AS new_at,
       k.until AS kept_until
FROM appointment a JOIN slot s ON s.id = a.slot JOIN item i ON i.id = a.item JOIN line l ON l.id = s.line
JOIN hall h ON h.id = s.hall JOIN person p ON p.id = a.person JOIN account c ON c.id = a.booked_by
LEFT JOIN (relocation r JOIN closing d ON d.id = r.closing AND d.state <> 'undoing')
  ON r.appointment = a.id AND r.state IN ('pending', 'offered', 'none') AND a.state = 'booked'
LEFT JOIN slot n ON n.id = r.new_slot LEFT JOIN place_hold k ON k.id = r.hold AND k.ended_at IS NULL WHERE a.id = $1
"""
# By whom in words: a colleague's name, the citizen, or nobody (a job).
TOLD = """
SELECT e.id, e.kind, e.at, e.why, e.by_staff, t.starts_at AS to_time,
       coalesce(f.name, CASE WHEN e.by_account IS NULL THEN '系统' ELSE '本人' END) AS by_name
FROM appointment_event e LEFT JOIN staff f ON f.id = e.by_staff LEFT JOIN slot t ON t.id = e.to_slot
WHERE e.appointment = $1 ORDER BY e.at, e.id
"""
LINES = """
SELECT l.id, l.letter, l.name, coalesce(sum(s.offered), 0) AS offered, coalesce(sum(s.taken), 0) AS taken
FROM line l JOIN hall h ON h.id = l.hall LEFT JOIN slot s ON s.line = l.id AND s.day = $2
WHERE h.code = $1 GROUP BY l.id ORDER BY l.letter
"""
WEEK = """
SELECT id, day, starts_at, ends_at, offered, taken,
       to_char(starts_at AT TIME ZONE 'Asia/Shanghai', 'HH24:MI') AS time FROM slot
WHERE line = $1 AND day BETWEEN $2 AND $3 AND (offered > 0 OR taken > 0) ORDER BY starts_at
"""
EXCEPTIONS = """
SELECT e.id, e.day, e.starts, e.ends, e.counters, e.reason, e.line, l.name AS line_name, f.name AS by_name,
       (SELECT coalesce(sum(s.taken), 0) FROM slot s WHERE s.hall = e.hall AND s.day = e.day
        AND (e.line IS NULL OR s.line = e.line)) AS booked, v.deed,
       (SELECT c.id FROM closing c WHERE c.exception = e.id) AS closing,
       (SELECT count(*) FROM capacity_event o JOIN capacity_exception x ON x.id = o.subject
        WHERE o.deed = v.deed AND o.kind = 'exception' AND x.withdrawn_at IS NULL) AS of_deed
FROM capacity_exception e LEFT JOIN line l ON l.id = e.line JOIN staff f ON f.id = e.by
LEFT JOIN capacity_event v ON v.subject = e.id AND v.kind = 'exception' AND v.undoes IS NULL
WHERE e.hall = $1 AND e.day >= $2 AND e.withdrawn_at IS NULL AND (e.line IS NULL OR e.line = $3)
ORDER BY e.day, e.starts
"""


async def bookings(hall: str, day: dt.date, by: UUID, search: str = "") -> list[dict[str, Any]]:
    """A hall's bookings of a day, masked. `search`: part of a name or item, the beginning of a number, what a
    voucher's QR says, a whole phone or ID number. Refuses: Denied.
    """
    await identity.require(by, *READERS, hall=hall)
    found = await db.rows(DAY, hall, day, search, _indexes(search), read_qr(search))
    for row in found:
        row["phone"] = secrecy.mask_phone(secrecy.unseal(row.pop("phone_sealed")))
    return found


async def booking(appointment: UUID, by: UUID) -> dict[str, Any]:
    """One booking as its hall's staff see it, masked, with everything that happened to it in `events`.

    Refuses: NotFound, Denied.
    """
    found = await db.rows(BOOKING, appointment)
    if not found:
        raise NotFound(MISSING)
    row = found[0]
    await identity.require(by, *READERS, hall=row["hall_code"], missing=MISSING)
    phone, number = secrecy.unseal(row.pop("phone_sealed")), secrecy.unseal(row.pop("id_sealed"))
    return {
        **row, "phone": secrecy.mask_phone(phone), "id_tail": secrecy.mask_id(number),
        "events": await db.rows(TOLD, appointment), "closed": relocations.closed(row),
    }  # fmt: skip


def _indexes(search: str) -> list[bytes]:
    """Blind indexes of what may be a phone or any kind of ID number."""
    return [*secrecy.blinds(search), *identity.any_id_indexes(search)] if search else []


async def lines(hall: str, day: dt.date, by: UUID) -> list[dict[str, Any]]:
    """A hall's lines with what is offered and taken on a day. Refuses: Denied."""
    await identity.require(by, *READERS, hall=hall)
    return await db.rows(LINES, hall, day)


async def week(line: UUID, monday: dt.date, by: UUID) -> dict[str, Any]:
    """Seven days of a line: slots by start and day, its templates, the exceptions ahead, the latest changes.

    Refuses: Denied, NotFound.
    """
    hall = await hall_of_line(line)
    await identity.require(by, *READERS, hall=hall.code)
    days = [monday + dt.timedelta(days=n) for n in range(7)]
    return {
        "days": days,
        "slots": await db.rows(WEEK, line, days[0], days[-1]),
        "templates": weekly(await db.rows("SELECT * FROM capacity_template WHERE line = $1", line)),
        "exceptions": together(await db.rows(EXCEPTIONS, hall.id, monday, line)),
        "events": await latest(hall.id),
    }
