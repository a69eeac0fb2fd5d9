"""Ranges that learn from their own errors."""

from random import Random

import pytest

from backend.queue.wait.calibration import Calibration

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
