"""What has to go to the department's own system, and how far it is; `export.py` sends it.

The row is written with the hand-over (transactional outbox, Richardson, *Microservices Patterns*, 3.3), and the sweep
finds it whatever becomes of a worker.
"""

from typing import Any
from uuid import UUID, uuid4

from backend import cases, clock, db
from backend.crossregion.tables import DeskExport
from backend.refusal import NotFound
from backend.settings import settings

DUE = """
UPDATE desk_export x SET department = c.department, next_at = $1, tries = 0 FROM service_case c
WHERE c.id = x."case" AND c.department <> x.department
"""
TO_EXPORT = "SELECT id FROM desk_export WHERE next_at <= $1 ORDER BY next_at LIMIT $2"
LATELY = 'SELECT tries, next_at, sent_at, said FROM desk_export WHERE "case" = $1'


async def enqueue(case: UUID, department: UUID) -> None:
    """A part of the hand-over; nothing where no system is configured."""
    if settings().desk_export:
        row = DeskExport(id=uuid4(), case=case, department=department, next_at=await clock.now())
        await DeskExport.insert(row)


async def to_export(most: int = 50) -> list[UUID]:
    """What is due now, the longest first; what was transferred since goes to its new department, too."""
    if not settings().desk_export:
        return []
    now = await clock.now()
    await db.rows(DUE, now)
    return [row["id"] for row in await db.rows(TO_EXPORT, now, most)]


async def exported(case: UUID) -> dict[str, Any] | None:
    """How far it is; None: it does not go anywhere."""
    found = await db.rows(LATELY, case)
    return found[0] if found else None


@db.retrying
async def export_again(case: UUID, by: UUID) -> None:
    """再推一次, at once, with all tries anew. Refuses: Denied, NotFound, one that does not go anywhere."""
    async with db.transaction():
        await cases.held(case, by)
        again: dict[Any, Any] = {"next_at": await clock.now(), "tries": 0}
        if not await DeskExport.update(again).where(DeskExport.case == case).returning(DeskExport.id):
            raise NotFound("这个办件不用推送")
