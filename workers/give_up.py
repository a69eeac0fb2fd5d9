"""Numbers that were missed too long ago, or that a day left behind."""

from backend import appointments, queue


async def give_up(ctx: dict[str, object]) -> None:
    """One verb per number, so that it may stop anywhere and many workers may run it."""
    for ticket in await queue.overdue():
        await appointments.gently(queue.give_up, ticket)
