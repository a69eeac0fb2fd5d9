"""Forgets at night what is older than `retention.toml` allows."""

import time

from backend import appointments, clock, identity, notify

PATIENCE = 6.0  # seconds; what is left waits for the next run


async def forget(ctx: dict[str, object]) -> None:
    """Batch after batch until nothing is left or the time is up; safe to stop anywhere, and twice at once."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        now = await clock.now()
        # Bookings first: identity then forgets the index that they were found by.
        if not sum([await verb(now) for verb in (appointments.forget, notify.forget, identity.forget)]):
            return
