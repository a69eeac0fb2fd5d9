"""What all processes here share: where they run, and asking again instead of sleeping."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from backend import db

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds; a machine of two cores may be busy with other things
LOCKED = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
OURS = {"sec-fetch-site": "same-origin"}


async def until(question: Callable[[], Awaitable[T]], seconds: float = PATIENCE) -> T:
    """Ask until the answer is true, at most so many seconds."""
    async with asyncio.timeout(seconds):
        while not (answer := await question()):  # noqa: ASYNC110  (other processes set no event of ours)
            await asyncio.sleep(0.01)
    return answer


async def somebody_waits() -> bool:
    """For a lock of the database that another transaction has."""
    return bool(await db.rows(LOCKED))
