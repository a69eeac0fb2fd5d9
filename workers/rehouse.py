"""Wake-up call for some closings, and the sweep of them all."""

from uuid import UUID

from backend import appointments, hints


async def rehouse(ctx: dict[str, object], closings: list[str] | None = None) -> None:
    """Treat the next bookings of these closings; without closings, of all, and end what was not answered."""
    if closings is None:
        await appointments.lapse_due()
    for closing in [UUID(one) for one in closings] if closings else await appointments.closings_due():
        if await appointments.carry_on(closing):
            await hints.wake("rehouse", closing)
