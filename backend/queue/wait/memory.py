"""How waits like this one turned out before, by line: seconds for each person ahead.

For queues of which little is seen (a display with a number, no services) the simulation knows the pace but
not the habits: the lunch that nobody announces, letters called by turns. Nearness in length of queue, time
of day and age weighs each remembered wait; weighted quantiles replace the simulated ones as they gain weight.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from math import log

import numpy as np

from backend.queue.wait.calibration import Range
from backend.queue.wait.draws import Array

KEPT = 1500  # rows a line, the latest
ALIKE, NEAR = 0.3, 7200.0  # of the logarithm of the queue's length; seconds of the time of day
TODAY, FADES = 2.0, 0.95  # how much more a row of today counts, how much is left of it with each day
ENOUGH = 0.3  # weight of rows at which their word counts half
DAY = 86400.0
QUANTILES = np.array([0.08, 0.5, 0.92])  # of few rows; of many it would be a tenth at each end

Row = tuple[float, float, float]


@dataclass
class Memory:
    """Rows of when it began, the logarithm of people ahead + 1, and that of seconds for each of these."""

    rows: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def add(self, line: str, at: float, ahead: int, waited: float) -> None:
        """Somebody who came at that time, with so many ahead, waited so many seconds."""
        rows = self.rows[line]
        rows.append((at, log(ahead + 1), log(max(waited, 1.0) / (ahead + 1))))
        del rows[:-KEPT]

    def fit(self, line: str, at: float, ahead: int, raw: Range) -> Range:
        """P10, P50, P90 in seconds: `raw` where nothing is remembered, more and more what is."""
        if not (rows := self.rows.get(line)):
            return raw
        when, size, each = np.array(sorted(rows, key=lambda row: row[2])).T
        weight = _weight(at, log(ahead + 1), when, size)
        total = np.cumsum(weight)
        found = np.exp(each[np.searchsorted(total, QUANTILES * total[-1])]) * (ahead + 1)
        trust = total[-1] / (total[-1] + ENOUGH)
        low, middle, high = (
            seen**trust * max(said, 1.0) ** (1 - trust)
            for seen, said in zip(found.tolist(), raw, strict=True)
        )
        return low, middle, high


def _weight(at: float, size: float, when: Array, sizes: Array) -> Array:
    days = np.floor(at / DAY) - np.floor(when / DAY)
    apart = np.abs(at - when) % DAY
    apart = np.minimum(apart, DAY - apart)
    age = np.where(days < 1, TODAY, FADES**days)
    return np.asarray(age * np.exp(-np.abs(sizes - size) / ALIKE - apart / NEAR))
