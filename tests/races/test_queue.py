"""A hall's crowd: no number twice or missing, nobody called twice, none against the order."""

from uuid import UUID, uuid4

from backend import db, queue
from backend.catalog.tables import Counter
from backend.queue.tables import Ticket
from tests.queue import hall
from tests.queue.hall import Place
from tests.races import queuers
from tests.races.conftest import AtOnce
from tests.world import HERE

KIOSKS, EACH = 50, 3
COUNTERS, WAITING = 30, 600
IN_ORDER = """
SELECT t.turn_at, t.taken_at, t.id FROM ticket_event e JOIN ticket t ON t.id = e.ticket
WHERE e.kind = 'called' ORDER BY e.at, e.id
"""


async def test_fifty_kiosks_in_four_processes_give_each_number_once_and_leave_none_out(
    at_once: AtOnce,
) -> None:
    at = await hall.place()
    words = (HERE, UUID(str(at.items["E"].id)), KIOSKS // 4 + 1, EACH)
    found = await at_once(queuers.take_numbers, *(words for _ in range(4)))
    numbers = [number for printed in found for number in printed]
    assert len(numbers) == 4 * words[2] * EACH
    assert sorted(numbers) == [f"E{n:03d}" for n in range(1, len(numbers) + 1)]
    turns = await db.rows("SELECT digits FROM ticket ORDER BY turn_at")
    assert [row["digits"] for row in turns] == list(range(1, len(numbers) + 1))


async def test_thirty_counters_call_six_hundred_each_once_and_in_their_order(at_once: AtOnce) -> None:
    at = await hall.place()
    desks = await thirty(at)
    await many_wait(at)
    found = await at_once(queuers.press_next, *((desks[n::4],) for n in range(4)))
    called = [ticket for calls in found for _, ticket in calls]
    assert len(called) == len(set(called)) == WAITING
    keys = [tuple(row.values()) for row in await db.rows(IN_ORDER)]
    assert len(keys) == WAITING
    assert keys == sorted(keys)
    assert await Ticket.count().where(Ticket.state == "done") == WAITING


async def test_two_who_press_next_at_one_counter_call_one_person(at_once: AtOnce) -> None:
    at = await hall.place()
    await queue.open_desk(at.counters[1], at.clerk)
    for _ in range(3):
        await hall.walk_in(at)
    found = await at_once(queuers.press_together, *((at.counters[1], at.clerk) for _ in range(2)))
    assert [ticket is None for ticket in sorted(found, key=lambda one: one is None)] == [False, True]
    assert await Ticket.count().where(Ticket.state == "called") == 1


async def thirty(at: Place) -> list[tuple[UUID, UUID]]:
    """Counters that take any matter, each with a clerk, open."""
    desks = []
    for n in range(COUNTERS):
        counter, clerk = Counter(hall=at.hall.id, line=at.lines["A"].id, number=100 + n), await hall.clerk(n)
        await Counter.insert(counter)
        desks.append((UUID(str(counter.id)), clerk))
        await queue.open_desk(*desks[-1])
    return desks


async def many_wait(at: Place) -> None:
    """Of two lines, every fifth with priority."""
    for n in range(WAITING):
        await queue.take(
            HERE, [queue.Matter(item=at.items["CE"[n % 2]].id)],
            queue.Visitor(uuid4(), priority="" if n % 5 else "elder"), queue.Asker(), "kiosk",
        )  # fmt: skip
