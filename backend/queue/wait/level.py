"""One duration learned as it happens: a log-normal with forgetting, deaf to outliers, quick after a jump."""

from dataclasses import dataclass, field
from math import log, sqrt

KEPT = 200.0  # observations in memory: older ones fade
FAR = 2.5  # standard deviations; what lies further counts as if it lay there
CLIPPED = 0.95  # the variance that is left of a normal one after that
SLACK, ALARM = 0.7, 4.5  # Page's CUSUM in standard deviations: a jump of ln 2 is seen after about 7
PRIOR_VARIANCE, PRIOR_WEIGHT = 0.3, 8.0  # of the logarithm, and how many observations it is worth


@dataclass(slots=True)
class Drift:
    """How far the latest observations have run off to one side, since when."""

    excess: float = 0.0
    n: float = 0.0
    total: float = 0.0

    def add(self, z: float, x: float) -> None:
        """One standardised step; a run that falls back to nothing starts anew."""
        self.excess = max(0.0, self.excess + z - SLACK)
        self.n, self.total = (self.n + 1, self.total + x) if self.excess else (0.0, 0.0)


@dataclass(slots=True)
class Level:
    """Mean and variance of the logarithm of a duration in seconds, worth `n` observations."""

    n: float = 0.0
    mean: float = 0.0
    variance: float = PRIOR_VARIANCE
    up: Drift = field(default_factory=Drift)
    down: Drift = field(default_factory=Drift)

    def add(self, seconds: float, jumps: bool = True) -> None:
        """Learn one duration (a second at least). A mixture, such as a line, has no jumps to look for."""
        x = log(max(seconds, 1.0))
        if not self.n:
            self.n, self.mean = 1.0, x
            return
        sd = sqrt(self.variance)
        z = max(-FAR, min(FAR, (x - self.mean) / sd))
        self._move(z * sd)
        if jumps:
            self._watch(z, sd)

    def _watch(self, z: float, sd: float) -> None:
        x = self.mean + z * sd
        self.up.add(z, x)
        self.down.add(-z, x)
        self._jump(self.up)
        self._jump(self.down)

    def _move(self, off: float) -> None:
        self.n = min(self.n + 1, KEPT)
        self.mean += off / self.n
        self.variance += (off * off / CLIPPED - self.variance) / (self.n + PRIOR_WEIGHT)

    def _jump(self, drift: Drift) -> None:
        if drift.excess > ALARM:
            self.mean, self.n = drift.total / drift.n, drift.n
            self.up, self.down = Drift(), Drift()

    def to_list(self) -> list[float]:
        """Nine numbers that `from_list` reads."""
        sides = [number for one in (self.up, self.down) for number in (one.excess, one.n, one.total)]
        return [self.n, self.mean, self.variance, *sides]

    @classmethod
    def from_list(cls, kept: list[float]) -> "Level":
        """What `to_list` wrote."""
        n, mean, variance = kept[:3]
        return cls(n, mean, variance, Drift(*kept[3:6]), Drift(*kept[6:9]))
