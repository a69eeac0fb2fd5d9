"""Each hall's waiting times learn from what happened since the last time."""

from backend import queue


async def learn(ctx: dict[str, object]) -> None:
    """A minute that was lost is made up for by the next."""
    for hall in await queue.to_learn():
        await queue.learn(hall)
