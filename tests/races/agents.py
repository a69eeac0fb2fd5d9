"""What each process of a town's crowd does: agents who take, agree and hand in, workers who sweep."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from backend import visits
from backend.refusal import Refusal
from tests.races import crowd


def _said(count: int, deed: Callable[[], Awaitable[Any]]) -> str:
    """Meet the others, do it; what came of it, or why not."""

    async def act() -> str:
        crowd.meet(count)
        try:
            return str(await deed())
        except Refusal as refusal:
            return refusal.sentence

    return asyncio.run(crowd.pooled(act))


def take(visit: UUID, agent: UUID) -> str:
    """One of four who take it at the same instant."""
    return _said(4, lambda: visits.take(visit, agent))


def agree(visit: UUID, starts: dt.datetime, agent: UUID) -> str:
    """One of two times for the same agent."""
    return _said(2, lambda: visits.agree(visit, starts, 60, agent))


def sweep() -> str:
    """One of two workers that widen at the same instant; how many moved on."""
    return _said(2, visits.widen_all)


def submit(visit: UUID, clerk: UUID) -> str:
    """One of four clerks who hand it in; the case."""
    return _said(4, lambda: visits.submit(visit, clerk))


def deliver(visit: UUID, agent: UUID) -> str:
    """One of two who bring the result."""
    return _said(2, lambda: visits.deliver(visit, agent))
