"""What a member of staff may do, and where: roles with a scope, asked by every verb of the staff side."""

from uuid import UUID

import msgspec

from backend import db
from backend.identity import totp
from backend.identity.tables import StaffRole
from backend.refusal import Denied, NotFound

ROLES: dict[str, str] = {
    "administrator": "管理员",
    "manager": "大厅负责人",
    "supervisor": "督查",
    "auditor": "审计",
    "clerk": "窗口人员",
    "guide": "导办",
    "agent": "网格代办员",
    "desk": "驻沪办事点",
    "officer": "属地审批人员",
}
SCOPES: dict[str, str] = {"all": "全市", "hall": "大厅", "department": "部门", "village": "村社区"}


class Grant(msgspec.Struct, frozen=True):
    """One role in one place: `kind` all, hall, department or village; `scope` its code, empty for all."""

    role: str
    kind: str = "all"
    scope: str = ""

    def __post_init__(self) -> None:
        if self.role not in ROLES or self.kind not in SCOPES or (self.kind == "all") != (self.scope == ""):
            raise ValueError(f"no such grant: {self.role} {self.kind} {self.scope}")

    def __str__(self) -> str:
        return self.role if self.kind == "all" else f"{self.role}@{self.kind}:{self.scope}"

    def covers(self, kind: str, scope: str) -> bool:
        """The grant holds everywhere, or exactly there."""
        return self.kind == "all" or (self.kind, self.scope) == (kind, scope)


def grant_of(text: str) -> Grant:
    """`role`, or `role@kind:code`. Refuses: ValueError."""
    role, _, place = text.partition("@")
    kind, _, scope = place.partition(":")
    return Grant(role, kind or "all", scope)


def listed(grants: list[Grant]) -> str:
    """Grants as one line that two people compare and an event keeps."""
    return " ".join(sorted({str(grant) for grant in grants}))


_GRANTS = """
SELECT r.role, r.scope_kind, r.scope, s.totp_sealed IS NOT NULL AS totp FROM staff_role r JOIN staff s ON s.id = r.staff
 WHERE s.id = $1 AND s.disabled_at IS NULL AND NOT s.must_change
"""


async def grants_of(staff: UUID) -> list[Grant]:
    """Every role of the member of staff, none when they are disabled, must change their password first, or owe an
    authenticator.
    """
    found = await db.rows(_GRANTS, staff)
    if found and totp.owed(frozenset(row["role"] for row in found), found[0]["totp"]):
        return []
    return [Grant(row["role"], row["scope_kind"], row["scope"]) for row in found]


async def given_to(staff: UUID) -> list[Grant]:
    """Every role that the member of staff was given, whether or not they may use it now."""
    found = await StaffRole.objects().where(StaffRole.staff == staff)
    return [Grant(row.role, row.scope_kind, row.scope) for row in found]


async def scopes_of(staff: UUID, role: str) -> list[Grant]:
    """Where the member of staff holds this role; ask each with `covers`."""
    return [grant for grant in await grants_of(staff) if grant.role == role]


async def require(
    by_staff: UUID | None,
    *roles: str,
    hall: str | None = None,
    department: str | None = None,
    village: str | None = None,
    missing: str = "没有找到，可能不在你的大厅",
) -> None:
    """Part: let pass who holds one of the roles in every place named (codes). Refuses: Denied, and NotFound where
    they have no part in a place at all: what is there is a stranger's (`missing` says so as if it did not exist).

    Without a place it is enough to hold the role anywhere: then the caller must filter by `scopes_of`.
    """
    places = {"hall": hall, "department": department, "village": village}
    grants = await grants_of(by_staff) if by_staff else []
    held = [grant for grant in grants if grant.role in roles]
    asked = [(kind, scope) for kind, scope in places.items() if scope is not None]
    if grants and not all(any(grant.covers(*place) for grant in grants) for place in asked):
        raise NotFound(missing)
    if not held or not all(any(grant.covers(*place) for grant in held) for place in asked):
        raise Denied


async def give(staff: UUID, grants: list[Grant]) -> None:
    """Part: these roles, and no others."""
    await StaffRole.delete().where(StaffRole.staff == staff)
    rows = [
        StaffRole(staff=staff, role=each.role, scope_kind=each.kind, scope=each.scope) for each in set(grants)
    ]
    if rows:
        await StaffRole.insert(*rows)
