"""What stands around a hall's queue: its lines, who sits at its counters."""

from typing import Any
from uuid import UUID

from backend import db

LINES = "SELECT id, letter, name, floor FROM line WHERE hall = $1 ORDER BY letter"
NAMES = """
SELECT d.counter, s.name FROM desk d JOIN counter c ON c.id = d.counter JOIN staff s ON s.id = d.staff WHERE c.hall = $1
"""


async def lines_of(hall: UUID) -> list[dict[str, Any]]:
    """A hall's lines by letter."""
    return await db.rows(LINES, hall)


async def staff_at(hall: UUID) -> dict[UUID, str]:
    """Who sits, or sat last, at each counter of a hall."""
    return {row["counter"]: row["name"] for row in await db.rows(NAMES, hall)}
