"""Who may do what to a case: the hall that took it in, the department that decides it."""

from typing import Any
from uuid import UUID

from backend import identity
from backend.refusal import Refusal

TAKERS = ("clerk", "manager", "officer")
MISSING = "没有找到这个办件"
MOVED = "这个办件已经往下走了，请看最新的状态"


async def may(case: dict[str, Any], by: UUID, *roles: str) -> None:
    """A part: let pass who works in the hall that took the case in, or in the department that decides it.
    Refuses: Denied, and NotFound where the case is none of theirs.
    """
    places = [("department", case["department_code"]), ("hall", case["hall_code"])]
    officers = await identity.scopes_of(by, "officer") if "officer" in roles else []
    if any(grant.covers(*place) for grant in officers for place in places):
        return
    await identity.require(
        by, *(role for role in roles if role != "officer"), hall=case["hall_code"], missing=MISSING
    )


def in_state(case: dict[str, Any], *states: str) -> None:
    """A part: the case is in one of the states. Refuses: one that went on."""
    if case["state"] not in states:
        raise Refusal(MOVED)
