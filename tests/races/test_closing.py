"""A closing with several workers at once, a worker killed in the middle, and answers that meet its undoing."""

import datetime as dt
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from backend import appointments, db
from backend.appointments.affected import Stretch
from backend.appointments.tables import Policy, Slot
from tests import factories as make
from tests import world
from tests.races import rehousers
from tests.races.conftest import AtOnce
from tests.races.people import citizen, miscounted
from tests.races.processes import until
from tests.races.worker import Worker

FRIDAY = dt.date(2026, 11, 27)
PEOPLE = 12


@pytest.fixture
async def closed() -> dict[str, Any]:
    """A closing of an afternoon with twelve bookings, none treated; each has a place elsewhere."""
    hall = await make.hall(code=world.HERE)
    at = await make.line(hall)
    item = await make.item(at)
    await make.template(at, 5, "14:00", "14:30", counters=PEOPLE, online_percent=50)
    await make.template(at, 1, "09:00", "11:00", counters=4, online_percent=50)
    await appointments.fill()
    await Policy.update({Policy.frozen_minutes: 0}).where(Policy.group == "default")
    slot = (await Slot.objects().where(Slot.line == at.id, Slot.day == FRIDAY))[0]
    held = []
    for _ in range(PEOPLE):
        who = await citizen()
        held.append(((await appointments.book(slot.id, item.id, who.person, by=who.account)).id, who.account))
    by = await world.staff(world.MANAGER)
    closing = await appointments.close(Stretch(UUID(str(hall.id)), None, FRIDAY, None, None), "检修", by=by)
    return {"closing": closing, "held": held, "by": by, "line": at.id}


async def told(kind: str = "appointment-closed") -> list[int]:
    """How often each booking was told so."""
    rows = await db.rows("SELECT count(*) AS n FROM notice WHERE kind = $1 GROUP BY about", kind)
    return [row["n"] for row in rows]


async def states(closing: UUID) -> Counter[str]:
    rows = await db.rows("SELECT state FROM relocation WHERE closing = $1", closing)
    return Counter(row["state"] for row in rows)


async def _done(closing: UUID) -> bool:
    return bool(await db.rows("SELECT 1 FROM closing WHERE id = $1 AND state = 'done'", closing))


async def test_four_workers_treat_each_booking_once(closed: dict[str, Any], at_once: AtOnce) -> None:
    await at_once(rehousers.treat, *[(closed["closing"],)] * 4)
    assert await states(closed["closing"]) == {"offered": PEOPLE}
    assert await told() == [1] * PEOPLE
    assert await miscounted() == []
    assert await _done(closed["closing"])


async def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    closed: dict[str, Any], redis_url: str
) -> None:
    worker = await Worker.start(redis_url, "tests.races.held_rehouser")
    await worker.says("held")
    await worker.kill()
    other = await Worker.start(redis_url)
    await until(lambda: _done(closed["closing"]))
    await other.kill()
    assert await states(closed["closing"]) == {"offered": PEOPLE}
    assert await told() == [1] * PEOPLE
    assert await miscounted() == []


async def test_of_an_undo_and_answers_at_once_exactly_one_side_wins(
    closed: dict[str, Any], at_once: AtOnce
) -> None:
    while await appointments.carry_on(closed["closing"]):
        pass
    held, (closing, by) = closed["held"], (closed["closing"], closed["by"])
    shares = [held[:1], held[1:2], held[2:3]]
    undone, *answered = await at_once(
        rehousers.decide, (closing, by, []), *((closing, by, share) for share in shares)
    )
    yes = sum(one["done"] for one in answered)
    assert (undone["done"], yes > 0) in ((1, False), (0, True))
    while await appointments.carry_on(closing):
        pass
    await appointments.pass_on(closed["line"])
    expected = {"undone": PEOPLE} if undone["done"] else {"accepted": 3, "offered": PEOPLE - 3}
    assert await states(closing) == expected
    assert await miscounted() == []
