"""What stands around a hall's queue: its lines, the matters it does, who sits at its counters."""

from typing import Any
from uuid import UUID

from backend import catalog, db

MOST = 8
LINES = "SELECT id, letter, name, floor FROM line WHERE hall = $1 ORDER BY letter"
NAMES = """
SELECT d.counter, s.name FROM desk d JOIN counter c ON c.id = d.counter JOIN staff s ON s.id = d.staff WHERE c.hall = $1
"""
MATTERS = """
SELECT i.id, i.name, l.id AS line, l.letter, l.name AS line_name, i.asked FROM item i
JOIN item_place p ON p.item = i.id AND p.hall = $1 JOIN line l ON l.id = p.line
WHERE i.id = ANY($2) OR $2 IS NULL AND (l.id = $3 OR $3 IS NULL) OR i.id = $4 ORDER BY i.asked DESC, i.code
"""


async def lines_of(hall: UUID) -> list[dict[str, Any]]:
    """A hall's lines by letter."""
    return await db.rows(LINES, hall)


async def staff_at(hall: UUID) -> dict[UUID, str]:
    """Who sits, or sat last, at each counter of a hall."""
    return {row["counter"]: row["name"] for row in await db.rows(NAMES, hall)}


async def matters(
    hall: UUID, sought: str, *, line: UUID | None = None, chosen: UUID | None = None
) -> list[dict[str, Any]]:
    """A few matters that the hall does: what the words may mean, best first; without words those that are asked for
    most in the line. What is chosen comes first where nothing is sought.
    """
    if sought:
        order = [entry.id for entry in await catalog.search(sought, 60)]
        found = await db.rows(MATTERS, hall, order, None, None)
        return sorted(found, key=lambda row: order.index(row["id"]))[:MOST]
    found = await db.rows(MATTERS, hall, None, line, chosen)
    return sorted(found, key=lambda row: row["id"] != chosen)[:MOST]


async def matters_named(hall: UUID, items: list[UUID]) -> list[dict[str, Any]]:
    """These matters, where the hall does them."""
    return await db.rows(MATTERS, hall, items, None, None) if items else []
