"""Whatever timer is over: what a lost hint left behind, every second beside the cron's five."""

import asyncio

import structlog

from backend.gently import gently
from backend.handoff.step import overdue, step
from backend.handoff.unreached import give_up_on, unreached

EVERY = 1.0  # seconds between two looks
MOST = 10.0  # seconds for one; what is left is due at the next
log = structlog.get_logger()


async def sweep() -> None:
    """Do what every timer that is over means, end what rings for nobody; one that cannot be done holds up no other."""
    for one in await overdue():
        await gently(step, one)
    for one in await unreached():
        await gently(give_up_on, one)


async def watch() -> None:
    """Sweep every second until cancelled. A database that is away, or slow, costs a line in the log, and the next
    second finds it again.
    """
    while True:
        try:
            async with asyncio.timeout(MOST):
                await sweep()
        except Exception as error:
            log.warning("handoff-watch", error=type(error).__name__)
        await asyncio.sleep(EVERY)
