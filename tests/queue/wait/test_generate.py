"""Days that are made up: what must hold in each of them, and what credits do."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from backend.queue.wait.credits import credit_table
from backend.queue.wait.figures import HOUR, Desk, Figures, Surge
from backend.queue.wait.generate import Day, day
from backend.queue.wait.people import Credits, Event, Person

FIGURES = Figures(desks=(*[Desk(frozenset("EC"))] * 5, *[Desk(None, (12 * HOUR, 13 * HOUR))] * 3))


def lived(
    figures: Figures = FIGURES, seed: int = 7, credits: Credits | None = None
) -> tuple[Day, list[Event]]:
    """A day that is over."""
    made = day(figures, credits or Credits(), seed)
    return made, list(made.run())


def mean(values: list[float]) -> float:
    """Of at least one."""
    return sum(values) / len(values)


def test_the_same_seed_makes_the_same_day() -> None:
    assert [person.called_at for person in lived()[0].people] == [
        person.called_at for person in lived()[0].people
    ]
    assert lived(seed=8)[0].people != lived()[0].people


def test_everybody_with_a_number_is_called_once_and_time_never_runs_back() -> None:
    made, events = lived()
    called = Counter(event.person.number for event in events if event.kind == "called" and event.person)
    assert set(called.values()) == {1}
    assert len(called) == len(made.people) > 250
    assert all(one.at <= other.at for one, other in pairwise(events))


def test_nobody_is_overtaken_at_their_own_counters_by_a_larger_turn() -> None:
    made, events = lived(Figures())
    waiting: dict[int, Person] = {}
    for event in events:
        if event.person and event.kind == "joined":
            waiting[event.person.number] = event.person
        elif event.person and event.kind == "called":
            keys = [(one.turn_at, one.number) for one in waiting.values()]
            assert (event.person.turn_at, event.person.number) == min(keys)
            del waiting[event.person.number]
    assert made.waiting == {}


def test_somebody_who_is_known_to_come_is_expected_and_then_comes() -> None:
    figures = Figures(per_hour={}, desks=(Desk(),))
    made = day(figures, Credits(), 7)
    known = made.add("booked", figures.matters[0], 10 * HOUR - 300, 10 * HOUR)
    assert [one.starts_at for one in made.hall().expected] == [10 * HOUR]
    assert [event.kind for event in made.run() if event.person is known] == [
        "shown", "joined", "called", "finished",
    ]  # fmt: skip
    assert (known.place, made.hall().expected) == (0, ())


def test_many_counters_come_back_from_lunch_at_one_moment() -> None:
    figures = Figures(desks=(Desk(None, (12 * HOUR, 13 * HOUR)),) * 60)
    for seed in range(5):
        lived(figures, seed)


def test_a_counter_serves_its_lines_and_nobody_during_lunch() -> None:
    made = day(FIGURES, Credits(), 7)
    for _ in made.run():
        for place in made.places:
            assert not (place.person and place.desk.lines) or place.person.matter.line in "EC"
            started = place.busy_since
            assert started is None or not (place.desk.lunch and 12.9 * HOUR < started < 13 * HOUR)


def test_some_of_the_booked_do_not_come_and_a_surge_brings_more() -> None:
    _, events = lived()
    kinds = Counter(event.kind for event in events)
    assert 0.06 < kinds["absent"] / (kinds["absent"] + kinds["shown"]) < 0.25
    surge = replace(FIGURES, surge=Surge("户籍", since=10 * HOUR, until=14 * HOUR))
    plain, more = (
        sum(len(lived(figures, seed)[0].people) for seed in range(5)) for figures in (FIGURES, surge)
    )
    assert 200 < more - plain < 430


def test_what_can_be_seen_of_a_hall_is_what_stands_there() -> None:
    made = day(FIGURES, Credits(), 7)
    for event in made.run():
        if event.at > 11 * HOUR:
            break
    seen = made.hall()
    assert {one.number for one in seen.waiting} == set(made.waiting)
    assert sum(counter.busy_since is not None for counter in seen.counters) >= 5
    assert all(one.starts_at + 900 >= seen.now for one in seen.expected)


def test_the_default_credits_do_what_the_table_promised() -> None:
    """A first study had 45, 10, 17 and 79: as near as other days of the same figures would be."""
    without, hour = credit_table(Figures(), (0, 60))
    assert without.walk_in == pytest.approx(45, abs=2 * without.unsure)
    assert hour.booked == pytest.approx(10, abs=2 * hour.unsure)
    assert hour.priority == pytest.approx(17, abs=2 * hour.unsure)
    assert hour.walk_in == pytest.approx(79, abs=2 * hour.unsure)
    assert max(without.unsure, hour.unsure) < 5


def test_more_credit_never_makes_booked_people_wait_longer() -> None:
    rows = credit_table(Figures(), days=20)
    assert [row.credit for row in rows] == [0, 15, 30, 60, 90]
    assert all(one.booked >= other.booked - 1 for one, other in pairwise(rows))
    assert all(one.walk_in <= other.walk_in + 1 for one, other in pairwise(rows))
