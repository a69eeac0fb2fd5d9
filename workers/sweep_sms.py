"""Text messages that lost hints, dead workers or busy providers left behind."""

from backend import sms


async def sweep_sms(ctx: dict[str, object]) -> None:
    """Offer every message that is due; runs every five seconds on every worker."""
    await sms.sweep()
