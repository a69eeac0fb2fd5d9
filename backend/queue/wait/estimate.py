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
    """Seconds until the call: P10, P50, P90; None where nobody works who could call it.

    `raw` is what was simulated: keep it with the ticket, the hall's calibration learns from it.
    `ahead` counts those before it at the same counters; `serving`, `paused` count these counters.
    """

    ticket: str
    ahead: int
    serving: int
    paused: int
    range: Range | None
    raw: Range | None


def estimate(hall: Hall, knows: Truth, calibration: Calibration) -> list[Estimate]:
    """One for each of `hall.waiting`, in its order."""
    if not hall.waiting:
        return []
    calls = np.sort(starts(hall, knows), axis=0)[[LOW, MIDDLE, HIGH]].T
    reach = {kind: _reach(hall, kind) for kind in {(one.line, one.item) for one in hall.waiting}}
    ahead = _ahead(hall, reach)
    return [
        _said(one.ticket, before, _counts(reach[one.line, one.item], hall.now), raw, calibration)
        for one, before, raw in zip(hall.waiting, ahead, calls.tolist(), strict=True)
    ]


def _said(ticket: str, ahead: int, counts: tuple[int, int], raw: Range, calibration: Calibration) -> Estimate:
    serving, paused = counts
    if not serving or raw[2] == np.inf:
        return Estimate(ticket, ahead, serving, paused, None, None)
    kept = raw[0], raw[1], raw[2]
    return Estimate(ticket, ahead, serving, paused, calibration.fit(kept), kept)


def _reach(hall: Hall, kind: tuple[str, str]) -> frozenset[Counter]:
    return frozenset(counter for counter in hall.counters if counter.open and counter.serves(*kind))


def _counts(counters: frozenset[Counter], now: float) -> tuple[int, int]:
    """Counters that work, or are known to come back; counters on a pause."""
    paused = [counter for counter in counters if counter.paused_since is not None]
    known = [counter for counter in paused if counter.reopens_at is not None]
    working = len(counters) - len(paused)
    return working or len(known), len(paused)


def _ahead(hall: Hall, reach: dict[tuple[str, str], frozenset[Counter]]) -> list[int]:
    """How many with a smaller key may be called by half or more of the counters that may call each."""
    keys: defaultdict[tuple[str, str], list[tuple[float, int, int]]] = defaultdict(list)
    for place, one in enumerate(hall.waiting):
        keys[one.line, one.item].append((one.turn_at, one.number, place))
    ahead = np.zeros(len(hall.waiting), dtype=int)
    for kind, mine in keys.items():
        rivals = [row for other in keys if 2 * len(reach[other] & reach[kind]) >= len(reach[kind]) for row in keys[other]]
        order = {place: number for number, (_, _, place) in enumerate(sorted(rivals))}
        for _, _, place in mine:
            ahead[place] = order[place]
    return [int(count) for count in ahead]
