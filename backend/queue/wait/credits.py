"""What credits do to a hall of given figures: the table that a manager reads before choosing them."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.queue.wait.figures import Figures
from backend.queue.wait.generate import day
from backend.queue.wait.people import Credits

DAYS = 20
SEEDS = 20261125


@dataclass(frozen=True, slots=True)
class Row:
    """Minutes that nine of ten wait no longer than, under a credit of so many minutes.

    Booked people are counted from their slot (or from a later check-in), others from their arrival.
    """

    credit: int
    booked: float
    priority: float
    walk_in: float


def credit_table(
    figures: Figures, credits: Sequence[int] = (0, 15, 30, 60, 90), days: int = DAYS
) -> list[Row]:
    """A row for each credit, given to booked and to priority people alike; the same `days` for all rows."""
    return [_row(figures, minutes, days) for minutes in credits]


def _row(figures: Figures, minutes: int, days: int) -> Row:
    waits: dict[str, list[float]] = {"booked": [], "priority": [], "walk-in": []}
    for seed in range(SEEDS, SEEDS + days):
        for kind, wait in _waits(figures, Credits(minutes * 60, minutes * 60), seed):
            waits[kind].append(wait / 60)
    return Row(minutes, *(round(_ninth(waits[kind]), 1) for kind in waits))


def _waits(figures: Figures, credits: Credits, seed: int) -> list[tuple[str, float]]:
    made = day(figures, credits, seed)
    for _ in made.run():
        pass
    return [(one.kind, (one.called_at or one.due) - one.due) for one in made.people]


def _ninth(waits: list[float]) -> float:
    """The 90th percentile; nobody of a kind waits nothing."""
    ordered = sorted(max(0.0, wait) for wait in waits)
    return ordered[int(0.9 * (len(ordered) - 1))] if ordered else 0.0
