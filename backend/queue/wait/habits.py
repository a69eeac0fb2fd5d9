"""What a hall knows of its own waits beside the simulation: how they turned out, and how far off it was."""

from collections import defaultdict
from dataclasses import dataclass, field
from math import isnan
from typing import Any

import numpy as np

from backend.queue.wait.calibration import Calibration, Range
from backend.queue.wait.draws import Array
from backend.queue.wait.memory import Memory
from backend.queue.wait.state import Hall


@dataclass(frozen=True, slots=True)
class Said:
    """What stood behind a range, to be kept with the ticket: the hall learns from it once the ticket is called.

    `raw` are the seconds before they were corrected; `simulated` and `remembered` (None: nothing was) the two
    middles that it was mixed from; `ahead` the people who waited before it in its queue.
    """

    raw: Range
    ahead: int
    simulated: float
    remembered: float | None

    def to_list(self) -> list[float | None]:
        """For a JSON column; `Said.from_list` reads it."""
        return [*(round(one, 1) for one in self.raw), self.ahead, self.simulated, self.remembered]

    @classmethod
    def from_list(cls, kept: list[Any]) -> "Said":
        """What `to_list` wrote."""
        low, middle, high, ahead, simulated, remembered = kept
        return cls((low, middle, high), ahead, simulated, remembered)


@dataclass
class Habits:
    """Asked for each ticket of a hall at once, told of each that is called."""

    memory: Memory = field(default_factory=Memory)
    calibration: Calibration = field(default_factory=Calibration)

    def fit(self, hall: Hall, calls: Array, at: float) -> tuple[list[Said], Array]:
        """Of the simulated P10, P50, P90 of `hall.waiting`: what stands behind each, and the ranges people are told."""
        ahead = _ahead(hall)
        raw, remembered = calls.copy(), np.full(len(calls), np.nan)
        of: defaultdict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(hall.waiting):
            of[one.of].append(number)
        for queue, numbers in of.items():
            mine = [ahead[number] for number in numbers]
            raw[numbers], remembered[numbers] = self.memory.fit(queue, at, mine, calls[numbers])
        rows = zip(raw.tolist(), ahead, calls[:, 1].tolist(), remembered.tolist(), strict=True)
        said = [Said((r[0], r[1], r[2]), n, s, None if isnan(m) else m) for r, n, s, m in rows]
        return said, self.calibration.fit_all(raw)

    def add(self, queue: str, at: float, said: Said, waited: float) -> None:
        """Somebody who came to the queue at that time was called after so many seconds."""
        self.calibration.add(said.raw, waited)
        if said.remembered is not None:
            self.memory.judge(queue, said.simulated, said.remembered, waited)
        self.memory.add(queue, at, said.ahead, waited)

    def to_dict(self) -> dict[str, Any]:
        """Numbers and strings only: fit for a JSON column."""
        return {"memory": self.memory.to_dict(), "calibration": self.calibration.to_list()}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Habits":
        """What `to_dict` wrote; an empty dict is a hall on its first day."""
        return cls(Memory.from_dict(kept.get("memory", {})), Calibration(*kept.get("calibration", ())))


def _ahead(hall: Hall) -> list[int]:
    """People of the same queue who come before each of `hall.waiting`."""
    ahead, seen = [0] * len(hall.waiting), defaultdict[str, int](int)
    for number in sorted(range(len(ahead)), key=lambda n: (hall.waiting[n].turn_at, hall.waiting[n].number)):
        queue = hall.waiting[number].of
        ahead[number], seen[queue] = seen[queue], seen[queue] + 1
    return ahead
