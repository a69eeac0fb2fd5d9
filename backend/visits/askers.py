"""Who may do what to a visit: the agents of its village, and the centre of its town."""

from typing import Any
from uuid import UUID

import msgspec

from backend import identity
from backend.refusal import Refusal
from backend.visits.record import MISSING
from backend.visits.rules import visit_rules

CENTRE = ("clerk", "manager")
STAFF = ("agent", *CENTRE)
READERS = (*STAFF, "supervisor", "auditor")
# $1 everywhere, $2 halls, $3 villages, $4 who asks. Neighbours see what has come to their circle.
SEEN = (
    "($1::bool OR h.code = ANY($2) OR g.code = ANY($3) OR v.agent = $4"
    " OR (v.state = 'requested' AND v.circle >= 2 AND g.neighbours::text[] && $3))"
)


class Reach(msgspec.Struct, frozen=True):
    """The villages in which a member of staff holds a role: everywhere, or those of halls, or single ones."""

    everywhere: bool
    halls: list[str]
    villages: list[str]
    staff: UUID

    def __iter__(self) -> Any:
        """The values of SEEN."""
        return iter((self.everywhere, self.halls, self.villages, self.staff))


async def reach(by: UUID, *roles: str) -> Reach:
    """Where they hold one of these roles. The desk that answers the telephone (`hotline`) reaches every village."""
    grants = [grant for role in roles for grant in await identity.scopes_of(by, role)]
    halls = [grant.scope for grant in grants if grant.kind == "hall"]
    desk = any(grant.role in CENTRE and grant.scope in visit_rules().hotline for grant in grants)
    return Reach(
        everywhere=desk or any(grant.kind == "all" for grant in grants), halls=halls,
        villages=[grant.scope for grant in grants if grant.kind == "village"], staff=by,
    )  # fmt: skip


async def covers(by: UUID, village: str, hall: str, *roles: str) -> bool:
    """They hold one of the roles in this village, or in the centre of its town."""
    grants = [grant for role in roles for grant in await identity.scopes_of(by, role)]
    return any(grant.covers("village", village) or grant.covers("hall", hall) for grant in grants)


async def may(visit: dict[str, Any], by: UUID, *roles: str) -> None:
    """A part: let pass who holds one of the roles there; an agent also where the visit is theirs. Refuses: Denied, and
    NotFound where it is none of theirs.
    """
    if await covers(by, visit["village_code"], visit["hall_code"], *roles):
        return
    if "agent" in roles and visit["agent"] == by and await identity.scopes_of(by, "agent"):
        return
    await identity.require(by, *roles, hall=visit["hall_code"], missing=MISSING)


async def decides(visit: dict[str, Any], by: UUID) -> None:
    """A part: who goes there, or the town's centre; where nobody goes yet, also the agents of the village. Refuses:
    Denied, NotFound, a colleague.
    """
    if visit["agent"] is None:
        await may(visit, by, *STAFF)
    elif not await covers(by, visit["village_code"], visit["hall_code"], *CENTRE):
        await its_own(visit, by)


async def its_own(visit: dict[str, Any], by: UUID) -> None:
    """A part: who goes there. Refuses: Denied, NotFound, and a colleague, who would first be given it."""
    await may(visit, by, *STAFF)
    if visit["agent"] is None:
        raise Refusal("还没有人接，请先接单")
    if visit["agent"] != by:
        raise Refusal(f"这次上门由{visit['agent_name']}负责，换人请先改派")
