"""The hall played forward: the order, skills, what is under way, who is still to come."""

import numpy as np
import pytest

from backend.queue.wait.durations import Truth
from backend.queue.wait.estimate import Estimate, estimate
from backend.queue.wait.forward import starts
from backend.queue.wait.habits import Habits
from backend.queue.wait.learning import Learner
from backend.queue.wait.state import Counter, Expected, Hall, Stream, Waiting
from tests.queue.wait.halls import NOW, Certain, hall, waiting


def minutes(where: Hall, knows: Truth | None = None) -> list[float]:
    """The median of each, in minutes."""
    return [round(float(wait) / 60, 1) for wait in np.median(starts(where, knows or Certain()), axis=0)]


def said(where: Hall, knows: Truth | None = None) -> list[Estimate]:
    """With a calibration that has learned nothing."""
    return estimate(where, knows or Certain(), Habits())


def test_two_idle_counters_take_two_people_at_a_time() -> None:
    assert minutes(hall(waiting(5), Counter("1"), Counter("2"))) == [0, 0, 10, 10, 20]


def test_the_smallest_turn_is_called_first_whatever_its_place_in_the_list() -> None:
    later, sooner, same = (
        Waiting("a", "A", "", NOW, 3), Waiting("b", "A", "", NOW - 60, 2), Waiting("c", "A", "", NOW - 60, 1),
    )  # fmt: skip
    assert minutes(hall((later, sooner, same), Counter("1"))) == [20, 10, 0]


def test_a_counter_serves_only_what_it_can() -> None:
    both = waiting(2, "A") + waiting(2, "B")
    assert minutes(hall(both, Counter("1", frozenset("A")), Counter("2", frozenset("B")))) == [0, 10, 0, 10]
    some = waiting(1, "A", "x") + waiting(1, "A", "y")
    only = Counter("1", items=frozenset("x"))
    assert minutes(hall(some, only)) == [0, np.inf]


def test_a_counter_that_takes_any_keeps_to_the_one_order() -> None:
    both = (
        Waiting("b", "B", "", NOW - 300),
        Waiting("a", "A", "", NOW - 200),
        Waiting("b2", "B", "", NOW - 100),
    )
    assert minutes(hall(both, Counter("1"), Counter("2", frozenset("A"), busy_since=NOW - 60, line="A"))) == [
        0,
        9,
        10,
    ]


def test_somebody_under_way_for_six_minutes_needs_four_more() -> None:
    assert minutes(hall(waiting(1), Counter("1", busy_since=NOW - 360, line="A"))) == [4]


def test_somebody_who_takes_very_long_is_not_expected_to_leave_at_once() -> None:
    fresh, long = (hall(waiting(1), Counter("1", busy_since=NOW - s, line="A")) for s in (0, 3000))
    assert minutes(long, Learner())[0] > minutes(fresh, Learner())[0]


def test_a_paused_counter_comes_back_when_it_said_it_would() -> None:
    paused = Counter("1", paused_since=NOW - 60, reopens_at=NOW + 900)
    assert minutes(hall(waiting(1), paused)) == [15]


def test_a_closed_counter_calls_nobody() -> None:
    assert minutes(hall(waiting(1), Counter("1", open=False))) == [np.inf]


def test_a_counter_goes_for_lunch_after_the_service_under_way() -> None:
    lunch = Counter("1", leaves_at=NOW + 500, returns_at=NOW + 3600)
    assert minutes(hall(waiting(3), lunch)) == [0, 60, 70]


def test_booked_people_still_to_come_push_those_back_who_came_within_the_credit() -> None:
    booked = Expected("A", "", NOW + 600, credit=3600)
    where = hall(waiting(4), Counter("1"), expected=(booked,))
    assert minutes(where) == [0, 20, 30, 40]
    assert minutes(hall(waiting(4), Counter("1"), expected=(booked,) * 2)) == [0, 30, 40, 50]


def test_booked_people_without_enough_credit_push_nobody_back() -> None:
    booked = Expected("A", "", NOW + 600, credit=60)
    assert minutes(hall(waiting(3), Counter("1"), expected=(booked,))) == [0, 10, 20]


def test_who_will_surely_not_come_pushes_nobody_back() -> None:
    booked = Expected("A", "", NOW + 600, credit=3600, chance=0.0)
    assert minutes(hall(waiting(3), Counter("1"), expected=(booked,))) == [0, 10, 20]
    late = Expected("A", "", NOW - 1000, credit=3600)
    assert minutes(hall(waiting(3), Counter("1"), expected=(late,))) == [0, 10, 20]


def test_people_with_priority_who_are_yet_to_come_are_reckoned_with() -> None:
    where = hall(waiting(10), Counter("1"), streams=(Stream("A", "", 3600, per_hour=3),))
    plain = hall(waiting(10), Counter("1"))
    assert minutes(where)[-1] >= minutes(plain)[-1] + 20


def test_nobody_is_called_before_their_other_matter_is_done() -> None:
    busy = Waiting("a", "A", "", NOW - 900, not_before=NOW + 1100)
    assert minutes(hall((busy, *waiting(3)), Counter("1"))) == [20, 0, 10, 30]


def test_the_same_hall_gives_the_same_answer() -> None:
    where = hall(waiting(20), Counter("1", busy_since=NOW - 60, line="A"), Counter("2"))
    assert said(where, Learner()) == said(where, Learner())


def test_ranges_grow_with_the_queue() -> None:
    found = said(hall(waiting(20), Counter("1", busy_since=NOW - 60, line="A")), Learner())
    widths = [one.range[2] - one.range[0] for one in found if one.range]
    assert len(widths) == 20
    assert widths[19] > widths[9] > widths[0]


def test_where_every_counter_pauses_nothing_is_promised() -> None:
    paused = hall(waiting(2), Counter("1", paused_since=NOW), Counter("2", open=False))
    (first, _) = said(paused)
    assert (first.range, first.said) == (None, None)


def test_where_one_is_known_to_come_back_that_is_counted_on() -> None:
    back = Counter("1", paused_since=NOW, reopens_at=NOW + 1800, pause="午休")
    (first, second) = said(hall(waiting(2), back))
    assert first.range
    assert second.range
    assert first.range[1] == pytest.approx(1800, rel=0.05)
    assert second.range[1] > first.range[1]


def test_an_empty_hall_has_nobody_to_tell() -> None:
    assert said(hall((), Counter("1"))) == []
    (only,) = said(hall(waiting(1)))
    assert only.range is None
