"""Wake-up call for one notice."""

from uuid import UUID

from backend import notify


async def deliver(ctx: dict[str, object], notice: str) -> None:
    """A hint for one notice; sweep() finds those whose hint was lost."""
    await notify.deliver(UUID(notice))
