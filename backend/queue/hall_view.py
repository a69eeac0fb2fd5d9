"""What a guide sees (导办): the whole hall, who waits where and why; one number with all that happened to it."""

import datetime as dt
import re
from typing import Any
from uuid import UUID

import msgspec

from backend import appointments, clock, db, identity, secrecy
from backend.queue import view, why
from backend.queue.around import lines_of, staff_at
from backend.queue.reception import DESK
from backend.queue.record import number, seen
from backend.queue.view import HallView

PERSON = "SELECT name FROM person WHERE id = $1"
EVENTS = """
SELECT e.kind, e.at, e.why, c.number AS counter, coalesce(f.name,
       CASE WHEN e.by_account IS NOT NULL THEN '本人' WHEN t.source = 'kiosk' AND e.kind = 'taken' THEN '取号机' ELSE '系统' END) AS by_name
FROM ticket_event e JOIN ticket t ON t.id = e.ticket LEFT JOIN counter c ON c.id = e.counter
LEFT JOIN staff f ON f.id = e.by_staff WHERE e.ticket = $1 ORDER BY e.at, e.id
"""  # noqa: E501
FOUND = """
SELECT t.id, t.letter, t.digits, t.state, t.taken_at, l.name AS line_name, i.name AS item_name FROM ticket t
JOIN line l ON l.id = t.line LEFT JOIN item i ON i.id = t.item LEFT JOIN account a ON a.id = t.account
WHERE t.day = $1 AND (t.letter = $2 AND t.digits = $3 OR t.person_index = ANY($4) OR a.phone_index = ANY($4))
ORDER BY t.taken_at DESC LIMIT 10
"""


class WholeHall(msgspec.Struct, frozen=True):
    """A hall at this moment; `why` explains each number that waits."""

    view: HallView
    why: dict[UUID, str]
    names: dict[UUID, str]
    lines: list[dict[str, Any]]


async def whole(hall: str, by: UUID) -> WholeHall:
    """The hall as its guides see it. Refuses: NotFound, Denied."""
    await identity.require(by, *DESK, hall=hall)
    found = await view.read(hall)
    reasons = await why.of_day(found.day) if found.day else {}
    said = {
        spot.id: why.said(msgspec.structs.asdict(spot), reasons[spot.id])
        for spot in found.spots
        if spot.id in reasons
    }
    return WholeHall(found, said, await staff_at(found.hall), await lines_of(found.hall))


async def one(ticket: UUID, by: UUID) -> dict[str, Any]:
    """A number with what stands around it, `why` it has its place, `ahead`, and `events`. Refuses: NotFound, Denied."""
    found = await seen(ticket)
    await identity.require(by, *DESK, hall=found["hall_code"], missing="没有找到这个号")
    hall = await view.read(found["hall_code"])
    spot = hall.spot(ticket)
    name = await db.rows(PERSON, found["person"]) if found["person"] else []
    return {
        **found, "number": number(found), "why": await why.this(found, ""), "ahead": hall.ahead(spot) if spot else 0,
        "waits": spot is not None and spot.state == "waiting", "view": hall, "events": await db.rows(EVENTS, ticket),
        "name": name[0]["name"] if name else "", "back_until": _until(found, hall),
        "priority_name": identity.priority_name(found["priority_class"]) if found["priority_class"] else "",
    }  # fmt: skip


def _until(found: dict[str, Any], hall: HallView) -> dt.datetime | None:
    """Until when a missed number may come back."""
    if found["state"] != "missed" or found["returned"] or not found["missed_at"]:
        return None
    until = found["missed_at"] + dt.timedelta(minutes=hall.rules.return_minutes)
    return until if until > hall.at else None


async def search(hall: str, sought: str, by: UUID) -> dict[str, Any]:
    """Numbers and bookings of today: by a number (A005), a booking's number or QR, a phone, an ID.

    Refuses: NotFound, Denied.
    """
    await identity.require(by, *DESK, hall=hall)
    found = await view.read(hall)
    letter, digits = _number(sought)
    indexes = [*secrecy.blinds(sought), *identity.any_id_indexes(sought)]
    tickets = await db.rows(FOUND, found.day, letter, digits, indexes) if found.day else []
    today = clock.local(found.at).date()
    bookings = await appointments.bookings_of_day(hall, today, by, sought)
    return {
        "tickets": [{**row, "number": number(row)} for row in tickets],
        "bookings": [row for row in bookings if row["state"] != "cancelled"][:10],
    }


def _number(sought: str) -> tuple[str, int]:
    found = re.fullmatch(r"([A-Za-z]) ?([0-9]{1,4})", sought.strip())
    return (found[1].upper(), int(found[2])) if found else ("", 0)
