"""People who move their bookings, in a process of their own."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable
from uuid import UUID

from tests.races.crowd import meet, pooled


def wander(mine: list[tuple[UUID, UUID]], slots: list[UUID], rounds: int) -> Counter[str]:
    """Move every booking (with its account) to and fro, all at once; how often, and what was refused."""
    return asyncio.run(pooled(lambda: _wander(mine, slots, rounds)))


async def _wander(mine: list[tuple[UUID, UUID]], slots: list[UUID], rounds: int) -> Counter[str]:
    said: Counter[str] = Counter()
    meet(4)
    await asyncio.gather(*(_to_and_fro(one, by, slots, rounds, said) for one, by in mine))
    return said


async def _to_and_fro(one: UUID, by: UUID, slots: list[UUID], rounds: int, said: Counter[str]) -> None:
    from backend import appointments

    for _ in range(rounds):
        await noted(appointments.move(one, random.choice(slots), by=by), said)


async def noted(deed: Awaitable[object], said: Counter[str]) -> None:
    """Note that it was done, or why not. Anything but a rule's no goes through and fails the test."""
    from backend.refusal import Refusal

    try:
        await deed
        said["done"] += 1
    except Refusal as refusal:
        said[refusal.sentence] += 1
