"""Counters as a manager sees them (窗口分工): who sits where since when, and what each can do."""

from typing import Any
from uuid import UUID

from backend import db, identity
from backend.queue import view
from backend.queue.around import lines_of, staff_at
from backend.queue.desks import counter
from backend.queue.rules_edit import LOOK

NAMES = "SELECT id, name FROM item WHERE id = ANY($1)"
EVENTS = """
SELECT e.kind, e.at, coalesce(nullif(e.note, ''), e.why) AS why, s.name AS by_name
FROM desk_event e LEFT JOIN staff s ON s.id = e.by_staff WHERE e.counter = $1 ORDER BY e.at DESC LIMIT 12
"""
SAID = {"opened": "打开", "paused": "暂停", "closed": "关窗口", "taught": "改了分工"}


async def counters(hall: str, by: UUID) -> dict[str, Any]:
    """Every counter of a hall. Refuses: NotFound, Denied."""
    await identity.require(by, *LOOK, hall=hall)
    found = await view.read(hall)
    items = [item for seat in found.seats for item in seat.items]
    return {
        "view": found,
        "names": await staff_at(found.hall),
        "lines": {row["id"]: row for row in await lines_of(found.hall)},
        "items": {row["id"]: row["name"] for row in await db.rows(NAMES, items)} if items else {},
    }


async def desk(id: UUID, by: UUID) -> dict[str, Any]:
    """One counter, and what happened to it lately. Refuses: NotFound, Denied."""
    here = await counter(id)
    await identity.require(by, *LOOK, hall=here["hall_code"])
    events = [{**row, "what": SAID[row["kind"]]} for row in await db.rows(EVENTS, id)]
    return {**here, "events": events, "every_line": await lines_of(here["hall"])}
