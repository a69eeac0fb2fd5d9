"""What was photographed at the door: looked at by staff, which is written down; gone with the visit, but for a case."""

from typing import Any
from uuid import UUID

from backend import db, files
from backend.refusal import NotFound
from backend.visits.askers import STAFF, may
from backend.visits.record import Asker, locked, record

PHOTOS = "SELECT id, name, sha256, size, type FROM visit_photo WHERE visit = $1 ORDER BY position, id"
NEEDED = (
    "SELECT 1 FROM visit_photo WHERE sha256 = $1 UNION ALL SELECT 1 FROM case_paper WHERE sha256 = $1"
    " UNION ALL SELECT 1 FROM case_result WHERE sha256 = $1 LIMIT 1"
)


async def photos_of(visit: UUID) -> list[dict[str, Any]]:
    """In the order in which they were taken; for a caller who has asked whose it is."""
    return await db.rows(PHOTOS, visit)


@db.retrying
async def open_photo(visit: UUID, photo: UUID, by: UUID) -> dict[str, Any]:
    """One of them: its `sha256`, `size`, `type`. That it was looked at is written down. Refuses: Denied, NotFound."""
    async with db.transaction():
        found = await locked(visit)
        await may(found, by, *STAFF)
        row = next((one for one in await photos_of(visit) if one["id"] == photo), None)
        if row is None:
            raise NotFound("没有找到这张照片")
        await record(visit, "looked", found["state"], found["state"], Asker(staff=by), row["name"])
    return row


async def drop(hashes: list[str]) -> None:
    """Files that no visit and no case names any more."""
    for one in set(hashes):
        if not await db.rows(NEEDED, one):
            await files.drop(one)
