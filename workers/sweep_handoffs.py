"""屏对屏: whatever timer is over."""

from backend import handoff


async def sweep_handoffs(ctx: dict[str, object]) -> None:
    """What a lost hint left behind."""
    await handoff.sweep()
