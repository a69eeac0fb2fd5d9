"""录像: whether the matter of a case asks that what is said on the screen is kept, and what both sides agree to."""

from uuid import UUID

from backend import db, retention
from backend.crossregion.rules import Situation, desk_rules

SEAT = """
SELECT i.code, d.name AS department, coalesce(t.situation, '') AS situation
FROM service_case c JOIN item i ON i.id = c.item JOIN department d ON d.id = c.department
LEFT JOIN desk_intake t ON t."case" = c.id WHERE c.id = $1
"""


async def recording_text(case: UUID) -> str:
    """What is read aloud before anybody agrees, with why and for how long; empty: the matter does not ask for it."""
    [seat] = await db.rows(SEAT, case)
    rules, way = desk_rules(), desk_rules().way_of(seat["code"])
    own = next((one for one in way.situations if one.name == seat["situation"]), Situation(""))
    why = way.recorded if own.recorded is None else own.recorded
    if not why:
        return ""
    days = retention.said(retention.kept().recordings)
    return rules.recording.strip().format(why=why, department=seat["department"], days=days)
