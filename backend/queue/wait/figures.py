"""The figures of a hall that the generator makes days from: load, matters, counters, habits.

Times of day are seconds after midnight, durations minutes. The default is a small hall at full load, the
one behind the default credits.
"""

from dataclasses import dataclass, field

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Matter:
    """An item of a line: its share of those who come, its mean time in minutes, the spread of its logarithm."""

    item: str
    line: str
    share: float
    minutes: float
    spread: float = 0.6


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter: the lines it serves (None: all), and its lunch."""

    lines: frozenset[str] | None = None
    lunch: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Surge:
    """So many times the people for one item, so much slower, between two times of the day."""

    item: str
    people: float = 2.5
    slower: float = 1.0
    since: float = 0.0
    until: float = 24 * HOUR


def _hours() -> dict[int, float]:
    return {9: 48, 10: 48, 11: 48, 12: 46, 13: 48, 14: 48, 15: 48, 16: 25}


@dataclass(frozen=True)
class Figures:
    """One hall. `per_hour` counts everybody, booked people among them."""

    per_hour: dict[int, float] = field(default_factory=_hours)
    booked: float = 0.45
    priority: float = 0.08
    matters: tuple[Matter, ...] = (
        Matter("户籍", "E", 0.4, 6),
        Matter("社保", "C", 0.4, 8),
        Matter("企业开办", "B", 0.2, 12),
    )
    desks: tuple[Desk, ...] = (Desk(),) * 6
    shown: float = 0.85  # of the booked people
    early: tuple[float, float] = (10.0, 8.0)  # minutes before the slot: mean, standard deviation
    missed: float = 0.05  # of those called
    slot: float = 1.0  # minutes until somebody counts as missed: three calls of 20 seconds
    gap: float = 0.33  # minutes from one person to the next call
    pause: tuple[float, float] = (0.02, 10.0)  # share of services that a pause follows, mean minutes
    opens: float = 9 * HOUR
    closes: float = 16.5 * HOUR  # no numbers after this; everybody with one is served
    surge: Surge | None = None
