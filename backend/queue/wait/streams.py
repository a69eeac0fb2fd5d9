"""How many people with a credit come unannounced, by line and hour of the day, as earlier days had it.

Hours and days are those of the clock in use; of `datetime.timestamp()` a day ends at 08:00 in Qidong, when
every hall is closed.
"""

from dataclasses import dataclass, field
from typing import Any

from backend.queue.wait.state import Stream

KEPT = 20  # days in memory: older ones fade
HOUR, HOURS = 3600.0, 24


@dataclass(slots=True)
class Rate:
    """People an hour, mean of `days`, and those of the current day."""

    credit: float = 0.0
    day: int = -1
    days: int = 0
    mean: list[float] = field(default_factory=lambda: [0.0] * HOURS)
    today: list[float] = field(default_factory=lambda: [0.0] * HOURS)

    def add(self, credit: float, at: float) -> None:
        """Somebody came."""
        self.turn(at)
        self.credit = credit
        self.today[int(at // HOUR) % HOURS] += 1

    def turn(self, at: float) -> None:
        """A new day files the last one."""
        day = int(at // (HOUR * HOURS))
        if day != self.day and self.day >= 0:
            self.days = min(self.days + 1, KEPT)
            self.mean = [
                kept + (new - kept) / self.days for kept, new in zip(self.mean, self.today, strict=True)
            ]
            self.today = [0.0] * HOURS
        self.day = day

    def per_hour(self, at: float) -> float:
        """From now on: of this hour and the next, as it was; on a first day, as it has been since it began."""
        self.turn(at)
        hour, past = int(at // HOUR) % HOURS, at % HOUR / HOUR
        if self.days:
            return self.mean[hour] * (1 - past) + self.mean[(hour + 1) % HOURS] * past
        first = next((number for number, count in enumerate(self.today) if count), hour)
        return sum(self.today) / (hour - first + past + 0.5)

    def to_list(self) -> list[Any]:
        """What `Rate(*…)` reads."""
        return [self.credit, self.day, self.days, self.mean, self.today]


def streams(rates: dict[str, Rate], now: float) -> tuple[Stream, ...]:
    """For the forward simulation: every line where such people have come."""
    return tuple(Stream(line, "", rate.credit, rate.per_hour(now)) for line, rate in rates.items())
