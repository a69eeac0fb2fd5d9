"""Ranges made honest by the hall's own errors: the middle and both ends move a little with each ticket called.

Stochastic approximation of quantiles, as in adaptive conformal inference (Gibbs & Candès 2021): an end that
is passed too often moves out, one that is passed too seldom moves in. Works on log(wait + a minute).
"""

from dataclasses import dataclass
from math import exp, log

STEP = 0.008
OUTSIDE = 0.1  # the share of waits that should lie beyond each end of an 80 % interval
LEAST, MOST = 0.3, 4.0  # times the simulated width
MINUTE = 60.0

Range = tuple[float, float, float]


@dataclass(slots=True)
class Calibration:
    """`middle` is added to the logarithm; `low` and `high` multiply the simulated half widths."""

    middle: float = 0.0
    low: float = 1.0
    high: float = 1.0

    def fit(self, raw: Range) -> Range:
        """Seconds of P10, P50, P90, as simulated, corrected."""
        low, middle, high = (log(max(0.0, seconds) + MINUTE) for seconds in raw)
        centre = middle + self.middle
        ends = centre - self.low * (middle - low), centre, centre + self.high * (high - middle)
        first, second, third = (max(0.0, exp(end) - MINUTE) for end in ends)
        return first, second, third

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
