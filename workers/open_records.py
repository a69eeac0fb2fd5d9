"""Records from devices that a killed process took in and did not open."""

from backend import records, sync


async def open_records(ctx: dict[str, object]) -> None:
    """A batch at a time."""
    records.know()
    await sync.sweep()
