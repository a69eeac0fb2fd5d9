"""A share learned as it happens: how many of those called come, how many counters pause after a service."""

from dataclasses import dataclass

KEPT = 400.0  # observations in memory: older ones fade


@dataclass(slots=True)
class Share:
    """`hits` of `n`, both fading."""

    n: float = 0.0
    hits: float = 0.0

    def add(self, hit: bool) -> None:
        """Learn one yes or no."""
        fade = min(1.0, KEPT / (self.n + 1))
        self.n, self.hits = (self.n + 1) * fade, (self.hits + hit) * fade

    def value(self, prior: float, worth: float) -> float:
        """The share, drawn towards a prior that counts as so many observations."""
        return (self.hits + prior * worth) / (self.n + worth)
