"""A hall's rules of issuing and calling, to read."""

from backend import db
from backend.queue.lock import rules_from
from backend.queue.tables import Rules
from backend.refusal import NotFound

RULES = """
SELECT to_jsonb(r) AS rules FROM hall h LEFT JOIN queue_rules r ON r.hall = h.id WHERE h.code = $1
"""


async def rules_of(hall: str) -> Rules:
    """The rules of a hall (its code); our defaults where it has none. Refuses: NotFound."""
    found = await db.rows(RULES, hall)
    if not found:
        raise NotFound("没有找到这个大厅")
    return rules_from(found[0]["rules"])
