"""Whatever lost hints left behind."""

from backend import notify


async def sweep(ctx: dict[str, object]) -> None:
    """Deliver every notice that is due; runs every five seconds on every worker."""
    await notify.sweep()
