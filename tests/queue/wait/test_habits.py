"""How waits turned out before, and when that counts more than what is simulated."""

import json
from random import Random

import numpy as np
import pytest

from backend.queue.wait.habits import Habits, Said
from backend.queue.wait.memory import DAY, KEPT, Memory
from backend.queue.wait.state import Hall, Waiting

RAW = np.array([[600.0, 900.0, 1350.0]])
MORNING = 36_000.0


def _taught(worth: float) -> Memory:
    """Eight days of a queue in which each person ahead costs 300 s; `worth` is the seconds that were simulated."""
    memory, random = Memory(), Random(4)
    for day in range(8):
        for n in range(30):
            waited = (n % 10 + 1) * 300 * random.lognormvariate(0, 0.2)
            memory.judge("A", worth * (n % 10 + 1), 300 * (n % 10 + 1), waited)
            memory.add("A", day * DAY + MORNING + n * 300, n % 10, waited)
    return memory


def test_where_nothing_is_remembered_the_simulation_stands() -> None:
    mixed, remembered = Memory().fit("A", MORNING, [5], RAW)
    assert mixed.tolist() == RAW.tolist()
    assert np.isnan(remembered).all()


def test_what_such_waits_lasted_replaces_a_simulation_that_is_far_off() -> None:
    (mixed,), (remembered,) = _taught(worth=150).fit("A", 8 * DAY + MORNING, [5], RAW)
    assert remembered == pytest.approx(1800, rel=0.1)
    assert mixed[1] == pytest.approx(1800, rel=0.1)
    assert 0.6 < mixed[0] / mixed[1] < 0.9
    assert 1.1 < mixed[2] / mixed[1] < 1.6


def test_a_simulation_that_is_right_keeps_the_word() -> None:
    random, memory = Random(3), _taught(worth=300)
    for _ in range(400):  # it knows what comes; what is remembered is out by a half
        waited = 900 * random.lognormvariate(0, 0.1)
        memory.judge("A", 900, 1350, waited)
    (mixed,), _ = memory.fit("A", 8 * DAY + MORNING, [5], RAW)
    assert mixed[1] == pytest.approx(900, rel=0.1)


def test_noon_is_told_from_the_morning() -> None:
    memory = Memory()
    for day in range(5):
        for n in range(10):
            memory.add("A", day * DAY + 9 * 3600 + n * 60, 3, 1200)
            memory.add("A", day * DAY + 13 * 3600 + n * 60, 3, 3600)
    for hour, seconds in ((9, 1200), (13, 3600)):
        _, (remembered,) = memory.fit("A", 5 * DAY + hour * 3600, [3], RAW)
        assert remembered == pytest.approx(seconds, rel=0.1)


def test_a_wait_that_nobody_ends_stays_one() -> None:
    (mixed,), _ = _taught(worth=150).fit("A", 8 * DAY + MORNING, [5], np.array([[600.0, np.inf, np.inf]]))
    assert mixed[1:].tolist() == [np.inf, np.inf]


def test_no_more_is_kept_than_is_asked_for_and_it_can_be_written_down() -> None:
    habits = Habits()
    for n in range(KEPT + 50):
        habits.add("A", n * 60.0, Said((60.0, 90.0, 130.0), n % 7, 90.0, 80.0 if n else None), 100.0 + n)
    assert len(habits.memory.rows["A"]) == KEPT
    again = Habits.from_dict(json.loads(json.dumps(habits.to_dict())))
    assert again.memory.fit("A", 9e4, [2, 5], RAW.repeat(2, axis=0))[0] == pytest.approx(
        habits.memory.fit("A", 9e4, [2, 5], RAW.repeat(2, axis=0))[0]
    )
    said = Said((60.0, 90.0, 130.0), 3, 90.0, None)
    assert Said.from_list(json.loads(json.dumps(said.to_list()))) == said


def test_people_ahead_are_those_of_the_same_queue_who_come_before() -> None:
    waiting = (
        Waiting("late", "E/1", "", 30.0, 3, queue="E"),
        Waiting("first", "E/2", "", 10.0, 1, queue="E"),
        Waiting("other", "C", "", 5.0, 4),
        Waiting("second", "E/1", "", 10.0, 2, queue="E"),
    )
    said, _ = Habits().fit(Hall(MORNING, waiting), RAW.repeat(4, axis=0), MORNING)
    assert [one.ahead for one in said] == [2, 0, 0, 1]
