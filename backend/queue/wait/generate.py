"""A day of a hall, made up from its figures: who comes, who is called when, under given credits.

Prints the credits table, so that a manager chooses with open eyes; feeds the replay bench and the tests.
A day is plain Python over a heap of moments; the same figures, credits and seed make the same day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import log
from random import Random

from backend.queue.wait.figures import HOUR, Figures, Matter, Surge
from backend.queue.wait.people import Credits, Event, Person, Place
from backend.queue.wait.state import Expected, Hall, Stream

SLOT = 1800.0  # seconds
CALM = Surge("", people=1.0)
SOONEST, LATEST = 1800.0, 900.0  # a booking is checked in so long before and after its start; else ordinary


@dataclass
class Day:
    """Iterate over `run()`; between two events `hall()` is what stands there to be seen."""

    figures: Figures
    credits: Credits
    random: Random
    now: float = 0.0
    people: list[Person] = field(default_factory=list)
    waiting: dict[int, Person] = field(default_factory=dict)
    booked: dict[int, Person] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    moments: list[tuple[float, int, int, str, Person | Place]] = field(default_factory=list)
    made: int = 0
    planned: int = 0

    def run(self) -> Iterator[Event]:
        """The day from its opening until the last one has gone."""
        self.places = [Place(desk, number) for number, desk in enumerate(self.figures.desks)]
        self._plan()
        while self.moments:
            self.now, _, _, kind, who = heappop(self.moments)
            yield from getattr(self, f"_{kind}")(who)
            yield from self._call()

    def add(self, kind: str, matter: Matter, came_at: float, slot: float | None = None) -> Person:
        """Somebody of whom it is known when they come: before the day runs, or later than its `now`."""
        person = Person(self._next(), kind, matter, came_at, slot)
        if slot is not None:
            self.booked[person.id] = person
        self._at(came_at, "joined", person)
        return person

    def hall(self) -> Hall:
        """What can be seen now; how many priority people come is known from earlier days."""
        figures, hour = self.figures, int(self.now // HOUR)
        unbooked = figures.per_hour.get(hour, 0.0) * figures.priority
        return Hall(
            self.now,
            tuple(person.ticket for person in self.waiting.values()),
            tuple(place.seen() for place in self.places),
            tuple(
                Expected(one.matter.line, one.matter.item, one.slot or 0.0, self.credits.booked)
                for one in self.booked.values()
            ),
            tuple(
                Stream(one.line, one.item, self.credits.priority, unbooked * one.share)
                for one in figures.matters
            ),
        )

    def _plan(self) -> None:
        for hour, count in sorted(self.figures.per_hour.items()):
            for matter in self.figures.matters:
                surge = self._surge(matter, hour * HOUR).people
                self._walk_in(hour, matter, count * matter.share * surge * (1 - self.figures.booked))
        for slot, count in self._slots():
            for _ in range(count):
                self._book(slot)

    def _surge(self, matter: Matter, at: float) -> Surge:
        """The surge as it bears on a matter at a time."""
        surge = self.figures.surge
        here = surge and surge.item == matter.item and surge.since <= at < surge.until
        return surge if surge and here else CALM

    def _walk_in(self, hour: int, matter: Matter, count: float) -> None:
        """A Poisson process within the hour; some of them have priority."""
        at = hour * HOUR + self.random.expovariate(count / HOUR)
        while at < min((hour + 1) * HOUR, self.figures.closes):
            kind = "priority" if self.random.random() < self._priority() else "walk-in"
            if at >= self.figures.opens:
                self._at(at, "joined", Person(self._next(), kind, matter, at))
            at += self.random.expovariate(count / HOUR)

    def _priority(self) -> float:
        """Among those who have not booked."""
        return self.figures.priority / (1 - self.figures.booked)

    def _slots(self) -> Iterator[tuple[float, int]]:
        """The starts of the slots, and how many are booked: always the same share of places."""
        carried, start = 0.0, self.figures.opens
        while start + SLOT <= self.figures.closes:
            carried += (
                self.figures.per_hour.get(int(start // HOUR), 0)
                / 2
                * self.figures.booked
                / self.figures.shown
            )
            yield start, int(carried)
            carried -= int(carried)
            start += SLOT

    def _book(self, slot: float) -> None:
        matter = self.random.choices(self.figures.matters, [one.share for one in self.figures.matters])[0]
        mean, deviation = self.figures.early
        early = 60 * self.random.gauss(mean, deviation)
        came_at = max(slot - min(SOONEST, max(-LATEST, early)), self.figures.opens)
        person = Person(self._next(), "booked", matter, came_at, slot)
        self.booked[person.id] = person
        shows = self.random.random() < self.figures.shown
        self._at(came_at if shows else slot + LATEST, "joined" if shows else "absent", person)

    def _next(self) -> int:
        self.made += 1
        return self.made

    def _at(self, when: float, kind: str, who: Person | Place) -> None:
        self.planned += 1  # the last word between moments: counters all come back from lunch at one time
        order = len(self.moments) + self.made * 1000 + self.random.randrange(999)
        heappush(self.moments, (when, order, self.planned, kind, who))

    def _joined(self, person: Person) -> Iterator[Event]:
        credit = {"booked": self.credits.booked, "priority": self.credits.priority}.get(person.kind, 0.0)
        person.turn_at = person.due - credit
        self.people.append(person)
        person.number = len(self.people)
        self.waiting[person.number] = person
        if self.booked.pop(person.id, None):
            yield Event(self.now, "shown", person, (person.slot or 0.0) - person.came_at)
        yield Event(self.now, "joined", person)

    def _absent(self, person: Person) -> Iterator[Event]:
        del self.booked[person.id]
        yield Event(self.now, "absent", person)

    def _call(self) -> Iterator[Event]:
        """Every counter that is ready takes the first one whom it may serve."""
        for place in self.places:
            if place.waits and (able := [one for one in self.waiting.values() if self._serves(place, one)]):
                yield from self._start(place, min(able, key=lambda one: (one.turn_at, one.number)))

    @staticmethod
    def _serves(place: Place, person: Person) -> bool:
        return place.desk.lines is None or person.matter.line in place.desk.lines

    def _start(self, place: Place, person: Person) -> Iterator[Event]:
        del self.waiting[person.number]
        person.called_at, person.place = self.now, place.number
        place.person, place.busy_since, place.waits, place.idle_since = person, self.now, False, None
        missed = self.random.random() < self.figures.missed
        yield Event(self.now, "called", person)
        if missed:
            self._at(self.now + self.figures.slot * 60, "missed", place)
        else:
            self._at(self.now + self._lasts(person.matter), "finished", place)

    def _lasts(self, matter: Matter) -> float:
        return 60 * self._surge(matter, self.now).slower * self._drawn(matter.minutes, matter.spread)

    def _drawn(self, mean: float, spread: float) -> float:
        return self.random.lognormvariate(log(mean) - spread**2 / 2, spread)

    def _finished(self, place: Place) -> Iterator[Event]:
        yield Event(self.now, "finished", place.person, self.now - (place.busy_since or 0.0))
        self._left(place)

    def _missed(self, place: Place) -> Iterator[Event]:
        yield Event(self.now, "missed", place.person, self.now - (place.busy_since or 0.0))
        self._left(place)

    def _left(self, place: Place) -> None:
        place.person, place.busy_since, place.idle_since = None, None, self.now
        lunch = place.desk.lunch
        if lunch and not place.lunched and self.now >= lunch[0]:
            place.lunched, place.paused_since, place.reopens_at = True, self.now, max(lunch[1], self.now)
            self._at(place.reopens_at, "back", place)
        elif self.random.random() < self.figures.pause[0]:
            place.paused_since = self.now
            self._at(self.now + 60 * self._drawn(self.figures.pause[1], 0.7), "back", place)
        else:
            self._at(self.now + 60 * self._drawn(self.figures.gap, 0.5), "ready", place)

    def _ready(self, place: Place) -> Iterator[Event]:
        place.waits = True
        if self.waiting:
            yield Event(self.now, "gap", None, self.now - (place.idle_since or self.now))
        place.idle_since = None

    def _back(self, place: Place) -> Iterator[Event]:
        if place.reopens_at is None:
            yield Event(self.now, "back", None, self.now - (place.paused_since or self.now))
        place.paused_since = place.reopens_at = place.idle_since = None
        place.waits = True


def day(figures: Figures, credits: Credits, seed: int) -> Day:
    """A day that has not begun."""
    return Day(figures, credits, Random(seed))  # noqa: S311 — a day that anybody can make again
