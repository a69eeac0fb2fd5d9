"""What credits do to a hall of given figures: the table that a manager reads before choosing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import stdev

from backend.queue.wait.figures import Figures
from backend.queue.wait.generate import day
from backend.queue.wait.people import Credits

DAYS = 60
SEEDS = 20261125
BLOCKS = 5  # of days, by whose differences the table says how sure it is
KINDS = ("booked", "priority", "walk-in")


@dataclass(frozen=True, slots=True)
class Row:
    """Minutes that nine of ten wait no longer than, under a credit of so many minutes.

    Booked people are counted from their slot (or from a later check-in), others from their arrival. Other days
    of the same figures would move each by about `unsure` minutes (a standard error, the largest of the three).
    """

    credit: int
    booked: float
    priority: float
    walk_in: float
    unsure: float


def credit_table(
    figures: Figures, credits: Sequence[int] = (0, 15, 30, 60, 90), days: int = DAYS
) -> list[Row]:
    """A row for each credit, given to booked and to priority people alike; the same `days` for all rows."""
    return [_row(figures, minutes, days) for minutes in credits]


def _row(figures: Figures, minutes: int, days: int) -> Row:
    credits = Credits(minutes * 60, minutes * 60)
    made = [_waits(figures, credits, seed) for seed in range(SEEDS, SEEDS + days)]
    blocks = [made[first::BLOCKS] for first in range(min(BLOCKS, days))]
    booked, priority, walk_in = (round(_ninth(made, kind), 1) for kind in KINDS)
    unsure = max(_unsure([_ninth(one, kind) for one in blocks]) for kind in KINDS)
    return Row(minutes, booked, priority, walk_in, unsure)


def _waits(figures: Figures, credits: Credits, seed: int) -> list[tuple[str, float]]:
    """Of one day: each person's kind, and the minutes from when the wait begins to count."""
    made = day(figures, credits, seed)
    for _ in made.run():
        pass
    return [(one.kind, ((one.called_at or one.due) - one.due) / 60) for one in made.people]


def _ninth(days: list[list[tuple[str, float]]], kind: str) -> float:
    """The 90th percentile; nobody of a kind waits nothing."""
    ordered = sorted(max(0.0, wait) for waits in days for one, wait in waits if one == kind)
    return ordered[int(0.9 * (len(ordered) - 1))] if ordered else 0.0


def _unsure(blocks: list[float]) -> float:
    return round(stdev(blocks) / sqrt(len(blocks)), 1) if len(blocks) > 1 else 0.0
