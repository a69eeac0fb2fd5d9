"""Workers that treat a closing, and those who answer or undo it, in a process of their own."""

import asyncio
from collections import Counter
from uuid import UUID

from tests.races.crowd import meet, pooled
from tests.races.movers import noted


def treat(closing: UUID) -> None:
    """Carry on until nothing is left, as a worker would."""
    asyncio.run(pooled(lambda: _treat(closing)))


async def _treat(closing: UUID) -> None:
    from backend import appointments

    meet(4)
    while await appointments.carry_on(closing):
        pass


def decide(closing: UUID, by: UUID, answers: list[tuple[UUID, UUID]]) -> Counter[str]:
    """Undo the closing (no answers), or say yes for these bookings; what was done, and what was refused."""
    return asyncio.run(pooled(lambda: _decide(closing, by, answers)))


async def _decide(closing: UUID, by: UUID, answers: list[tuple[UUID, UUID]]) -> Counter[str]:
    from backend import appointments

    said: Counter[str] = Counter()
    meet(4)
    if not answers:
        await noted(appointments.undo(closing, by=by), said)
    for one, owner in answers:
        await noted(appointments.accept(one, by=owner), said)
    return said
