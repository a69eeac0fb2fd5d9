"""Records of visits that a killed process took in and did not open."""

from backend.visits import sync_open


async def open_records(ctx: dict[str, object]) -> None:
    """A batch at a time."""
    await sync_open.sweep()
