"""What people are told of their waiting: a range from the hall as it stands, kept with the number, learned from."""

import datetime as dt
from math import exp
from uuid import UUID

import pytest

from backend import clock, db, queue
from backend.queue import outlook, pace, view
from backend.queue.tables import Ticket
from backend.queue.view import HallView
from tests import factories as make
from tests.queue import hall
from tests.queue.hall import Place
from tests.world import HERE


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """A process that has read nothing yet."""
    pace._read.clear()


async def looked() -> HallView:
    found = await view.read(HERE)
    await outlook.prepare(found)
    return found


async def busy(people: int = 4) -> Place:
    """Counter 1 serves, so many wait."""
    at = await hall.place()
    await queue.open_desk(at.counters[1], at.clerk)
    for _ in range(people + 1):
        await hall.walk_in(at)
    called = await queue.call_next(at.counters[1], at.clerk)
    assert called
    await queue.start(at.counters[1], at.clerk, called.ticket)
    return at


async def served(people: int, minutes: float) -> Place:
    """So many came one after the other to counter 1, each for so long; a minute ago the last one left."""
    at = await hall.place()
    await queue.open_desk(at.counters[1], at.clerk)
    for _ in range(people):
        await hall.walk_in(at)
        called = await queue.call_next(at.counters[1], at.clerk)
        assert called
        await queue.start(at.counters[1], at.clerk, called.ticket)
        await hall.later(minutes)
        await queue.complete(at.counters[1], at.clerk, called.ticket)
    await hall.later(1)
    return at


async def test_whoever_stands_further_back_is_told_to_wait_longer_and_why() -> None:
    await busy()
    found = await looked()
    middles = [one.range[1] for spot in found.of("waiting") if (one := found.outlook[spot.id]) and one.range]
    assert middles == sorted(middles)
    assert len(middles) == 4
    last = found.of("waiting")[-1]
    assert "分钟" in outlook.said(found, last)
    assert outlook.told(found, last.id).startswith("前面 3 人，约 ")


async def test_what_was_said_first_is_kept_with_the_number() -> None:
    at = await busy(1)
    first = (await looked()).of("waiting")[0]
    assert (await hall.ticket(first.id)).told_low is None, "looking writes nothing"
    await queue.foresee(UUID(str(at.hall.id)))
    kept = await hall.ticket(first.id)
    assert kept.told_low is not None
    assert kept.told_low <= kept.told_middle <= kept.told_high
    await hall.later(30)
    await hall.walk_in(at)
    await queue.foresee(UUID(str(at.hall.id)))
    assert (await hall.ticket(first.id)).told_middle == kept.told_middle


async def test_where_nobody_works_who_could_call_no_range_is_made_up() -> None:
    at = await hall.place()
    await hall.walk_in(at)
    found = await looked()
    assert outlook.said(found, found.of("waiting")[0]) == ""
    assert outlook.counters(found.seats) == "现在没有窗口在叫号"
    assert outlook.ranges(found) == {}


async def test_a_line_says_what_somebody_who_comes_now_would_wait() -> None:
    at = await busy(6)
    said = outlook.ranges(await looked())
    assert set(said) == {at.lines["E"].id}
    assert said[UUID(str(at.lines["E"].id))].startswith("约 ")


async def test_booked_people_still_to_come_make_it_longer() -> None:
    at = await busy(3)
    before = await looked()
    last = before.of("waiting")[-1]
    line = at.lines["E"]
    now = clock.local(await clock.now())
    slot = await make.slot(line, now.date(), f"{now + dt.timedelta(minutes=5):%H:%M}", capacity=9)
    for _ in range(5):
        owner, person = await make.citizen()
        await db.rows(
            "INSERT INTO appointment (id, number, slot, item, person, person_index, day, booked_by, state, created_at)"
            " SELECT gen_random_uuid(), left(md5(random()::text), 9), $1, $2, $3, $4, $5, $6, 'booked', now()",
            slot.id, at.items["E"].id, person.id, person.id_index, now.date(), owner.id,
        )  # fmt: skip
    after = await looked()
    one, other = before.outlook[last.id].range, after.outlook[last.id].range
    assert one
    assert other
    assert other[1] > one[1]


async def test_a_line_that_is_pressed_through_teaches_no_service() -> None:
    at = await served(5, minutes=0)
    await queue.learn(UUID(str(at.hall.id)))
    pace._read.clear()
    assert "service" not in (await pace.of(UUID(str(at.hall.id)))).learner.levels


async def test_a_hall_learns_from_what_happened_and_only_once() -> None:
    at = await served(12, minutes=25)
    line, item = str(at.lines["E"].id), str(at.items["E"].id)
    assert await queue.to_learn() == [at.hall.id]
    usual = (await pace.of(UUID(str(at.hall.id)))).learner.service(line, item).seconds
    for _ in range(2):
        await queue.learn(UUID(str(at.hall.id)))
    pace._read.clear()
    learner = (await pace.of(UUID(str(at.hall.id)))).learner
    assert usual < 12 * 60
    assert 20 * 60 < learner.service(line, item).seconds < 30 * 60
    assert learner.levels["service"].n <= 12
    assert learner.shares["missed"].n <= 12
    assert await Ticket.count() == 12


async def test_how_waits_turned_out_is_remembered_of_those_who_were_told() -> None:
    at = await busy(3)
    hall_id, line = UUID(str(at.hall.id)), str(at.lines["E"].id)
    await queue.foresee(hall_id)
    mine = (await view.read(HERE)).of("serving")[0].id
    await hall.later(5)
    for _ in range(3):
        await queue.complete(at.counters[1], at.clerk, mine)
        called = await queue.call_next(at.counters[1], at.clerk)
        assert called
        await queue.start(at.counters[1], at.clerk, called.ticket)
        mine = called.ticket
        await hall.later(25)
    await queue.learn(hall_id)
    pace._read.clear()
    memory = (await pace.of(hall_id)).habits.memory
    each = [round(exp(size) * exp(seconds) / 60) for _, size, seconds in memory.rows[line]]
    assert each == [5, 30, 55], "minutes from the number to the call"
    assert [round(exp(size)) - 1 for _, size, _ in memory.rows[line]] == [0, 1, 2]
