"""A line's day that is over: what became of everybody who came, as the core's generator of days has it.

Times are seconds after midnight. The bookings are given; who came without one is made up.
"""

from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import msgspec

from backend.queue.wait.estimate import Estimate, estimate
from backend.queue.wait.figures import Figures
from backend.queue.wait.generate import Day, day
from backend.queue.wait.habits import Habits
from backend.queue.wait.learning import Learner
from backend.queue.wait.people import Credits, Event, Person

AT_ONCE = 3.0  # the soonest that somebody is called
RETURN = 0.4  # of those who missed their call, so many come back …
AWAY = (120.0, 1500.0)  # … after so long …
GIVEN_UP = 1800.0  # … and the others' numbers are given up after this


class Booking(msgspec.Struct, frozen=True):
    """Somebody who came with a booking of a matter, named by its id."""

    id: UUID
    item: str
    came_at: float
    slot: float


@dataclass(slots=True)
class Number:
    """What became of a number: it was called once or, missed and returned, twice; by counters counted from 0."""

    who: Person
    booking: UUID | None
    calls: list[tuple[float, int]] = field(default_factory=list)
    missed: list[float] = field(default_factory=list)
    back: float | None = None
    ended: float = 0.0
    done: bool = False
    told: Estimate | None = None


@dataclass
class LineDay:
    """One day; `run()` it once. With `telling`, a number in so many is told how long it will take."""

    figures: Figures
    bookings: list[Booking]
    seed: int
    learner: Learner | None = None
    telling: int = 0
    numbers: dict[int, Number] = field(default_factory=dict)  # by the person
    pauses: list[tuple[int, float, float, bool]] = field(default_factory=list)  # counter, from, to, for lunch
    away: dict[int, tuple[float, float | None]] = field(default_factory=dict)
    last: float = 0.0

    def run(self) -> "LineDay":
        """Until the last one has gone."""
        made = day(self.figures, Credits(), self.seed)
        chance = Random(self.seed)  # noqa: S311  # the same day every time
        matters = {one.item: one for one in self.figures.matters}
        for one in self.bookings:
            who = made.add("booked", matters[one.item], one.came_at, one.slot)
            self.numbers[who.id] = Number(who, one.id)
        for event in made.run():
            self.last = event.at
            self._watch(made)
            if self.learner:
                _teach(self.learner, event)
            if event.person and (follow := getattr(self, f"_{event.kind}", None)):
                follow(event.person, made, chance)
        return self

    def _joined(self, who: Person, made: Day, chance: Random) -> None:
        number = self.numbers.setdefault(who.id, Number(who, None))
        if self.learner and self.telling and who.number % self.telling == 0 and not number.calls:
            number.told = estimate(made.hall(), self.learner, Habits())[-1]

    def _called(self, who: Person, made: Day, chance: Random) -> None:
        self.numbers[who.id].calls.append((max(made.now, who.came_at + AT_ONCE), who.place or 0))

    def _finished(self, who: Person, made: Day, chance: Random) -> None:
        number = self.numbers[who.id]
        number.ended, number.done = made.now, True

    def _missed(self, who: Person, made: Day, chance: Random) -> None:
        number = self.numbers[who.id]
        number.missed.append(made.now)
        number.ended = made.now + GIVEN_UP
        if number.back is None and chance.random() < RETURN:
            number.back = made.now + chance.uniform(*AWAY)
            again = made.add("returned", who.matter, number.back)
            self.numbers[again.id] = number

    def _watch(self, made: Day) -> None:
        """Which counters have gone for a while, and which are back."""
        for place in made.places:
            if place.paused_since is not None:
                self.away[place.number] = place.paused_since, place.reopens_at
            elif place.number in self.away:
                since, until = self.away.pop(place.number)
                self.pauses.append((place.number, since, until or made.now, until is not None))


def _teach(learner: Learner, event: Event) -> None:
    """As the live hall does: see `pace`."""
    matter = event.person.matter if event.person else None
    if matter and event.kind == "finished":
        learner.finished(matter.line, matter.item, event.seconds)
        learner.called(matter.line, True)
    elif matter and event.kind == "missed":
        learner.called(matter.line, False, event.seconds)
    elif event.kind in ("gap", "shown"):
        getattr(learner, event.kind)(event.seconds)
    elif event.kind == "back":
        learner.paused(event.seconds)
