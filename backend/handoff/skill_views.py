"""What one sees of who is rung first: a department's matters, its officers, what was changed lately."""

from typing import Any
from uuid import UUID

from backend import db, identity
from backend.handoff.call_backs import ABLE
from backend.handoff.skills import LEADERS

READERS = ("officer", *LEADERS)
DEPARTMENTS = """
SELECT d.id, d.code, d.name FROM department d
WHERE EXISTS (SELECT 1 FROM item i WHERE i.department = d.id AND i.shanghai) ORDER BY d.name, d.id
"""
MATTERS = """
SELECT i.id, i.name, i.shanghai FROM item i WHERE i.department = $1
  AND (i.shanghai OR EXISTS (SELECT 1 FROM handoff_skill k WHERE k.item = i.id)) ORDER BY i.name, i.id
"""
FIRST = """
SELECT k.item, s.id, s.name FROM handoff_skill k JOIN staff s ON s.id = k.staff JOIN item i ON i.id = k.item
WHERE i.department = $1 ORDER BY s.name, s.id
"""
MINE = """
SELECT i.name FROM handoff_skill k JOIN item i ON i.id = k.item WHERE k.staff = $1 ORDER BY i.name, i.id
"""
EVENTS = """
SELECT e.kind, e.at, s.name, i.name AS item_name, b.name AS by_name FROM handoff_skill_event e
JOIN staff s ON s.id = e.staff JOIN item i ON i.id = e.item JOIN staff b ON b.id = e.by_staff
WHERE i.department = $1 ORDER BY e.at DESC, e.id LIMIT 12
"""
OF_ITEM = "SELECT d.code FROM item i JOIN department d ON d.id = i.department WHERE i.id = $1"
OF_OFFICER = """
SELECT scope AS code FROM staff_role WHERE staff = $1 AND role = 'officer' AND scope_kind = 'department' LIMIT 1
"""


async def look(department: str, by: UUID) -> dict[str, Any]:
    """A department by its code, of those they may see the first where it is none of them; `editor`: whether they may
    change it. Who leads a hall sees every department, for its desk may call any. Refuses: Denied.
    """
    await identity.require(by, *READERS)
    grants = [grant for role in READERS for grant in await identity.scopes_of(by, role)]
    seen = [one for one in await db.rows(DEPARTMENTS) if any(_sees(grant, one["code"]) for grant in grants)]
    chosen = next((one for one in seen if one["code"] == department), seen[0] if seen else None)
    mine = [row["name"] for row in await db.rows(MINE, by)]
    return {"departments": seen, "department": chosen, "mine": mine, **(await _of(chosen, grants))}


def _sees(grant: identity.Grant, code: str) -> bool:
    return grant.covers("department", code) or (
        grant.kind == "hall" and grant.role in ("manager", "supervisor")
    )


async def _of(chosen: dict[str, Any] | None, grants: list[identity.Grant]) -> dict[str, Any]:
    if chosen is None:
        return {"matters": [], "officers": [], "events": [], "editor": False}
    officers = await db.rows(ABLE, chosen["id"])
    able, first = {row["id"] for row in officers}, await db.rows(FIRST, chosen["id"])
    matters = [
        {**one, "first": [row for row in first if row["item"] == one["id"] and row["id"] in able]}
        for one in await db.rows(MATTERS, chosen["id"])
    ]
    editor = any(grant.role in LEADERS and grant.covers("department", chosen["code"]) for grant in grants)
    events = await db.rows(EVENTS, chosen["id"])
    return {"matters": matters, "officers": officers, "events": events, "editor": editor}


async def department_of(item: UUID | None, officer: UUID | None) -> str:
    """Whose page a form came from: the code of the matter's department, else the officer's own; empty: nobody's."""
    for sql, id in ((OF_ITEM, item), (OF_OFFICER, officer)):
        for row in await db.rows(sql, id) if id else []:
            return str(row["code"])
    return ""
