"""What whoever holds a voucher's link sees: enough to get there in time, and nothing else."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, secrecy
from backend.appointments.relocations import closed
from backend.refusal import NotFound

GONE = "这个链接已经失效，请让家人再发一次"
TOUCH = dt.timedelta(minutes=1)  # looking again within it writes nothing

FIND = """
SELECT v.id AS link, v.last_opened_at, a.id, a.number, a.state, a.item, a.day, a.booked_by, s.starts_at, s.ends_at,
       i.name AS item_name, p.name AS person_name, h.name AS hall_name, h.address, h.phone, h.latitude, h.longitude,
       l.floor, l.name AS line_name,
       r.state AS relocation, c.reason AS closed_why, c.day AS closed_day, c.starts AS closed_from,
       c.ends AS closed_until, c.counters AS closed_counters, n.starts_at AS new_at, n.ends_at AS new_until,
       nl.floor AS new_floor, nl.name AS new_line, k.until AS kept_until,
       (SELECT count(*) FROM appointment_event e WHERE e.appointment = a.id) AS changes
FROM voucher_link v JOIN appointment a ON a.id = v.appointment JOIN slot s ON s.id = a.slot
JOIN item i ON i.id = a.item JOIN person p ON p.id = a.person
JOIN line l ON l.id = s.line JOIN hall h ON h.id = s.hall
LEFT JOIN (relocation r JOIN closing c ON c.id = r.closing AND c.state <> 'undoing')
  ON r.appointment = a.id AND r.state IN ('offered', 'none') AND a.state = 'booked'
LEFT JOIN slot n ON n.id = r.new_slot LEFT JOIN line nl ON nl.id = n.line
LEFT JOIN place_hold k ON k.id = r.hold AND k.ended_at IS NULL
WHERE v.token_hash = $1 AND v.withdrawn_at IS NULL AND a.day >= $2
"""
OPENED = """
UPDATE voucher_link SET first_opened_at = coalesce(first_opened_at, $2), last_opened_at = $2
WHERE id = $1 AND withdrawn_at IS NULL
"""


async def shared(token: str, by: UUID | None = None) -> dict[str, Any]:
    """The voucher of a link: where, when, and for whom, masked. `by` is who looks, where somebody signed in:
    its owner's own look is not counted as opened. A cancelled one tells that it is cancelled, and nothing more.

    Refuses: NotFound, whether the link is unknown, withdrawn, or its time is over (the day after the slot's).
    """
    now = await clock.now()
    yesterday = clock.local(now).date() - dt.timedelta(days=1)
    found = await db.rows(FIND, secrecy.token_hash(token), yesterday)
    if not found:
        raise NotFound(GONE)
    row = found[0]
    if by != row["booked_by"] and (row["last_opened_at"] is None or now - row["last_opened_at"] >= TOUCH):
        await db.rows(OPENED, row["link"], now)
    return {"state": "cancelled"} if row["state"] == "cancelled" else _told(row)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    hidden = {"link", "last_opened_at", "booked_by", "person_name"}
    told = {name: value for name, value in row.items() if name not in hidden}
    return {**told, "who": secrecy.mask_name(row["person_name"]), "closed": closed(row)}
