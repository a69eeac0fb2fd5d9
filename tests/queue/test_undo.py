"""Taking back what would put a visitor at two counters, or give them a second number for one thing."""

from uuid import UUID, uuid4

import pytest

from backend import queue
from backend.refusal import Refusal
from tests.queue import hall
from tests.queue.hall import Place


async def two_matters() -> tuple[Place, UUID, dict[str, UUID]]:
    """Somebody with a number for each of two things, and two counters that are open."""
    at = await hall.place(rings=1, ring_seconds=0)
    other = await hall.clerk(3)
    await queue.open_desk(at.counters[1], at.clerk)
    await queue.open_desk(at.counters[3], other)
    party = uuid4()
    return at, other, {letter: UUID(str((await hall.walk_in(at, letter, party=party)).id)) for letter in "EC"}


@pytest.mark.parametrize("what", ["complete", "miss"])
async def test_what_is_over_is_not_taken_back_while_the_visitor_is_at_another_counter(what: str) -> None:
    at, other, mine = await two_matters()
    called = await queue.call_next(at.counters[1], at.clerk)
    assert called
    event = await getattr(queue, what)(at.counters[1], at.clerk, mine["E"])
    assert await queue.call_next(at.counters[3], other)
    with pytest.raises(Refusal, match="3 号窗口"):
        await queue.undo(at.counters[1], at.clerk, event)
    await queue.complete(at.counters[3], other, mine["C"])
    await queue.undo(at.counters[1], at.clerk, event)
    assert (await hall.ticket(mine["E"])).state == "called"


async def again(at: Place, mine: UUID) -> None:
    """The same visitor takes another number for the same thing."""
    await hall.walk_in(at, "E", party=(await hall.ticket(mine)).party)


async def test_what_is_over_is_not_taken_back_when_the_visitor_took_another_number_for_it() -> None:
    at, _, mine = await two_matters()
    assert await queue.call_next(at.counters[1], at.clerk)
    event = await queue.complete(at.counters[1], at.clerk, mine["E"])
    await again(at, mine["E"])
    with pytest.raises(Refusal, match="又取了同一件事的号"):
        await queue.undo(at.counters[1], at.clerk, event)


async def test_a_missed_number_does_not_come_back_beside_another_for_the_same_thing() -> None:
    at, _, mine = await two_matters()
    assert await queue.call_next(at.counters[1], at.clerk)
    await queue.miss(at.counters[1], at.clerk, mine["E"])
    await again(at, mine["E"])
    with pytest.raises(Refusal, match="按新的号等"):
        await queue.come_back(mine["E"], queue.Asker())
