"""How waits like this one turned out before, by queue: seconds for each person ahead.

The simulation knows the pace but not the habits: the lunch that nobody announces, letters called by turns. Nearness
in length of queue, time of day and age weighs each remembered wait; their weighted quantiles are mixed with the
simulated ones by what each was worth so far, so a hall that the simulation describes well is left to it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any

import numpy as np

from backend.queue.wait.calibration import MINUTE
from backend.queue.wait.draws import Array

KEPT = 600  # rows a queue, the latest
ALIKE, NEAR = 0.3, 7200.0  # of the logarithm of the queue's length; seconds of the time of day
TODAY, FADES = 2.0, 0.95  # how much more a row of today counts, how much is left of it with each day
ENOUGH = 0.3  # weight of rows at which their word counts half
DAY = 86400.0
QUANTILES = np.array([0.08, 0.5, 0.92])  # of few rows; of many it would be a tenth at each end
SHARP = 6.0  # power of the errors' ratio: who errs half as much has nearly the whole word
JUDGED, FIRST = (
    200.0,
    (20.0, 0.4, 0.5),
)  # tickets an error is judged by; a first guess: its worth, simulated, remembered

Row = tuple[float, float, float]


@dataclass(slots=True)
class Worth:
    """The mean error of the logarithm of what was simulated and of what was remembered."""

    n: float = FIRST[0]
    simulated: float = FIRST[1]
    remembered: float = FIRST[2]

    def add(self, simulated: float, remembered: float) -> None:
        """Both errors of one ticket."""
        self.n = min(self.n + 1, JUDGED)
        self.simulated += (simulated - self.simulated) / self.n
        self.remembered += (remembered - self.remembered) / self.n

    @property
    def share(self) -> float:
        """The word of what is remembered, 0 to 1."""
        ratio = (self.remembered + 0.01) / (self.simulated + 0.01)
        return float(1 / (1 + ratio**SHARP))


@dataclass
class Memory:
    """Rows of when it began, the logarithm of people ahead + 1, and that of seconds for each of these."""

    rows: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    worth: defaultdict[str, Worth] = field(default_factory=lambda: defaultdict(Worth))
    sorted: dict[str, Array] = field(default_factory=dict, repr=False, compare=False)

    def add(self, queue: str, at: float, ahead: int, waited: float) -> None:
        """Somebody who came at that time, with so many ahead, waited so many seconds."""
        rows = self.rows[queue]
        rows.append((round(at), round(log(ahead + 1), 3), round(log(max(waited, 1.0) / (ahead + 1)), 3)))
        del rows[:-KEPT]
        self.sorted.pop(queue, None)

    def judge(self, queue: str, simulated: float, remembered: float, waited: float) -> None:
        """What was worth more to one of whom both were said, in seconds."""
        errors = [abs(log((waited + MINUTE) / (said + MINUTE))) for said in (simulated, remembered)]
        self.worth[queue].add(*errors)

    def fit(self, queue: str, at: float, ahead: Sequence[int], raw: Array) -> tuple[Array, Array]:
        """P10, P50, P90 in seconds of several tickets, mixed; and of each the middle that is remembered (nan: none)."""
        if not self.rows.get(queue):
            return raw, np.full(len(raw), np.nan)
        seen, weight = self._seen(queue, at, np.array(ahead))
        trust = (weight / (weight + ENOUGH) * self.worth[queue].share)[:, None]
        said = np.maximum(raw, 1.0)
        mixed = np.where(np.isfinite(said), np.exp(np.log(seen) * trust + np.log(said) * (1 - trust)), said)
        return mixed, seen[:, 1]

    def _seen(self, queue: str, at: float, ahead: Array) -> tuple[Array, Array]:
        """Quantiles of what is remembered of queues of such lengths, and the weight of it."""
        if queue not in self.sorted:
            self.sorted[queue] = np.array(sorted(self.rows[queue], key=lambda row: row[2])).T
        when, size, each = self.sorted[queue]
        lengths, which = np.unique(ahead, return_inverse=True)
        near = np.exp(-np.abs(np.log(lengths + 1)[:, None] - size) / ALIKE) * _nearness(at, when)
        total = np.cumsum(near, axis=1)
        places = [np.searchsorted(row, QUANTILES * row[-1]) for row in total]
        seen = np.exp(each[np.minimum(places, len(each) - 1)]) * (lengths + 1)[:, None]
        return seen[which], total[which, -1]

    def to_dict(self) -> dict[str, Any]:
        """Numbers and strings only."""
        worth = {queue: [one.n, one.simulated, one.remembered] for queue, one in self.worth.items()}
        return {"rows": dict(self.rows), "worth": worth}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Memory":
        """What `to_dict` wrote."""
        found = cls()
        found.rows.update({queue: list(map(tuple, rows)) for queue, rows in kept.get("rows", {}).items()})
        found.worth.update({queue: Worth(*row) for queue, row in kept.get("worth", {}).items()})
        return found


def _nearness(at: float, when: Array) -> Array:
    """By age and time of day."""
    days = np.floor(at / DAY) - np.floor(when / DAY)
    apart = np.abs(at - when) % DAY
    apart = np.minimum(apart, DAY - apart)
    return np.asarray(np.where(days < 1, TODAY, FADES**days) * np.exp(-apart / NEAR))
