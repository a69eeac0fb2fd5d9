"""有人来问过: what was asked for and is missing, so that the bureau sees which matters the desk should take in."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, identity
from backend.catalog.tables import Hall, Item
from backend.crossregion.tables import DeskAsking
from backend.refusal import Denied, NotFound, Refusal

TAKEN_IN = "这件事办事点能收，不用记"
NOTHING = "请写明问的是什么事"
EVER, NEVER = dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)
MISSING = """
SELECT i.id, coalesce(i.name, a.words) AS name, count(*) AS n, max(a.at) AS last FROM desk_asking a
LEFT JOIN item i ON i.id = a.item JOIN hall h ON h.id = a.hall
WHERE ($1::bool OR h.code = ANY($2)) AND NOT coalesce(i.shanghai, false) AND a.at >= $3 AND a.at < $4
GROUP BY i.id, coalesce(i.name, a.words) ORDER BY n DESC, last DESC LIMIT 100
"""


async def hall_of(by: UUID) -> str:
    """The desk at which the member of staff sits: its hall's code. Refuses: Denied."""
    grants = await identity.scopes_of(by, "desk")
    for grant in grants:
        if grant.kind == "hall":
            return grant.scope
    first = await Hall.select(Hall.code).where(Hall.kind == "shanghai").order_by(Hall.code).first()
    if not grants or first is None:
        raise Denied
    return str(first["code"])


async def asked_for(item: UUID | None, words: str, by: UUID) -> None:
    """Note that somebody asked for an item, or for what is no item, in these words. Refuses: Denied, NotFound, nothing
    at all, what the desk does take in.
    """
    hall = await hall_of(by)
    if item is None and not words:
        raise Refusal(NOTHING)
    async with db.transaction():
        if item:
            found = await Item.objects().where(Item.id == item).first()
            if found is None:
                raise NotFound("没有找到这件事")
            if found.shanghai:
                raise Refusal(TAKEN_IN)
        place = await Hall.objects().get(Hall.code == hall)
        if place is None:
            raise NotFound("没有找到这个办事点")
        row = DeskAsking(
            id=uuid4(), hall=place.id, item=item, words="" if item else words, staff=by, at=await clock.now()
        )
        await DeskAsking.insert(row)


async def desks_of(by: UUID, *roles: str) -> tuple[bool, list[str]]:
    """Where somebody sits, leads or supervises by one of the roles: everywhere, or the codes of the halls."""
    grants = [grant for role in roles for grant in await identity.scopes_of(by, role)]
    return any(grant.kind == "all" for grant in grants), [
        grant.scope for grant in grants if grant.kind == "hall"
    ]


async def missing(
    by: UUID, *roles: str, since: dt.datetime = EVER, until: dt.datetime = NEVER
) -> list[dict[str, Any]]:
    """What was asked for and is not taken in, the most asked first; of the desks where they hold one of the roles."""
    return await db.rows(MISSING, *await desks_of(by, *roles), since, until)
