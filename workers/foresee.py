"""What was said of its waiting to whoever has just taken a number is kept with it."""

from uuid import UUID

from backend import queue


async def foresee(ctx: dict[str, object], halls: list[str]) -> None:
    """One reading of each hall for all who took a number meanwhile. A lost hint costs one lesson."""
    for hall in set(halls):
        await queue.foresee(UUID(hall))
