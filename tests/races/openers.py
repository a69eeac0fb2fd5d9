"""A job that opens the window, and people who book in it meanwhile, in a process of their own."""

import asyncio
import random
from collections import Counter
from uuid import UUID

from tests.races.crowd import meet, pooled
from tests.races.movers import noted


def open_and_book(
    counters: int, rounds: int, line: UUID, item: UUID, people: list[tuple[UUID, UUID]]
) -> Counter[str]:
    """Fill the window again and again, with other capacities, while people book and move in it."""
    return asyncio.run(pooled(lambda: _open_and_book(counters, rounds, line, item, people)))


async def _open_and_book(
    counters: int, rounds: int, line: UUID, item: UUID, people: list[tuple[UUID, UUID]]
) -> Counter[str]:
    said: Counter[str] = Counter()
    meet(4)
    visits = (_come(line, item, owner, person, said) for owner, person in people)
    await asyncio.gather(_open(counters, rounds, line), *visits)
    return said


async def _open(counters: int, rounds: int, line: UUID) -> None:
    from backend import appointments
    from backend.appointments.tables import Template

    for n in range(rounds):
        await Template.update({Template.counters: counters + n}).where(Template.line == line)
        await appointments.fill()


async def _come(line: UUID, item: UUID, owner: UUID, person: UUID, said: Counter[str]) -> None:
    from backend import appointments

    booked = await appointments.book(await _some_slot(line), item, person, by=owner)
    said["booked"] += 1
    for _ in range(3):
        await noted(appointments.move(booked.id, await _some_slot(line), by=owner), said)


async def _some_slot(line: UUID) -> UUID:
    from backend import db
    from tests.races.processes import until

    free = "SELECT id FROM slot WHERE line = $1 AND capacity > taken + 4 AND day BETWEEN '2026-11-24' AND '2026-11-27'"
    return random.choice(await until(lambda: db.rows(free, line)))["id"]
