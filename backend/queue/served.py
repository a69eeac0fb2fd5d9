"""The number in hand, for what else is done at the counter meanwhile."""

from typing import Any
from uuid import UUID

from backend import db, identity, secrecy
from backend.queue.desks import CALLERS
from backend.queue.record import number
from backend.refusal import NotFound

GONE = "没有找到这个号，可能是别的大厅的"
NUMBER = """
SELECT t.id, t.letter, t.digits, t.item, h.code AS hall_code, p.name, p.id_sealed
FROM ticket t JOIN queue_day d ON d.id = t.day JOIN hall h ON h.id = d.hall LEFT JOIN person p ON p.id = t.person
WHERE t.id = $1
"""


async def served(ticket: UUID, by: UUID) -> dict[str, Any]:
    """A number of a hall in which they call: what it is for, and `who` as the counter shows it, masked. Refuses:
    Denied, NotFound, also one of another hall.
    """
    found = await db.rows(NUMBER, ticket)
    if not found:
        raise NotFound(GONE)
    await identity.require(by, *CALLERS, hall=found[0]["hall_code"], missing=GONE)
    return {**found[0], "number": number(found[0]), "who": _who(found[0])}


def _who(row: dict[str, Any]) -> str:
    if not row["name"]:
        return ""
    return f"{secrecy.mask_name(row['name'])}（{secrecy.mask_id(secrecy.unseal(row['id_sealed']))}）"
