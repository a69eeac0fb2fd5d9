"""The words: a range and its reason."""

import pytest

from backend.queue.wait.estimate import Estimate
from backend.queue.wait.reason import told, wait

Range = tuple[float, float, float]


def found(
    seconds: Range | None, ahead: int = 4, serving: int = 2, paused: tuple[str, ...] = ("暂停",)
) -> Estimate:
    """An estimate that somebody else made."""
    return Estimate("A1", ahead, serving, paused, None if serving else 46_800.0, seconds, seconds)


def test_a_range_is_told_with_its_reason() -> None:
    assert told(found((740, 900, 1060))) == "约 12–18 分钟：前面 4 人，2 个窗口在办，1 个暂停"


def test_different_pauses_are_told_apart() -> None:
    assert told(found((740, 900, 1060), paused=("午休", "午休", "暂停"))).endswith(
        "，2 个窗口在办，2 个午休，1 个暂停"
    )


def test_who_is_next_is_told_so() -> None:
    assert told(found((0, 60, 150), ahead=0, paused=())) == "马上就到：你是下一个，2 个窗口在办"


def test_where_nobody_serves_no_time_is_told() -> None:
    assert told(found(None, serving=0)) == "暂时没有窗口在办，开了再估：前面 4 人，1 个暂停"


def test_a_counter_that_comes_back_is_told_with_its_time() -> None:
    text = told(found((1800, 2400, 3000), serving=0, paused=("午休",)), back="13:00")
    assert text == "约 30–50 分钟：前面 4 人，1 个午休，13:00 有窗口回来"


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
