"""The wait of everybody in a hall: a likely time and an 80 % range."""

from dataclasses import dataclass

import numpy as np

from backend.queue.wait.calibration import Range
from backend.queue.wait.draws import REPLICAS
from backend.queue.wait.durations import Truth
from backend.queue.wait.forward import starts
from backend.queue.wait.habits import Habits, Said
from backend.queue.wait.state import Hall

LOW, MIDDLE, HIGH = (int(share * (REPLICAS - 1) + 0.5) for share in (0.1, 0.5, 0.9))


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds until the call: P10, P50, P90; None where no counter works that could call it, nor is known to return.

    `said` is what stood behind it: keep it with the ticket, the hall's habits learn from it.
    """

    ticket: str
    range: Range | None
    said: Said | None


def estimate(hall: Hall, knows: Truth, habits: Habits, at: float | None = None) -> list[Estimate]:
    """One for each of `hall.waiting`, in its order.

    `at` is the moment on a clock that runs on from day to day, where that of the hall begins anew with each.
    """
    if not hall.waiting:
        return []
    calls = np.sort(starts(hall, knows), axis=0)[[LOW, MIDDLE, HIGH]].T
    serve = {kind: _served(hall, *kind) for kind in {(one.line, one.item) for one in hall.waiting}}
    said, ranges = habits.fit(hall, calls, hall.now if at is None else at)
    rows = zip(hall.waiting, said, ranges.tolist(), strict=True)
    return [_told(one.ticket, serve[one.line, one.item], behind, fit) for one, behind, fit in rows]


def _told(ticket: str, served: bool, said: Said, fit: list[float]) -> Estimate:
    if not served or said.raw[2] == np.inf:
        return Estimate(ticket, None, None)
    return Estimate(ticket, (fit[0], fit[1], fit[2]), said)


def _served(hall: Hall, line: str, item: str) -> bool:
    """A counter works that could call it, or is known to come back."""
    able = [counter for counter in hall.counters if counter.open and counter.serves(line, item)]
    return any(counter.paused_since is None or counter.reopens_at is not None for counter in able)
