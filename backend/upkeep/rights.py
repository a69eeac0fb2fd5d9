"""Who may change what the whole city reads, and who may look.

An item's text is one for all halls that do it, so whoever changes it answers for all of them: an administrator
or a manager of everything, or of the hall that leads. The city hall leads the towns,
and these the desk in Shanghai; an item that only towns do is changed by whoever keeps all of those; one that is
done at no counter is led by the city hall. A hall's hours are its own manager's.
"""

from uuid import UUID

from backend import db, identity
from backend.refusal import Denied

READERS = ("manager", "supervisor", "auditor", "guide", "clerk", "administrator")
KEEPERS = ("manager", "administrator")
RANK = ("city", "town", "shanghai")
HALLS = """
SELECT h.code, h.kind FROM hall h WHERE h.id IN (SELECT p.hall FROM item_place p WHERE p.item = $1)
    OR h.kind = 'city' AND NOT EXISTS (SELECT 1 FROM item_place p WHERE p.item = $1)
"""


async def may_keep(item: UUID, by: UUID) -> bool:
    """Whether this member of staff may change the item."""
    grants = [grant for role in KEEPERS for grant in await identity.scopes_of(by, role)]
    leading = await _leading(item)
    return bool(leading) and all(any(grant.covers("hall", code) for grant in grants) for code in leading)


async def _leading(item: UUID) -> list[str]:
    found = await db.rows(HALLS, item)
    first = min((RANK.index(row["kind"]) for row in found), default=0)
    return [row["code"] for row in found if row["kind"] == RANK[first]]


async def require_keeper(item: UUID, by: UUID) -> None:
    """Part: let pass who may change the item. Refuses: Denied."""
    if not await may_keep(item, by):
        raise Denied("这件事的资料由管理员或牵头大厅的负责人修改，请找他们")
