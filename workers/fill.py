"""Keeps the booking window filled."""

from backend import appointments


async def fill(ctx: dict[str, object]) -> None:
    """Make the slots of the days ahead; safe to run twice and at once."""
    await appointments.fill()
