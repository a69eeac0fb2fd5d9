"""Small halls to wait in, and one that knows everything for sure."""

from math import log
from typing import Any

from backend.queue.wait.learning import Spread
from backend.queue.wait.state import Counter, Hall, Waiting

NOW = 1_795_572_000.0  # as `datetime.timestamp()` has it


class Certain:
    """Every service takes ten minutes, nobody misses a call, no counter pauses, booked people come at once."""

    minutes = 10.0

    def service(self, line: str, item: str) -> Spread:
        """Always the same."""
        return Spread(log(self.minutes * 60), 1e-6, 0.0)

    def other(self, what: str) -> Spread:
        """Nothing to speak of."""
        return Spread(-9.0, 1e-6, 0.0)

    def missed(self, line: str) -> float:
        """Nobody."""
        return 0.0

    def pauses(self) -> float:
        """Never."""
        return 0.0

    def comes(self) -> float:
        """All do."""
        return 1.0

    def early(self) -> tuple[float, float]:
        """Five minutes."""
        return 300.0, 1.0


def waiting(count: int, line: str = "A", item: str = "") -> tuple[Waiting, ...]:
    """Came one after another, a minute apart; the last one a minute ago."""
    return tuple(Waiting(f"{line}{n}", line, item, NOW - (count - n) * 60, n) for n in range(count))


def hall(tickets: tuple[Waiting, ...], *counters: Counter, **more: Any) -> Hall:
    """At ten o'clock."""
    return Hall(NOW, tickets, counters, **more)
