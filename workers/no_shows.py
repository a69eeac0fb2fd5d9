"""Marks whom nobody marked, once their time and the grace are over."""

from backend import appointments


async def no_shows(ctx: dict[str, object]) -> None:
    """One verb per booking, so that it may stop anywhere and many workers may run it."""
    for appointment in await appointments.missing():
        await appointments.gently(appointments.miss_due, appointment)
