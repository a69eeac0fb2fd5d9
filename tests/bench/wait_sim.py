"""Waiting times on generated days: ours against simpler rules and an oracle that knows the true figures.

Every ticket is scored once, with what is said when it is taken. The order of days, their seeds and figures
are fixed. `limit` is the mean absolute error of the oracle: the same simulation, with true distributions.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from math import log, sqrt
from statistics import fmean
from typing import Any

from backend.queue.wait.calibration import Calibration
from backend.queue.wait.estimate import estimate
from backend.queue.wait.figures import HOUR, Desk, Figures, Matter, Surge
from backend.queue.wait.generate import Credits, Day, Event, Person, day
from backend.queue.wait.learning import Learner, Spread

SEED, DAYS, HISTORY = 1000, 30, 10
HALL = Figures(
    per_hour={8: 40, 9: 85, 10: 95, 11: 75, 12: 40, 13: 60, 14: 85, 15: 75, 16: 35},
    opens=8.5 * HOUR,
    matters=(
        Matter("身份证", "E", 0.16, 5, 0.5), Matter("户口迁移", "E", 0.08, 14, 0.7), Matter("居住证", "E", 0.08, 7, 0.5),
        Matter("参保登记", "C", 0.14, 8, 0.6), Matter("医保报销", "C", 0.10, 12, 0.8), Matter("养老认证", "C", 0.10, 4, 0.4),
        Matter("企业设立", "B", 0.08, 20, 0.7), Matter("变更登记", "B", 0.07, 15, 0.7),
        Matter("不动产登记", "D", 0.11, 16, 0.6), Matter("契税", "D", 0.08, 9, 0.6),
    ),
    desks=(
        *(Desk(frozenset("E"), (11.5 * HOUR, 12.25 * HOUR)) for _ in range(3)),
        *(Desk(frozenset("C"), (12 * HOUR, 12.75 * HOUR)) for _ in range(3)),
        *(Desk(frozenset("BD"), (11.5 * HOUR, 12.25 * HOUR)) for _ in range(4)),
        *(Desk(frozenset("ECBD"), (12.25 * HOUR, 13 * HOUR)) for _ in range(2)), Desk(None, None), Desk(None, None),
    ),
)  # fmt: skip
SURGE = Surge("身份证", people=2.5, slower=1.0, since=9 * HOUR, until=15 * HOUR)


class Oracle:
    """Knows the figures that the day was made from."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.matters = {one.item: one for one in figures.matters}
        self.now = 0.0

    def service(self, line: str, item: str) -> Spread:
        """The true distribution, under the surge while it lasts."""
        one, surge = self.matters[item], self.figures.surge
        under = surge and surge.item == item and surge.since <= self.now < surge.until
        return _spread(one.minutes * (surge.slower if surge and under else 1), one.spread)

    def other(self, what: str) -> Spread:
        """Gaps and pauses as the generator draws them; the slot of a missed ticket is always the same."""
        figures = self.figures
        minutes, spread = {"gap": (figures.gap, 0.5), "pause": (figures.pause[1], 0.7), "slot": (figures.slot, 0.01)}[what]
        return _spread(minutes, spread)

    def missed(self, line: str) -> float:
        """The true share."""
        return self.figures.missed

    def pauses(self) -> float:
        """The true share."""
        return self.figures.pause[0]

    def comes(self) -> float:
        """The true share."""
        return self.figures.shown

    def early(self) -> tuple[float, float]:
        """The true habit, in seconds."""
        return self.figures.early[0] * 60, self.figures.early[1] * 60


def _spread(minutes: float, spread: float) -> Spread:
    return Spread(log(minutes * 60) - spread**2 / 2, spread, 0.0)


@dataclass
class Simple:
    """The two rules that halls use: people ahead × mean ÷ counters, and the wait of the last one called."""

    n: int = 0
    total: float = 0.0
    last: dict[tuple[str, str], float] = field(default_factory=dict)

    def say(self, made: Day, person: Person) -> tuple[float, float]:
        """Seconds, by the first rule and the second."""
        line = person.matter.line
        ahead = sum(
            one.matter.line == line and (one.turn_at, one.number) < (person.turn_at, person.number)
            for one in made.waiting.values()
        )
        working = sum(
            place.paused_since is None and (place.desk.lines is None or line in place.desk.lines) for place in made.places
        )
        mean = self.total / self.n if self.n else 480
        return ahead * mean / max(1, working), self.last.get((line, person.kind), 0.0)


@dataclass
class Errors:
    """Absolute errors in seconds by rule, and how many waits lay within our range."""

    off: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    within: list[bool] = field(default_factory=list)

    def mae(self, rule: str) -> float:
        """Minutes."""
        return fmean(self.off[rule]) / 60


def tell(learner: Learner, event: Event) -> None:
    """What happens in a generated hall, as the live hall tells its learner."""
    matter = event.person.matter if event.person else None
    if event.kind == "finished" and matter:
        learner.finished(matter.line, matter.item, event.seconds, event.at)
        learner.called(matter.line, True)
    elif event.kind == "missed" and matter:
        learner.called(matter.line, False, event.seconds)
    elif event.kind == "gap":
        learner.gap(event.seconds)
    elif event.kind == "back":
        learner.paused(event.seconds)
    elif event.kind in ("shown", "absent"):
        learner.shown(event.seconds if event.kind == "shown" else None)


def replay(figures: Figures, seed: int, learner: Learner, calibration: Calibration, simple: Simple, errors: Errors) -> None:
    """One day: what is said to each who takes a ticket, and how long they then wait."""
    made, oracle = day(figures, Credits(), seed), Oracle(figures)
    said: dict[int, Any] = {}
    simple.last.clear()
    for event in made.run():
        tell(learner, event)
        person = event.person
        if event.kind == "finished":
            simple.n, simple.total = simple.n + 1, simple.total + event.seconds
        if person is None:
            continue
        if event.kind == "joined":
            oracle.now = event.at
            hall = made.hall()
            place = list(made.waiting).index(person.number)
            ours = estimate(hall, learner, calibration)[place]
            best = estimate(hall, oracle, Calibration())[place]
            said[person.number] = ours, best, simple.say(made, person), event.at
        elif event.kind == "called":
            ours, best, (people, last), at = said.pop(person.number)
            waited = event.at - at
            simple.last[person.matter.line, person.kind] = waited
            if ours.range is None or best.range is None:
                continue
            errors.off["ours"].append(abs(ours.range[1] - waited))
            errors.off["oracle"].append(abs(best.range[1] - waited))
            errors.off["people"].append(abs(people - waited))
            errors.off["last"].append(abs(last - waited))
            errors.off["wait"].append(waited)
            errors.within.append(ours.range[0] <= waited <= ours.range[2])
            calibration.add(ours.raw, waited)
