"""Whose handoff it is: the officer's who has it, the desk's that asked; who decides it, and who leads the desk."""

from typing import Any, Literal
from uuid import UUID

from backend import identity
from backend.handoff.rules import Side

Kind = Literal["hall", "department"]


def decides(department: str) -> str:
    """As a condition on `s`, of staff: an officer of the department that this parameter (`$1`) names."""
    return f"""s.disabled_at IS NULL AND EXISTS (
  SELECT 1 FROM staff_role r JOIN department d ON d.id = {department} WHERE r.staff = s.id AND r.role = 'officer'
  AND (r.scope_kind = 'all' OR r.scope_kind = 'department' AND r.scope = d.code))"""  # noqa: S608  # our own words


def supervises(hall: str) -> str:
    """As a condition on `s`, of staff, and `r`, a role of theirs: they lead or supervise the hall of this code."""
    return f"""s.disabled_at IS NULL AND r.role IN ('manager', 'supervisor')
  AND (r.scope_kind = 'all' OR r.scope_kind = 'hall' AND r.scope = {hall})"""


async def led(rows: list[dict[str, Any]], by: UUID, kind: Kind = "hall") -> list[dict[str, Any]]:
    """Those of them whose hall (`hall_code`) or department (`department_code`) they lead or supervise."""
    grants = [*await identity.scopes_of(by, "supervisor"), *await identity.scopes_of(by, "manager")]
    return [row for row in rows if any(grant.covers(kind, row[f"{kind}_code"]) for grant in grants)]


async def sits_at(hall: str, by: UUID) -> bool:
    """Whether they work at this desk, by the code of its hall."""
    return any(grant.covers("hall", hall) for grant in await identity.scopes_of(by, "desk"))


async def side_of(one: dict[str, Any], hall: str, by: UUID) -> Side | None:
    """On which side of the screen they sit; None: on neither."""
    if one["officer"] == by:
        return "officer"
    return "desk" if await sits_at(hall, by) else None
