"""The words of a range."""

import pytest

from backend.queue.wait.reason import wait

Range = tuple[float, float, float]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        ((0, 30, 100), "马上就到"),
        ((20, 120, 290), "5 分钟以内"),
        ((300, 420, 590), "约 5–10 分钟"),
        ((735, 1100, 1700), "约 10–30 分钟"),
        ((600, 600, 600), "约 10 分钟"),
        ((4000, 5000, 6100), "约 65–105 分钟"),
        ((7300, 8000, 9100), "约 2–3 小时"),
    ],
)
def test_ranges_are_rounded_outwards_and_wide_ones_to_five_minutes(seconds: Range, words: str) -> None:
    assert wait(seconds) == words
