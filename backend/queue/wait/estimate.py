"""The wait of everybody in a hall: a likely time and an 80 % range."""

from dataclasses import dataclass

import numpy as np

from backend.queue.wait.calibration import Calibration, Range
from backend.queue.wait.draws import REPLICAS
from backend.queue.wait.durations import Truth
from backend.queue.wait.forward import starts
from backend.queue.wait.state import Hall

LOW, MIDDLE, HIGH = (int(share * (REPLICAS - 1) + 0.5) for share in (0.1, 0.5, 0.9))


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds until the call: P10, P50, P90; None where no counter works that could call it, nor is known to return.

    `raw` is what was simulated: keep it with the ticket, the hall's calibration learns from it.
    """

    ticket: str
    range: Range | None
    raw: Range | None


def estimate(hall: Hall, knows: Truth, calibration: Calibration) -> list[Estimate]:
    """One for each of `hall.waiting`, in its order."""
    if not hall.waiting:
        return []
    calls = np.sort(starts(hall, knows), axis=0)[[LOW, MIDDLE, HIGH]].T
    serve = {kind: _served(hall, *kind) for kind in {(one.line, one.item) for one in hall.waiting}}
    rows = zip(hall.waiting, calls.tolist(), calibration.fit_all(calls).tolist(), strict=True)
    return [_said(one.ticket, serve[one.line, one.item], raw, fit) for one, raw, fit in rows]


def _said(ticket: str, served: bool, raw: list[float], fit: list[float]) -> Estimate:
    if not served or raw[2] == np.inf:
        return Estimate(ticket, None, None)
    return Estimate(ticket, (fit[0], fit[1], fit[2]), (raw[0], raw[1], raw[2]))


def _served(hall: Hall, line: str, item: str) -> bool:
    """A counter works that could call it, or is known to come back."""
    able = [counter for counter in hall.counters if counter.open and counter.serves(line, item)]
    return any(counter.paused_since is None or counter.reopens_at is not None for counter in able)
