"""Who and what a generated day is made of: people, counters, what is recorded of them."""

from dataclasses import dataclass

from backend.queue.wait.figures import Desk, Matter
from backend.queue.wait.state import Counter, Waiting


@dataclass(frozen=True, slots=True)
class Credits:
    """How many seconds booked and priority people are put before those who came when they did."""

    booked: float = 3600.0
    priority: float = 3600.0


@dataclass(slots=True)
class Person:
    """One who comes, and what became of it. `due` is when the wait begins to count; `place` is that of the call."""

    id: int
    kind: str  # walk-in, booked, priority
    matter: Matter
    came_at: float
    slot: float | None = None
    number: int = 0
    turn_at: float = 0.0
    called_at: float | None = None
    place: int | None = None

    @property
    def ticket(self) -> Waiting:
        """As the queue sees them."""
        return Waiting(str(self.number), self.matter.line, self.matter.item, self.turn_at, self.number)

    @property
    def due(self) -> float:
        """The later of the arrival and the slot's start."""
        return max(self.came_at, self.slot or 0.0)


@dataclass(frozen=True, slots=True)
class Event:
    """What the hall records: joined, called, finished, missed, called-next, back, shown, absent."""

    at: float
    kind: str
    person: Person | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class Place:
    """A counter during the day."""

    desk: Desk
    number: int
    person: Person | None = None
    busy_since: float | None = None
    paused_since: float | None = None
    reopens_at: float | None = None
    idle_since: float | None = None
    lunched: bool = False
    waits: bool = True  # ready to call at once

    def seen(self) -> Counter:
        """What anybody can see of it."""
        matter = self.person.matter if self.person else None
        leaves, returns = self.desk.lunch or (float("inf"),) * 2
        return Counter(
            str(self.number), self.desk.lines, paused_since=self.paused_since, reopens_at=self.reopens_at,
            busy_since=self.busy_since, line=matter.line if matter else "", item=matter.item if matter else "",
            idle_since=self.idle_since, leaves_at=float("inf") if self.lunched else leaves,
            returns_at=float("inf") if self.lunched else returns,
        )  # fmt: skip
