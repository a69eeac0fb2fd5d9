"""屏对屏: its timers."""

from uuid import UUID

from backend import handoff


async def step_handoff(ctx: dict[str, object], rows: list[str]) -> None:
    """A hint for some handoffs; the sweep finds those whose hint was lost."""
    for row in rows:
        await handoff.step(UUID(row))
