"""What a hall has learned about itself, as a plain dict that a table can keep and the event table can rebuild.

Durations of service are learned per item and drawn towards the line, the hall and a first guess while there
is little to go by: each level weighs its own mean by its precision (a normal hierarchy with known spread).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from math import exp, log, sqrt
from typing import Any

from backend.queue.wait.level import Level
from backend.queue.wait.share import Share
from backend.queue.wait.streams import Rate

GUESS = {
    "service": (480.0, 0.3),
    "gap": (20.0, 0.3),
    "slot": (60.0, 0.1),
    "pause": (600.0, 0.5),
}  # s, variance
UNSURE = 0.1  # variance of the logarithm between halls: a first guess is out by a third
APART = 0.12  # variance of the logarithm between lines of a hall, items of a line
POOLED = 10.0  # observations that the spread of the level above is worth
MISSED, PAUSED, SHOWN = (0.05, 40.0), (0.01, 100.0), (0.85, 20.0)  # a first guess and its worth
EARLY = (600.0, 480.0)  # seconds that booked people come before their slot: mean, standard deviation


@dataclass(frozen=True, slots=True)
class Spread:
    """A log-normal duration in seconds: mean and deviation of the logarithm, and how sure the mean is."""

    mean: float
    sd: float
    unsure: float

    @property
    def seconds(self) -> float:
        """Its mean."""
        return exp(self.mean + self.sd**2 / 2)


@dataclass
class Learner:
    """Feed it what happens; the forward simulation asks it what may come."""

    levels: defaultdict[str, Level] = field(default_factory=lambda: defaultdict(Level))
    shares: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    rates: defaultdict[str, Rate] = field(default_factory=lambda: defaultdict(Rate))

    def came(self, line: str, credit: float, at: float) -> None:
        """Somebody with a credit in seconds, who had not booked, took a ticket."""
        self.rates[line].add(credit, at)

    def finished(self, line: str, item: str, seconds: float) -> None:
        """A service ended, `seconds` after its call. What a slip began should not be told."""
        self.levels["service"].add(seconds, jumps=False)
        self.levels[f"service/{line}"].add(seconds, jumps=False)
        self.levels[f"service/{line}/{item}"].add(seconds)

    def gap(self, seconds: float) -> None:
        """A counter called the next one, with people waiting, so long after the last one left."""
        self.levels["gap"].add(seconds)
        self.shares["pause"].add(False)

    def paused(self, seconds: float) -> None:
        """A counter came back from a pause that nobody had planned."""
        self.levels["pause"].add(seconds)
        self.shares["pause"].add(True)

    def called(self, line: str, came: bool, seconds: float = 0.0) -> None:
        """Whether somebody came when called; if not, for how long the counter waited."""
        self.shares["missed"].add(not came)
        self.shares[f"missed/{line}"].add(not came)
        if not came:
            self.levels["slot"].add(seconds)

    def shown(self, early: float | None) -> None:
        """Somebody booked checked in, so many seconds before the slot; None: did not come."""
        self.shares["shown"].add(early is not None)
        if early is not None:
            self.levels["early"].add(early + 3600)  # a positive number, as a level needs

    def service(self, line: str, item: str) -> Spread:
        """Of the item, from call to end."""
        chain = [self.levels.get(key) for key in ("service", f"service/{line}", f"service/{line}/{item}")]
        return _drawn(chain, *GUESS["service"])

    def other(self, what: str) -> Spread:
        """Of a `gap`, the `slot` of somebody who does not come, an unplanned `pause`."""
        return _drawn([self.levels.get(what)], *GUESS[what])

    def missed(self, line: str) -> float:
        """The share of those called who do not come."""
        whole = self.shares["missed"].value(*MISSED)
        return self.shares[f"missed/{line}"].value(whole, MISSED[1])

    def pauses(self) -> float:
        """The share of services after which the counter pauses."""
        return self.shares["pause"].value(*PAUSED)

    def comes(self) -> float:
        """The share of booked people who come."""
        return self.shares["shown"].value(*SHOWN)

    def early(self) -> tuple[float, float]:
        """How many seconds before the slot booked people check in: mean and deviation."""
        level = self.levels.get("early", Level())
        return EARLY if level.n < 20 else (exp(level.mean) - 3600, exp(level.mean) * sqrt(level.variance))

    def to_dict(self) -> dict[str, Any]:
        """Numbers and strings only: fit for a JSON column."""
        return {
            "levels": {key: level.to_list() for key, level in self.levels.items()},
            "shares": {key: [share.n, share.hits] for key, share in self.shares.items()},
            "rates": {key: rate.to_list() for key, rate in self.rates.items()},
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Learner":
        """What `to_dict` wrote; an empty dict is a hall on its first day."""
        found = cls()
        found.levels.update({key: Level.from_list(row) for key, row in kept.get("levels", {}).items()})
        found.shares.update({key: Share(*row) for key, row in kept.get("shares", {}).items()})
        found.rates.update({key: Rate(*row) for key, row in kept.get("rates", {}).items()})
        return found


def _drawn(chain: list[Level | None], seconds: float, variance: float) -> Spread:
    """The last level's mean and variance, drawn towards those before it."""
    mean, unsure, apart = log(seconds), UNSURE, 0.0
    for level in chain:
        unsure, apart = unsure + apart, APART
        if level is None or not level.n:
            continue
        above, own = 1 / unsure, level.n / level.variance
        mean, unsure = (mean * above + level.mean * own) / (above + own), 1 / (above + own)
        variance = (level.variance * level.n + variance * POOLED) / (level.n + POOLED)
    return Spread(mean, sqrt(variance), sqrt(unsure))
