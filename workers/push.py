"""Wake-up call for what phones must show."""

from backend import notify


async def push(ctx: dict[str, object], notices: list[str] | None = None) -> None:
    """Ring whatever is due, the urgent first; a hint without it loses nothing, for this runs every five seconds."""
    await notify.carry()
