"""What credits would do: from the hall's own weeks, or an example where it has too few numbers."""

import datetime as dt
from uuid import UUID, uuid4

import pytest

from backend import clock, db
from backend.queue import hall_figures
from backend.refusal import NotFound
from tests import factories as make
from tests.queue import hall
from tests.queue.hall import Place

MANY = """
INSERT INTO ticket (id, day, letter, digits, line, item, party, source, taken_at, turn_at, state, rings, returned,
                    priority_class, credit, counter, called_at, started_at, ended_at)
SELECT gen_random_uuid(), $1, 'E', n, $2, $3, gen_random_uuid(), 'kiosk', t, t, 'done', 1, false, '', '', $4,
       t + interval '20 minutes', t + interval '20 minutes', t + interval '20 minutes' + n % 7 * interval '2 minutes'
       + interval '3 minutes'
FROM generate_series(1, 120) n, LATERAL (SELECT $5::timestamptz + n * interval '3 minutes' AS t) taken
"""


async def test_a_hall_with_too_few_numbers_sees_an_example() -> None:
    at = await hall.place()
    found = await hall_figures.credit_outlook(UUID(str(at.hall.id)), at.manager)
    assert not found.own
    assert [row.credit for row in found.rows] == [0, 15, 30, 60, 90]
    assert found.rows[0].booked > found.rows[-1].booked
    assert found.rows[0].walk_in < found.rows[-1].walk_in
    assert 2 < found.unsure < 20, "it says how far other days would be off"


async def test_its_own_weeks_decide_where_there_are_enough() -> None:
    at = await busy()
    found = await hall_figures.credit_outlook(UUID(str(at.hall.id)), at.manager)
    assert found.own
    assert found.numbers == 240
    assert all(row.booked == 0 for row in found.rows), "nobody booked there"


async def test_another_hall_s_staff_do_not_see_it() -> None:
    at = await hall.place()
    other = await make.hall(code="elsewhere")
    with pytest.raises(NotFound):
        await hall_figures.credit_outlook(UUID(str(other.id)), at.clerk)


async def busy() -> Place:
    """Two working days of 120 numbers each, of the week before."""
    at = await hall.place()
    for back in (3, 4):
        starts = make.MONDAY.replace(hour=9) - dt.timedelta(days=back)
        day = uuid4()
        await db.rows(
            "INSERT INTO queue_day (id, hall, day) VALUES ($1, $2, $3)", day, at.hall.id, starts.date()
        )
        await db.rows(MANY, day, at.lines["E"].id, at.items["E"].id, at.counters[1], starts)
    assert clock.local(await clock.now()).date() == make.MONDAY.date()
    return at
