"""What each process of a hall's crowd does: kiosks and phones that take numbers, counters that press next."""

import asyncio
from uuid import UUID, uuid4

from backend import queue
from backend.refusal import Refusal
from tests.races import crowd


def take_numbers(hall: str, item: UUID, kiosks: int, each: int) -> list[str]:
    """So many kiosks at once, each for so many people one after the other; the numbers they print."""
    return asyncio.run(crowd.pooled(lambda: _take(hall, item, kiosks, each)))


async def _take(hall: str, item: UUID, kiosks: int, each: int) -> list[str]:
    crowd.meet(4)
    found = await asyncio.gather(*(_kiosk(hall, item, each) for _ in range(kiosks)))
    return [number for numbers in found for number in numbers]


async def _kiosk(hall: str, item: UUID, each: int) -> list[str]:
    matter, numbers = queue.Matter(item=item), []
    for _ in range(each):
        taken = await queue.take(hall, [matter], queue.Visitor(uuid4()), queue.Asker(), "kiosk")
        numbers.append(taken[0].number)
    return numbers


def press_next(desks: list[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID]]:
    """Every counter (with its clerk) calls and completes until nobody waits; each call by counter and number."""
    return asyncio.run(crowd.pooled(lambda: _press(desks)))


async def _press(desks: list[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID]]:
    crowd.meet(4)
    found = await asyncio.gather(*(_counter(*desk) for desk in desks))
    return [call for calls in found for call in calls]


async def _counter(counter: UUID, clerk: UUID) -> list[tuple[UUID, UUID]]:
    calls = []
    while called := await queue.call_next(counter, clerk):
        calls.append((counter, called.ticket))
        await queue.complete(counter, clerk, called.ticket)
    return calls


def press_together(counter: UUID, clerk: UUID) -> UUID | None:
    """One of two who press next at the same counter at the same instant; the number, or nobody's."""
    return asyncio.run(crowd.pooled(lambda: _together(counter, clerk)))


async def _together(counter: UUID, clerk: UUID) -> UUID | None:
    crowd.meet(2)
    try:
        called = await queue.call_next(counter, clerk)
    except Refusal:
        return None
    return called.ticket if called else None
