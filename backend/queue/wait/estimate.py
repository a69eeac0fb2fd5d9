"""The wait of everybody in a hall: a likely time, an 80 % range and what it rests on."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from backend.queue.wait.calibration import Calibration, Range
from backend.queue.wait.draws import REPLICAS
from backend.queue.wait.durations import Truth
from backend.queue.wait.forward import starts
from backend.queue.wait.state import Counter, Hall

LOW, MIDDLE, HIGH = (int(share * (REPLICAS - 1) + 0.5) for share in (0.1, 0.5, 0.9))


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds until the call: P10, P50, P90; None where no counter works that could call it.

    `raw` is what was simulated: keep it with the ticket, the hall's calibration learns from it.
    `ahead` counts those before it at the same counters; `serving` counts these that work, `paused` has the
    word for each of the others, and `reopens_at` is when the first is known to come back, if none works.
    """

    ticket: str
    ahead: int
    serving: int
    paused: tuple[str, ...]
    reopens_at: float | None
    range: Range | None
    raw: Range | None


def estimate(hall: Hall, knows: Truth, calibration: Calibration) -> list[Estimate]:
    """One for each of `hall.waiting`, in its order."""
    if not hall.waiting:
        return []
    calls = np.sort(starts(hall, knows), axis=0)[[LOW, MIDDLE, HIGH]].T
    reach = {kind: _reach(hall, kind) for kind in {(one.line, one.item) for one in hall.waiting}}
    can = {kind: _can(counters) for kind, counters in reach.items()}
    rows = zip(
        hall.waiting, _ahead(hall, reach), calls.tolist(), calibration.fit_all(calls).tolist(), strict=True
    )
    return [_said(one.ticket, ahead, can[one.line, one.item], raw, fit) for one, ahead, raw, fit in rows]


Can = tuple[int, tuple[str, ...], float | None]


def _said(ticket: str, ahead: int, can: Can, raw: list[float], fit: list[float]) -> Estimate:
    serving, _, reopens_at = can
    if (not serving and reopens_at is None) or raw[2] == np.inf:
        return Estimate(ticket, ahead, *can, None, None)
    return Estimate(ticket, ahead, *can, (fit[0], fit[1], fit[2]), (raw[0], raw[1], raw[2]))


def _reach(hall: Hall, kind: tuple[str, str]) -> frozenset[Counter]:
    return frozenset(counter for counter in hall.counters if counter.open and counter.serves(*kind))


def _can(counters: frozenset[Counter]) -> Can:
    """How many work, the words for the others, and when the first of those comes back if none works."""
    paused = [counter for counter in counters if counter.paused_since is not None]
    back = [counter.reopens_at for counter in paused if counter.reopens_at is not None]
    working = len(counters) - len(paused)
    return working, tuple(sorted(one.pause for one in paused)), None if working else min(back, default=None)


def _ahead(hall: Hall, reach: dict[tuple[str, str], frozenset[Counter]]) -> list[int]:
    """How many with a smaller key may be called by half or more of the counters that may call each."""
    keys: defaultdict[tuple[str, str], list[tuple[float, int, int]]] = defaultdict(list)
    for place, one in enumerate(hall.waiting):
        keys[one.line, one.item].append((one.turn_at, one.number, place))
    ahead = np.zeros(len(hall.waiting), dtype=int)
    for kind, mine in keys.items():
        rivals = [
            row
            for other in keys
            if 2 * len(reach[other] & reach[kind]) >= len(reach[kind])
            for row in keys[other]
        ]
        order = {place: number for number, (_, _, place) in enumerate(sorted(rivals))}
        for _, _, place in mine:
            ahead[place] = order[place]
    return [int(count) for count in ahead]
