"""Whose handoff it is: the officer's who has it, and the desk's that asked."""

from typing import Any
from uuid import UUID

from backend import identity
from backend.handoff.rules import Side


async def sits_at(hall: str, by: UUID) -> bool:
    """Whether they work at this desk, by the code of its hall."""
    return any(grant.covers("hall", hall) for grant in await identity.scopes_of(by, "desk"))


async def side_of(one: dict[str, Any], hall: str, by: UUID) -> Side | None:
    """On which side of the screen they sit; None: on neither."""
    if one["officer"] == by:
        return "officer"
    return "desk" if await sits_at(hall, by) else None
