"""How long tickets keep a counter and when counters become free, drawn from what is known of the hall."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from backend.queue.wait import draws
from backend.queue.wait.draws import REPLICAS, Array
from backend.queue.wait.learning import Spread
from backend.queue.wait.state import Counter

LEVELS, SERVICE, MISSED, SLOT, GAP, PAUSED, PAUSE, BUSY = range(8)  # each kind of draw has its own numbers


class Truth(Protocol):
    """What the simulation asks about a hall: a `Learner` has learned it, an oracle knows it."""

    def service(self, line: str, item: str) -> Spread: ...
    def other(self, what: str) -> Spread: ...
    def missed(self, line: str) -> float: ...
    def pauses(self) -> float: ...
    def comes(self) -> float: ...
    def early(self) -> tuple[float, float]: ...


def occupied(kinds: Sequence[tuple[str, str]], knows: Truth) -> Array:
    """Seconds from one call to the next that each ticket, given by line and item, takes at a counter."""
    count = len(kinds)
    known = {kind: (knows.service(*kind), knows.missed(kind[0])) for kind in set(kinds)}
    index = {kind: number for number, kind in enumerate(sorted(known))}
    which = np.array([index[kind] for kind in kinds], dtype=int)
    spreads = [known[kind][0] for kind in index]
    mean, sd = _level(spreads)[:, which], np.array([one.sd for one in spreads])[which]
    service = np.exp(mean + sd * draws.normals(count, SERVICE))
    slot = _drawn(knows.other("slot"), count, SLOT)
    missed = np.array([known[kind][1] for kind in index])[which]
    lasts = np.where(draws.uniform(count, MISSED) < missed, slot, service)
    return lasts + _break(count, knows)


def _level(spreads: Sequence[Spread]) -> Array:
    """The means themselves are not known for sure: each replica believes in its own."""
    unsure = np.array([one.unsure for one in spreads])
    return np.array([one.mean for one in spreads]) + unsure * draws.normals(len(spreads), LEVELS)


def _drawn(spread: Spread, count: int, salt: int) -> Array:
    return np.exp(spread.mean + spread.sd * draws.normals(count, salt))


def _break(count: int, knows: Truth) -> Array:
    """The gap before the next call, or now and then a pause."""
    pauses = draws.uniform(count, PAUSED) < knows.pauses()
    gap = _drawn(knows.other("gap"), count, GAP)
    return np.where(pauses, _drawn(knows.other("pause"), count, PAUSE), gap)


def free_from(now: float, counters: Sequence[Counter], knows: Truth) -> Array:
    """When each counter can call the next one, REPLICAS × counters."""
    if not counters:
        return np.empty((REPLICAS, 0))
    spreads, since = zip(*(_doing(one, now, knows) for one in counters), strict=True)
    elapsed = now - np.array(since)
    mean, sd = _level(spreads), np.array([one.sd for one in spreads])
    floor = (np.log(np.maximum(elapsed, 1e-9)) - mean.mean(0)) / sd
    whole = np.exp(mean + sd * draws.above(floor, BUSY))
    free = now + np.maximum(whole - elapsed, 1.0)
    busy = np.array([one.busy_since is not None for one in counters])
    free = np.where(busy, free + _break(len(counters), knows), free)
    known = np.array([np.nan if one.reopens_at is None else max(one.reopens_at, now) for one in counters])
    free = np.where(np.isnan(known), free, known)
    idle = np.array([one.busy_since is one.paused_since is one.idle_since is None for one in counters])
    return _after_lunch(np.where(idle & np.isnan(known), now, free), counters)


def _doing(counter: Counter, now: float, knows: Truth) -> tuple[Spread, float]:
    """What keeps the counter from calling, and since when."""
    if counter.busy_since is not None:
        return knows.service(counter.line, counter.item), counter.busy_since
    if counter.paused_since is not None:
        return knows.other("pause"), counter.paused_since
    return knows.other("gap"), now if counter.idle_since is None else counter.idle_since


def _after_lunch(free: Array, counters: Sequence[Counter]) -> Array:
    leaves = np.array([one.leaves_at for one in counters])
    returns = np.array([one.returns_at for one in counters])
    return np.where((free >= leaves) & (free < returns), returns, free)
