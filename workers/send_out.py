"""Home visits that nobody took in time go to the next circle."""

from backend import visits


async def send_out(ctx: dict[str, object]) -> None:
    """Every one that is due."""
    await visits.widen_all()
