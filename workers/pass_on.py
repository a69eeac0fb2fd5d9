"""Wake-up call for the waiting lists of some lines, and the sweep of them all."""

from uuid import UUID

from backend import appointments


async def pass_on(ctx: dict[str, object], lines: list[str] | None = None) -> None:
    """Offer what came free in these lines; without lines, wherever something is due."""
    for line in [UUID(one) for one in lines] if lines else await appointments.due():
        await appointments.gently(appointments.pass_on, line)
