"""What an agent's phone takes along in the morning."""

from typing import Any
from uuid import UUID

from backend.visits.today import today


async def visits(agent: UUID) -> list[Any]:
    """Today's visits of this agent."""
    return [*await today(agent)]
