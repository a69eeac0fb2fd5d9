"""What an account sees of its bookings."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, identity, secrecy
from backend.appointments import policy, relocations
from backend.appointments.tables import Policy
from backend.refusal import NotFound

FROM = """
SELECT a.id, a.number, a.state, a.day, a.created_at, a.materials_confirmed_at, a.item, a.slot, a.person,
       s.starts_at, s.ends_at, i.name AS item_name, h.code AS hall_code, h.name AS hall_name, h.address, h.phone,
       h.latitude, h.longitude, l.floor, l.name AS line_name, p.name AS person_name, p.relation, p.id_sealed,
       r.state AS relocation, c.reason AS closed_why, c.day AS closed_day, c.starts AS closed_from,
       c.ends AS closed_until, c.counters AS closed_counters, r.new_slot, n.starts_at AS new_at, n.ends_at AS new_until,
       nl.floor AS new_floor, nl.name AS new_line, k.until AS kept_until
FROM appointment a JOIN slot s ON s.id = a.slot JOIN item i ON i.id = a.item
JOIN line l ON l.id = s.line JOIN hall h ON h.id = s.hall JOIN person p ON p.id = a.person
LEFT JOIN (relocation r JOIN closing c ON c.id = r.closing AND c.state <> 'undoing')
  ON r.appointment = a.id AND r.state IN ('offered', 'none') AND a.state = 'booked'
LEFT JOIN slot n ON n.id = r.new_slot LEFT JOIN line nl ON nl.id = n.line
LEFT JOIN place_hold k ON k.id = r.hold AND k.ended_at IS NULL
"""
UPCOMING = (
    FROM
    + "WHERE a.booked_by = $1 AND a.state = 'booked' AND (s.ends_at > $2 OR r.id IS NOT NULL) ORDER BY s.starts_at"
)
PAST = (
    FROM + "WHERE a.booked_by = $1 AND NOT (a.state = 'booked' AND (s.ends_at > $2 OR r.id IS NOT NULL))"
    " ORDER BY s.starts_at DESC LIMIT 50"
)
# Without those that the hall asked to move: they do not stand.
SAME_DAY = f"""
SELECT a.id, s.starts_at, s.ends_at, i.name AS item_name, p.name AS person_name, p.relation
FROM appointment a JOIN slot s ON s.id = a.slot JOIN item i ON i.id = a.item JOIN person p ON p.id = a.person
WHERE a.person = $1 AND a.booked_by = $2 AND a.day = $3 AND a.state = 'booked' AND a.id IS DISTINCT FROM $4
  AND NOT {relocations.UNANSWERED}
ORDER BY s.starts_at, a.created_at
"""  # noqa: S608  # put together from our own constants
ENDED = """
SELECT c.day, c.starts, c.ends, c.counters, c.reason FROM relocation r JOIN closing c ON c.id = r.closing
WHERE r.appointment = $1 AND r.state = 'lapsed' ORDER BY r.created_at DESC LIMIT 1
"""
HISTORY = """
SELECT e.kind, e.at, e.why, e.by_staff, f.starts_at AS from_time, t.starts_at AS to_time
FROM appointment_event e LEFT JOIN slot f ON f.id = e.from_slot LEFT JOIN slot t ON t.id = e.to_slot
WHERE e.appointment = $1 AND e.kind <> 'note' ORDER BY e.at, e.id
"""


async def upcoming(by: UUID) -> list[dict[str, Any]]:
    """The account's bookings still ahead, the next one first."""
    return [named(row) for row in await db.rows(UPCOMING, by, await clock.now())]


async def past(by: UUID) -> list[dict[str, Any]]:
    """The account's bookings that are over or cancelled, the latest first."""
    return [named(row) for row in await db.rows(PAST, by, await clock.now())]


async def show(appointment: UUID, by: UUID) -> dict[str, Any]:
    """One of the account's bookings, and whether it can still be changed. Refuses: NotFound, also a stranger's."""
    found = await db.rows(FROM + "WHERE a.id = $1 AND a.booked_by = $2", appointment, by)
    if not found:
        raise NotFound("没有找到这个预约")
    rules = await policy.of_item(found[0]["item"])
    return {**named(found[0]), "changeable": _changeable(found[0], rules, await clock.now())}


def _changeable(row: dict[str, Any], rules: Policy, now: dt.datetime) -> bool:
    # Whose time a closing took away may change it however near it is.
    return bool(row["relocation"]) or policy.still_changeable(row, rules, now)


def named(row: dict[str, Any]) -> dict[str, Any]:
    """`who` tells apart the people of one account: 本人 张*国, 家人 张*国（尾号 5020）."""
    relation, name = identity.RELATIONS[row["relation"]], secrecy.mask_name(row["person_name"])
    tail = "" if row["relation"] == "self" else f"（{secrecy.mask_id(secrecy.unseal(row['id_sealed']))}）"
    return {
        **{name: value for name, value in row.items() if name != "id_sealed"},
        "who": f"{relation} {name}{tail}",
        "closed": relocations.closed(row),
    }


async def same_day(person: UUID, day: dt.date, by: UUID, besides: UUID | None = None) -> list[dict[str, Any]]:
    """What this account booked for the person on a day, `besides` one booking and those that a closing asks to move.
    (Other accounts' are never shown.)
    """
    return await db.rows(SAME_DAY, person, by, day, besides)


async def ended(appointment: UUID, by: UUID) -> str:
    """Who cancelled a booking and why, where its owner did not: the hall by a closing that nobody answered, or its
    staff. Empty otherwise. Refuses: NotFound.
    """
    last = [event for event in await history(appointment, by) if event["kind"] in ("cancelled", "ended")]
    if not last or not (last[-1]["by_staff"] or last[-1]["kind"] == "ended"):
        return ""
    closing = await db.rows(ENDED, appointment) if last[-1]["kind"] == "ended" else []
    for row in closing:
        what = relocations.span(row["day"], row["starts"], row["ends"]) + relocations.deed(row["counters"])
        return f"大厅 {what}（{row['reason']}），没有等到你的答复，预约由大厅取消了，不算爽约。"
    why = last[-1]["why"]
    return f"大厅取消了这个预约{'：' + why if why else '。'}"


async def history(appointment: UUID, by: UUID) -> list[dict[str, Any]]:
    """What happened to one of the account's bookings, oldest first. Refuses: NotFound."""
    await show(appointment, by)
    return await db.rows(HISTORY, appointment)
