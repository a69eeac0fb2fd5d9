"""What an agent's phone takes along in the morning: today's doors, and the villages where somebody may ask at one."""

from typing import Any
from uuid import UUID

from backend import clock, db
from backend.visits.askers import reach
from backend.visits.today import Planned, today

VILLAGES = """
SELECT g.code, g.name, h.name AS hall FROM village g JOIN hall h ON h.id = g.hall
WHERE $1::bool OR h.code = ANY($2) OR g.code = ANY($3) ORDER BY g.code = ANY($3) DESC, h.name, g.name
"""


async def along(agent: UUID) -> dict[str, Any]:
    """Visits as the phone lists them, and the agent's villages, their own first."""
    there = await reach(agent, "agent")
    villages = await db.rows(VILLAGES, there.everywhere, there.halls, there.villages)
    return {"visits": [_door(one) for one in await today(agent)], "villages": villages}


def _door(one: Planned) -> dict[str, Any]:
    begins, ends = clock.local(one.starts_at), clock.local(one.ends_at)
    return {
        "id": str(one.visit), "number": one.number, "who": one.who, "item": str(one.item), "matter": one.item_name,
        "where": f"{one.village_name} {one.address}", "day": f"{begins:%Y-%m-%d}",
        "when": f"{begins:%H:%M}–{ends:%H:%M}", "phone": one.phone,
        "papers": [(paper.name, paper.originals, paper.copies) for paper in one.papers], "hall": one.hall_name,
        "mandated": one.mandated, "tail": one.tail,
    }  # fmt: skip
