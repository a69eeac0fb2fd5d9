"""What staff see of closings: the list of a hall, one's progress, and the numbers of those who must be called."""

from typing import Any
from uuid import UUID

from backend import clock, db, identity, secrecy
from backend.appointments import relocations
from backend.appointments.affected import Stretch, calls_in
from backend.appointments.capacity import READERS
from backend.appointments.closing_undo import counted, refuses_undo
from backend.refusal import NotFound

LIST = """
SELECT c.*, h.code AS hall_code, h.name AS hall_name, l.letter, l.name AS line_name, f.name AS by_name,
       count(r.id) AS total, count(r.id) FILTER (WHERE r.state <> 'pending') AS treated,
       count(r.id) FILTER (WHERE r.state IN ('accepted', 'moved', 'cancelled', 'kept')) AS answered,
       count(r.id) FILTER (WHERE r.state = 'offered') AS offered, count(r.id) FILTER (WHERE r.state = 'none') AS without
FROM closing c JOIN hall h ON h.id = c.hall LEFT JOIN line l ON l.id = c.line JOIN staff f ON f.id = c.by
LEFT JOIN relocation r ON r.closing = c.id
WHERE {} GROUP BY c.id, h.id, l.id, f.id ORDER BY c.day DESC, c.created_at DESC LIMIT 50
"""
PEOPLE = """
SELECT r.id, r.state, r.answered_at, a.number, a.booked_by, p.name AS person_name, i.name AS item_name,
       o.starts_at AS old_at, n.starts_at AS new_at, m.starts_at AS now_at, m.id = r.old_slot AS stays, k.until,
       c.phone_sealed
FROM relocation r JOIN appointment a ON a.id = r.appointment JOIN person p ON p.id = a.person
JOIN item i ON i.id = a.item JOIN slot o ON o.id = r.old_slot JOIN slot m ON m.id = a.slot
JOIN account c ON c.id = a.booked_by LEFT JOIN slot n ON n.id = r.new_slot
LEFT JOIN place_hold k ON k.id = r.hold AND k.ended_at IS NULL
WHERE r.closing = $1 ORDER BY r.state <> 'none', o.starts_at, a.number
"""
EVENTS = """
SELECT e.kind, e.at, f.name AS by_name FROM closing_event e LEFT JOIN staff f ON f.id = e.by
WHERE e.closing = $1 ORDER BY e.at, e.id
"""
OWNER = """
SELECT a.booked_by FROM relocation r JOIN appointment a ON a.id = r.appointment WHERE r.id = $1 AND r.closing = $2
"""
OWED = ("pending", "offered", "none")  # who has not answered may have to be called


async def closings(hall: UUID, code: str, by: UUID) -> list[dict[str, Any]]:
    """A hall's closings, the latest day first. Refuses: Denied."""
    await identity.require(by, *READERS, hall=code)
    return [_said(row) for row in await db.rows(LIST.format("c.hall = $1"), hall)]


async def progress(closing: UUID, by: UUID) -> dict[str, Any]:
    """One closing: what it is, how far it came, everybody of it masked, why it cannot be undone (empty: it can), and
    `calls`: the call-backs that are booked for its time yet.

    Refuses: NotFound, Denied.
    """
    found = await db.rows(LIST.format("c.id = $1"), closing)
    if not found:
        raise NotFound("没有找到这次停办")
    await identity.require(by, *READERS, hall=found[0]["hall_code"], missing="没有找到这次停办")
    people = [_masked(row) for row in await db.rows(PEOPLE, closing)]
    no = refuses_undo(await counted(closing), await clock.now())
    manages = any(
        grant.covers("hall", found[0]["hall_code"]) for grant in await identity.scopes_of(by, "manager")
    )
    events = await db.rows(EVENTS, closing)
    stood = await calls_in(Stretch(*(found[0][name] for name in Stretch.__struct_fields__)))
    return {
        "closing": _said(found[0]), "people": people, "no_undo": no, "events": events, "manages": manages,
        "calls": stood,
    }  # fmt: skip


def _said(row: dict[str, Any]) -> dict[str, Any]:
    span = relocations.span(row["day"], row["starts"], row["ends"])
    what = f"只开 {row['counters']} 个窗口" if row["counters"] else "停办"
    return {
        **row,
        "span": span,
        "where": f"{row['letter']} {row['line_name']}" if row["line"] else "整个大厅",
        "what": what,
    }


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    phone = secrecy.mask_phone(secrecy.unseal(row.pop("phone_sealed"))) if row["state"] in OWED else ""
    row.pop("phone_sealed", None)
    return {**row, "who": secrecy.mask_name(row.pop("person_name")), "phone": phone}


async def phone(closing: UUID, relocation: UUID, reason: str, by: UUID) -> str:
    """The whole number of somebody of the closing, to call them; written down with the reason.

    Refuses: NotFound, Denied, a reason too short.
    """
    found = await db.rows(LIST.format("c.id = $1"), closing)
    owner = await db.rows(OWNER, relocation, closing)
    if not found or not owner:
        raise NotFound("没有找到这个预约")
    await identity.require(by, "manager", hall=found[0]["hall_code"], missing="没有找到这个预约")
    return await identity.unmask_phone(owner[0]["booked_by"], by, reason, hall=found[0]["hall_code"])
