"""How waits like this one turned out before: the ratio of the real to the simulated wait, by line.

For queues of which little is seen (a display with a number, no services) the simulation knows the pace but
not its habits: the lunch that nobody announces, the letters called by turns. Nearness in length of queue,
time of day and age weighs each remembered ratio; weighted quantiles are what to multiply with.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from backend.queue.wait.calibration import Range
from backend.queue.wait.draws import Array

KEPT = 1500  # rows a line, the latest
ALIKE, NEAR = 0.3, 7200.0  # of the logarithm of the queue's length; seconds of the time of day
TODAY, FADES = 2.0, 0.95  # how much more a row of today counts, how much is left of it with each day
ENOUGH = 0.3  # weight of rows at which their word counts half
DAY = 86400.0
QUANTILES = np.array([0.1, 0.5, 0.9])

Row = tuple[float, float, float]


@dataclass
class Memory:
    """Rows of when it was said, logarithm of people ahead + 1, logarithm of the ratio."""

    rows: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def add(self, line: str, at: float, ahead: int, raw: Range, waited: float) -> None:
        """Somebody to whom `raw` was simulated at that time waited so many seconds."""
        rows = self.rows[line]
        rows.append((at, float(np.log(ahead + 1)), float(np.log(max(waited, 1.0) / max(raw[1], 1.0)))))
        del rows[:-KEPT]

    def fit(self, line: str, at: float, ahead: int, raw: Range) -> Range:
        """`raw` as such waits really turned out; unchanged where none are remembered."""
        if not (rows := self.rows.get(line)):
            return raw
        when, size, ratio = np.array(sorted(rows, key=lambda row: row[2])).T
        weight = _weight(at, float(np.log(ahead + 1)), when, size)
        total = np.cumsum(weight)
        found = np.exp(ratio[np.searchsorted(total, QUANTILES * total[-1])]) * max(raw[1], 1.0)
        trust = total[-1] / (total[-1] + ENOUGH)
        low, middle, high = (
            seen**trust * max(said, 1.0) ** (1 - trust) for seen, said in zip(found.tolist(), raw, strict=True)
        )
        return low, middle, high


def _weight(at: float, size: float, when: Array, sizes: Array) -> Array:
    days = np.floor(at / DAY) - np.floor(when / DAY)
    apart = np.abs(at - when) % DAY
    apart = np.minimum(apart, DAY - apart)
    age = np.where(days < 1, TODAY, FADES**days)
    return np.asarray(age * np.exp(-np.abs(sizes - size) / ALIKE - apart / NEAR))
