"""What one can take a number for in a hall: its lines, and the matters done there, the most asked first."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from backend import catalog, db
from backend.queue.take import LETTERS, Matter
from backend.refusal import NotFound

LINES = "SELECT id, letter, name, floor FROM line WHERE hall = $1 AND letter <> ALL($2) ORDER BY letter"
ITEMS = """
SELECT i.id, i.name, l.id AS line, l.letter, l.name AS line_name, l.floor
FROM item_place p JOIN item i ON i.id = p.item JOIN line l ON l.id = p.line
WHERE p.hall = $1 AND ($2::uuid IS NULL OR l.id = $2) AND ($3::uuid[] IS NULL OR i.id = ANY($3))
ORDER BY i.asked DESC, i.name LIMIT $4
"""
FAR = 60  # of a search's finds that are looked through for those done in the hall
NOT_HERE = "这个大厅不办这件事，请问导办员"


async def lines(hall: UUID) -> list[dict[str, Any]]:
    """The lines one takes a number of; not those whose letters bookings and priority carry."""
    return await db.rows(LINES, hall, list(LETTERS.values()))


async def matters(
    hall: UUID, sought: str = "", *, line: UUID | None = None, chosen: Collection[UUID] = (), most: int = 8
) -> list[dict[str, Any]]:
    """Matters that a hall does: what is chosen already, then those the words may mean (everyday words, pinyin,
    initials), best first; without words those that are asked for most, of the line where one is given.
    """
    first = await db.rows(ITEMS, hall, None, list(chosen), FAR) if chosen else []
    found = await (_sought(hall, sought, line) if sought else db.rows(ITEMS, hall, line, None, most))
    return [*first, *(row for row in found[:most] if row["id"] not in chosen)]


async def _sought(hall: UUID, words: str, line: UUID | None) -> list[dict[str, Any]]:
    ids = [entry.id for entry in await catalog.search(words, FAR)]
    found = {row["id"]: row for row in await db.rows(ITEMS, hall, line, ids, FAR)}
    return [found[id] for id in ids if id in found]


async def check(hall: UUID, wanted: list[Matter]) -> None:
    """A part. Refuses: NotFound, a line that nobody takes a number of."""
    own = {line["id"] for line in await lines(hall)}
    if any(matter.line and matter.line not in own for matter in wanted):
        raise NotFound(NOT_HERE)
