"""Forgets at night what is older than `retention.toml` allows."""

import time

from backend import (
    appointments,
    cases,
    clock,
    crossregion,
    esign,
    handoff,
    identity,
    notify,
    queue,
    sync,
    visits,
)
from backend.web import resumed

PATIENCE = 6.0  # seconds; what is left waits for the next run


async def forget(ctx: dict[str, object]) -> None:
    """Batch after batch until nothing is left or the time is up; safe to stop anywhere, and twice at once."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        now = await clock.now()
        # Numbers, then bookings, which they refer to; identity then forgets the index that both were found by.
        verbs = (
            queue.forget, visits.forget, sync.forget, crossregion.forget, cases.forget, appointments.forget,
            notify.forget, esign.forget, identity.forget, resumed.forget, handoff.forget,
        )  # fmt: skip
        if not sum([await verb(now) for verb in verbs]):
            return
