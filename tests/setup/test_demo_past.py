"""A week of numbers before the demo: what its pages tell of past days is there, and nothing is left open."""

import datetime as dt
from uuid import UUID

import pytest

from backend import clock, db, demo_past, identity, queue, reference
from backend.identity.tables import Staff
from backend.queue import busy, hall_figures, numbers, pace
from backend.queue.wait.habits import Habits
from backend.settings import settings
from tests import factories as make

TUESDAY = make.MONDAY + dt.timedelta(days=1)
YESTERDAY = make.MONDAY.date()
# Numbers that are not what a number of a past day can be.
WRONG = """
SELECT t.letter, t.digits, t.state FROM ticket t JOIN queue_day d ON d.id = t.day
WHERE t.state NOT IN ('done', 'abandoned') OR NOT t.taken_at < t.ended_at OR d.day >= $1
   OR t.taken_at > t.called_at OR t.called_at > t.started_at OR t.started_at > t.ended_at
   OR (t.taken_at AT TIME ZONE 'Asia/Shanghai')::date <> d.day OR (t.state = 'done') <> (t.started_at IS NOT NULL)
"""
# Their events, one after the other, lead from state to state.
BROKEN = """
SELECT 1 FROM (SELECT e.from_state, lag(e.to_state, 1, '') OVER w AS was, e.to_state, t.state,
                      lead(1) OVER w IS NULL AS last
               FROM ticket_event e JOIN ticket t ON t.id = e.ticket
               WINDOW w AS (PARTITION BY e.ticket ORDER BY e.at)) one
WHERE from_state <> was OR last AND to_state <> state
"""
TWO_AT_ONE = """
SELECT 1 FROM (SELECT called_at, lag(ended_at) OVER (PARTITION BY counter ORDER BY called_at) AS free
               FROM ticket WHERE state = 'done') one WHERE called_at < free
"""
GAPS = "SELECT day, letter FROM ticket GROUP BY 1, 2 HAVING max(digits) <> count(*)"
BOOKED = """
SELECT count(*) FILTER (WHERE a.state = 'arrived' AND (t.id IS NULL OR t.taken_at <> a.arrived_at)) AS without,
       count(t.id) AS booked FROM appointment a LEFT JOIN ticket t ON t.appointment = a.id
"""


@pytest.fixture
async def hall(monkeypatch: pytest.MonkeyPatch) -> UUID:
    """The city's hall on a Tuesday, after a week."""
    await reference.load(settings().reference)
    await clock.move_to(TUESDAY)
    monkeypatch.setattr(demo_past, "WEEKS", 1)
    await demo_past.fill([UUID(str((await make.citizen())[1].id)) for _ in range(30)])
    return UUID(str((await db.rows("SELECT id FROM hall WHERE code = 'city'"))[0]["id"]))


async def manager() -> UUID:
    await identity.add_staff("manager", "施经理", [identity.Grant("manager", "hall", "city")])
    await Staff.update({Staff.must_change: False}).where(Staff.username == "manager")
    return UUID(str((await Staff.select(Staff.id))[0]["id"]))


async def test_every_past_number_is_over_and_nothing_of_it_contradicts_itself(hall: UUID) -> None:
    assert await db.rows(WRONG, TUESDAY.date()) == []
    assert await db.rows(BROKEN) == []
    assert await db.rows(TWO_AT_ONE) == []
    assert await db.rows(GAPS) == []
    [bookings] = await db.rows(BOOKED)
    assert bookings["without"] == 0
    assert bookings["booked"] > 1000
    assert await queue.overdue() == []
    assert await queue.to_learn() == [], "nobody has come today"


async def test_the_pages_have_something_to_tell(hall: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    by = await manager()
    await _learned(hall)
    hours = {one.hour: one for one in await busy.ordinary("city")}
    assert hours[10].came > hours[13].came > 0
    wrong = await numbers.last_error("city", by)
    assert wrong.judged > 100
    assert wrong.error is not None
    assert 0 < wrong.error < 15
    found = await numbers.numbers("city", YESTERDAY - dt.timedelta(days=6), YESTERDAY, by)
    assert len(found["day"]) == 6
    assert {one.name[0] for one in found["line"]} == set("ABCDEFGH")
    assert all(one.done and one.missed and one.abandoned and one.wait for one in found["total"])
    monkeypatch.setattr(hall_figures, "AT_ONCE", 1000)  # one day: it takes its time
    table = await hall_figures.credit_outlook(hall, by)
    assert table.own
    assert table.rows[0].booked > table.rows[-1].booked


async def _learned(hall: UUID) -> None:
    found = await pace.of(hall)
    known = found.learner.levels
    assert len([key for key in known if key.count("/") == 2]) > 50, "services, by matter"
    assert {"gap", "slot", "pause", "early"} <= known.keys()
    assert 0.9 < found.learner.comes() < 0.97
    assert found.habits.calibration.to_list() != Habits().calibration.to_list()
    assert len(found.habits.memory.rows) > 5, "how waits turned out, by line"
