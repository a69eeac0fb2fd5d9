"""Who was not reached by push is written to."""

from backend import notify


async def fall_back(ctx: dict[str, object], notices: list[str] | None = None) -> None:
    """Hand over every SMS whose limit has passed; runs every five seconds on every worker, and when woken."""
    await notify.fall_back()
