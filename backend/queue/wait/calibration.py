"""Ranges made honest by the hall's own errors: the middle and both ends move a little with each ticket called.

Stochastic approximation of quantiles, as in adaptive conformal inference (Gibbs & Candès 2021): an end that
is passed too often moves out, one that is passed too seldom moves in. Works on log(wait + a minute).
"""

from dataclasses import dataclass

import numpy as np

from backend.queue.wait.draws import Array

STEP = 0.008
OUTSIDE = 0.1  # the share of waits that should lie beyond each end of an 80 % interval
LEAST, MOST = 0.3, 4.0  # times the simulated width
MINUTE, FOREVER = 60.0, 1e7

Range = tuple[float, float, float]


@dataclass(slots=True)
class Calibration:
    """`middle` is added to the logarithm; `low` and `high` multiply the simulated half widths."""

    middle: float = 0.0
    low: float = 1.0
    high: float = 1.0

    def fit(self, raw: Range) -> Range:
        """Seconds of P10, P50, P90, as simulated, corrected."""
        low, middle, high = self.fit_all(np.array([raw]))[0].tolist()
        return low, middle, high

    def fit_all(self, raw: Array) -> Array:
        """The same for many rows."""
        logs = np.log(np.clip(raw, 0.0, FOREVER) + MINUTE)
        middle = logs[:, 1]
        centre = middle + self.middle
        ends = centre - self.low * (middle - logs[:, 0]), centre, centre + self.high * (logs[:, 2] - middle)
        return np.maximum(0.0, np.exp(np.stack(ends, axis=1)) - MINUTE)

    def add(self, raw: Range, waited: float) -> None:
        """Somebody to whom `raw` was simulated was called after `waited` seconds."""
        low, middle, high = self.fit(raw)
        weight = min(1.0, raw[1] / 300)  # what is said to be next says little about the whole
        self.middle += STEP / 8 * weight * ((waited > middle) - (waited < middle))
        self.low = _kept(self.low + STEP * ((1 - OUTSIDE) if waited < low else -OUTSIDE))
        self.high = _kept(self.high + STEP * ((1 - OUTSIDE) if waited > high else -OUTSIDE))

    def to_list(self) -> Range:
        """Three numbers; `Calibration(*numbers)` reads them."""
        return self.middle, self.low, self.high


def _kept(width: float) -> float:
    return max(LEAST, min(MOST, width))
