"""Waiting times on generated days: ours against simpler rules and an oracle that knows the true figures.

Every ticket is scored once, with what is said when it is taken. The order of days, their seeds and figures
are fixed. `limit` is the mean absolute error of the oracle: the same simulation, with true distributions.
"""

import sys
from collections import defaultdict
from dataclasses import dataclass, field, replace
from math import log
from statistics import fmean
from typing import Any

from backend.queue.wait.estimate import Estimate, estimate
from backend.queue.wait.figures import HOUR, Desk, Figures, Matter, Surge
from backend.queue.wait.generate import Day, day
from backend.queue.wait.habits import Habits
from backend.queue.wait.learning import Learner, Spread
from backend.queue.wait.people import Credits, Event, Person
from backend.queue.wait.streams import streams

SEED, DAYS, HISTORY, DAY = 1000, 20, 10, 86400.0
HALL = Figures(
    per_hour={8: 40, 9: 85, 10: 95, 11: 75, 12: 40, 13: 60, 14: 85, 15: 75, 16: 35},
    opens=8.5 * HOUR,
    matters=(
        Matter("身份证", "E", 0.16, 5, 0.5), Matter("户口迁移", "E", 0.08, 14, 0.7),
        Matter("居住证", "E", 0.08, 7, 0.5), Matter("参保登记", "C", 0.14, 8, 0.6),
        Matter("医保报销", "C", 0.10, 12, 0.8), Matter("养老认证", "C", 0.10, 4, 0.4),
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
        minutes, spread = {
            "gap": (figures.gap, 0.5),
            "pause": (figures.pause[1], 0.7),
            "slot": (figures.slot, 0.01),
        }[what]
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
    """The rules that halls use: people ahead × mean ÷ counters, and the wait of the last one called."""

    n: int = 0
    total: float = 0.0
    last: dict[str, float] = field(default_factory=dict)

    def say(self, made: Day, person: Person) -> dict[str, float]:
        """Seconds by rule. The last one called is the line's, or that of the line and kind of person."""
        line, mine = person.matter.line, (person.turn_at, person.number)
        same = [one for one in made.waiting.values() if one.matter.line == line]
        ahead = sum((one.turn_at, one.number) < mine for one in same)
        desks = [place.desk.lines for place in made.places if place.paused_since is None]
        working = sum(lines is None or line in lines for lines in desks)
        mean = self.total / self.n if self.n else 480
        return {
            "people": ahead * mean / max(1, working),
            "last of line": self.last.get(line, 0.0),
            "last of kind": self.last.get(line + person.kind, 0.0),
        }

    def see(self, event: Event) -> None:
        """Learns from a call and from the end of a service."""
        if event.kind == "finished":
            self.n, self.total = self.n + 1, self.total + event.seconds
        if event.kind == "called" and (person := event.person):
            waited = event.at - person.came_at
            self.last |= {person.matter.line: waited, person.matter.line + person.kind: waited}


@dataclass
class Replay:
    """Days in a row: what is said to each who takes a number, by rule, and the error once they are called."""

    learner: Learner = field(default_factory=Learner)
    habits: Habits = field(default_factory=Habits)
    simple: Simple = field(default_factory=Simple)
    errors: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    within: list[bool] = field(default_factory=list)

    def day(self, number: int, scored: bool) -> None:
        """Every fifth day has the surge."""
        figures = replace(HALL, surge=SURGE) if number % 5 == 4 else HALL
        made = day(figures, Credits(), SEED + number)
        oracle = Oracle(figures) if scored else None
        said: dict[int, tuple[Estimate, dict[str, float]]] = {}
        self.simple.last.clear()
        for event in made.run():
            person = event.person
            tell(self.learner, replace(event, at=event.at + number * DAY))
            self.simple.see(event)
            if person and event.kind == "joined":
                said[person.number] = self._ours(made, number, person), self._others(made, person, oracle)
            elif person and event.kind == "called":
                self._learn(person, number, said[person.number][0], event.at - person.came_at)
                self._score(*said.pop(person.number), event.at - person.came_at)

    def _ours(self, made: Day, number: int, person: Person) -> Estimate:
        """Sees no figures: people who come unannounced are learned, too."""
        at = made.now + number * DAY
        hall = replace(made.hall(), streams=streams(self.learner.rates, at))
        return _of(person, estimate(hall, self.learner, self.habits, at))

    def _others(self, made: Day, person: Person, oracle: Oracle | None) -> dict[str, float]:
        if oracle is None:
            return {}
        oracle.now = made.now
        best = _of(person, estimate(made.hall(), oracle, Habits()))
        return self.simple.say(made, person) | ({"oracle": best.range[1]} if best.range else {})

    def _learn(self, person: Person, number: int, ours: Estimate, waited: float) -> None:
        if ours.said is not None:
            self.habits.add(person.matter.line, person.came_at + number * DAY, ours.said, waited)

    def _score(self, ours: Estimate, others: dict[str, float], waited: float) -> None:
        if ours.range is not None and "oracle" in others:
            self.within.append(ours.range[0] <= waited <= ours.range[2])
            for rule, seconds in ({"ours": ours.range[1]} | others).items():
                self.errors[rule].append(abs(seconds - waited) / 60)


def _of(person: Person, found: list[Estimate]) -> Estimate:
    return next(one for one in found if one.ticket == str(person.number))


def tell(learner: Learner, event: Event) -> None:
    """What happens in a generated hall, as the live hall tells its learner."""
    matter = event.person.matter if event.person else None
    if matter and event.kind == "joined" and event.person and event.person.kind == "priority":
        learner.came(matter.line, Credits().priority, event.at)
    elif matter and event.kind == "finished":
        learner.finished(matter.line, matter.item, event.seconds)
        learner.called(matter.line, True)
    elif matter and event.kind == "missed":
        learner.called(matter.line, False, event.seconds)
    elif event.kind == "gap":
        learner.gap(event.seconds)
    elif event.kind == "back":
        learner.paused(event.seconds)
    elif event.kind in ("shown", "absent"):
        learner.shown(event.seconds if event.kind == "shown" else None)


async def sim() -> dict[str, Any]:
    """Errors in minutes over the days after `HISTORY`; last-to-enter-service is the better one of two."""
    replay = Replay()
    for number in range(DAYS):
        replay.day(number, scored=number >= HISTORY)
        print(f"day {number + 1} of {DAYS}", file=sys.stderr)
    mae = {rule: fmean(errors) for rule, errors in replay.errors.items()}
    last = min(mae["last of line"], mae["last of kind"])
    return {
        "value": round(mae["ours"], 2), "unit": "minutes of error", "limit": round(mae["oracle"], 2),
        "limit_by": "an oracle that knows the true figures", "mae": round(mae["ours"], 2),
        "of_last": round(mae["ours"] / last, 3), "of_people_ahead": round(mae["ours"] / mae["people"], 3),
        "covers": round(fmean(replay.within), 3), "tickets": len(replay.within),
    }  # fmt: skip
