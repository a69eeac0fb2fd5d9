"""What a hall learns of itself: soon, and not too soon."""

import json
from math import exp, log
from random import Random

import pytest

from backend.queue.wait.learning import Learner
from backend.queue.wait.level import Level
from backend.queue.wait.share import Share
from backend.queue.wait.streams import streams

MINUTE = 60.0


def minutes(learner: Learner, line: str = "E", item: str = "户籍") -> float:
    """The median of a service."""
    return exp(learner.service(line, item).mean) / MINUTE


def taught(count: int, of: float, item: str = "户籍", line: str = "E", seed: int = 1) -> Learner:
    """A learner that has seen so many services with that median."""
    learner, random = Learner(), Random(seed)
    for _ in range(count):
        learner.finished(line, item, random.lognormvariate(log(of * MINUTE), 0.5))
    return learner


def test_a_hall_on_its_first_day_says_eight_minutes() -> None:
    assert minutes(Learner()) == pytest.approx(8)


def test_a_well_known_item_is_taken_at_its_own_word() -> None:
    learner = taught(150, 20)
    assert minutes(learner) == pytest.approx(20, rel=0.12)
    assert learner.service("E", "户籍").sd == pytest.approx(0.5, rel=0.2)


def test_thin_data_lies_between_the_item_and_its_line() -> None:
    learner = taught(150, 20)
    for _ in range(2):
        learner.finished("E", "居住证", 5 * MINUTE)
    assert 5.5 < minutes(learner, item="居住证") < 17
    assert learner.service("E", "居住证").unsure > 2 * learner.service("E", "户籍").unsure


def test_an_item_never_seen_is_taken_for_its_line_and_a_line_never_seen_for_its_hall() -> None:
    learner = taught(150, 20)
    assert minutes(learner, item="新事项") == pytest.approx(20, rel=0.2)
    assert 14 < minutes(learner, line="D", item="契税") < 24
    assert learner.service("D", "契税").unsure > learner.service("E", "新事项").unsure


@pytest.mark.parametrize("seed", range(5))
def test_a_jump_is_followed_within_an_hour(seed: int) -> None:
    learner, random = taught(300, 8, seed=seed), Random(seed)
    for _ in range(12):  # a new form: everybody takes twice as long; three counters see twelve an hour
        learner.finished("E", "户籍", random.lognormvariate(log(16 * MINUTE), 0.5))
    assert 12.5 < minutes(learner) < 22


def test_one_outlier_does_little() -> None:
    learner = taught(60, 8)
    before = minutes(learner)
    learner.finished("E", "户籍", 4 * 3600)
    assert minutes(learner) == pytest.approx(before, rel=0.05)


def test_no_jump_is_seen_where_there_is_none() -> None:
    level, random = Level(), Random(3)
    for _ in range(600):
        level.add(random.lognormvariate(6, 0.5))
    assert level.n == 200
    assert level.mean == pytest.approx(6, abs=0.1)


def test_shares_fade_and_are_drawn_towards_the_first_guess() -> None:
    share = Share()
    assert share.value(0.05, 40) == pytest.approx(0.05)
    for n in range(2000):
        share.add(n >= 1000 and n % 2 == 0)
    assert share.n == pytest.approx(400)
    assert share.value(0.05, 40) > 0.4


def test_people_with_a_credit_are_expected_as_earlier_days_had_them() -> None:
    learner = Learner()
    for day in range(5):
        for n in range(6):
            learner.came("E", 3600, day * 86_400 + 36_000 + n * 600)
    (stream,) = streams(learner.rates, 5 * 86_400 + 36_000)
    assert stream.per_hour == pytest.approx(6)
    assert stream.credit == 3600


def test_what_was_learned_survives_a_table() -> None:
    learner = taught(50, 12)
    learner.gap(20)
    learner.called("E", False, 60)
    learner.shown(300)
    learner.came("E", 3600, 40_000)
    again = Learner.from_dict(json.loads(json.dumps(learner.to_dict())))
    assert again.to_dict() == learner.to_dict()
    assert again.service("E", "户籍") == learner.service("E", "户籍")
    assert Learner.from_dict({}).to_dict() == Learner().to_dict()
