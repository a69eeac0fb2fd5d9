"""Hours as people say them."""

import datetime as dt
from typing import Any

from backend.catalog.hours import said


def opening(weekday: int, opens: int, closes: int, booking: bool = False) -> dict[str, Any]:
    return {
        "weekday": weekday,
        "opens": dt.time(opens),
        "closes": dt.time(closes, 30),
        "booking_only": booking,
    }


def test_days_with_the_same_hours_are_said_together() -> None:
    week = [opening(day, *hours) for day in (1, 2, 3, 4, 5) for hours in ((9, 11), (13, 16))]
    assert said(week) == ["周一至周五 9:00–11:30、13:00–16:30"]


def test_days_apart_are_listed() -> None:
    assert said([opening(1, 9, 11), opening(3, 9, 11), opening(7, 9, 11)]) == ["周一、周三、周日 9:00–11:30"]


def test_hours_for_booked_people_come_last_and_say_so() -> None:
    assert said([opening(6, 9, 11, True), opening(1, 9, 11)])[1] == "周六 9:00–11:30（只接待预约）"


def test_no_hours_say_nothing() -> None:
    assert said([]) == []
