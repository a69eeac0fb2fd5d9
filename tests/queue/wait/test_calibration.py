"""Ranges that learn from their own errors, and the memory of how waits turned out."""

from random import Random

import pytest

from backend.queue.wait.calibration import Calibration
from backend.queue.wait.memory import DAY, Memory

RAW = (600.0, 900.0, 1350.0)


def test_a_calibration_that_has_learned_nothing_changes_nothing() -> None:
    assert Calibration().fit(RAW) == pytest.approx(RAW)


@pytest.mark.parametrize("spread", [0.1, 0.8])
def test_eight_of_ten_waits_come_to_lie_within_the_range(spread: float) -> None:
    calibration, random, within = Calibration(), Random(2), []
    for _ in range(6000):
        waited = 900 * random.lognormvariate(0.2, spread)
        low, _, high = calibration.fit(RAW)
        within.append(low <= waited <= high)
        calibration.add(RAW, waited)
    assert sum(within[-2000:]) / 2000 == pytest.approx(0.8, abs=0.03)
    assert Calibration(*calibration.to_list()) == calibration


def test_one_bad_wait_moves_little() -> None:
    calibration = Calibration()
    calibration.add(RAW, 20_000)
    assert calibration.fit(RAW) == pytest.approx(RAW, rel=0.02)


def test_where_nothing_is_remembered_the_simulation_stands() -> None:
    assert Memory().fit("A", 36_000, 5, RAW) == RAW


def test_what_such_waits_lasted_before_replaces_the_simulation() -> None:
    memory, random = Memory(), Random(4)
    for day in range(8):
        for n in range(30):
            waited = (n % 10 + 1) * 300 * random.lognormvariate(0, 0.2)
            memory.add("A", day * DAY + 36_000 + n * 300, n % 10, waited)
    low, middle, high = memory.fit("A", 8 * DAY + 36_000, 5, RAW)
    assert middle == pytest.approx(1800, rel=0.1)
    assert 0.6 < low / middle < 0.9
    assert 1.1 < high / middle < 1.6


def test_noon_is_told_from_the_morning() -> None:
    memory = Memory()
    for day in range(5):
        for n in range(10):
            memory.add("A", day * DAY + 9 * 3600 + n * 60, 3, 1200)
            memory.add("A", day * DAY + 13 * 3600 + n * 60, 3, 3600)
    assert memory.fit("A", 5 * DAY + 9 * 3600, 3, RAW)[1] == pytest.approx(1200, rel=0.05)
    assert memory.fit("A", 5 * DAY + 13 * 3600, 3, RAW)[1] == pytest.approx(3600, rel=0.1)
