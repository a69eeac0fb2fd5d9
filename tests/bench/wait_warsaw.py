"""Waiting times of real queues, of which only the displays were recorded: QIBAN_WARSAW=…/warsaw-queues.csv.gz.

Rows are taken in the order of collection, and nothing is known before it was shown: a ticket's wait is
learned from when its number appears. The last part is scored. A ticket joins at each snapshot where people
wait; its wait is the time until the number after theirs is shown, to within the five minutes between two.
`limit` is the mean absolute error of last-to-enter-service: the wait of the one whose number came up last.
"""

import csv
import gzip
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from statistics import fmean
from typing import Any

from backend.queue.wait.calibration import Range
from backend.queue.wait.estimate import estimate
from backend.queue.wait.habits import Habits
from backend.queue.wait.habits import Said as Behind
from backend.queue.wait.learning import Learner
from backend.queue.wait.state import Counter, Hall, Waiting

TRAINED = 0.7  # of the file, in the order of collection
MINUTE, DAY = 60.0, 86400.0


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the file."""

    queue: str
    at: float
    counters: int
    waiting: int
    official: float
    number: int | None


@dataclass(slots=True)
class Said:
    """What the one who joined at a snapshot was told, in seconds."""

    number: int
    at: float
    behind: Behind
    range: Range
    last: float
    official: float
    scored: bool


@dataclass
class Queue:
    """One queue on one day."""

    called: int | None = None
    called_at: float = 0.0
    waited: float = 0.0  # of the last one called
    issued: list[tuple[float, int]] = field(default_factory=list)
    open: list[Said] = field(default_factory=list)

    def see(self, row: Shown) -> float | None:
        """Takes in a row; returns the seconds from call to call since the last one, where people waited."""
        if row.number is None:
            return None
        before, since = self.called, self.called_at
        if not self.issued or row.number + row.waiting > self.issued[-1][1]:
            self.issued.append((row.at, row.number + row.waiting))
        if before is not None and row.number <= before:
            return None
        self.called, self.called_at = row.number, row.at
        joined = next(at for at, number in self.issued if number >= row.number)
        self.waited = row.at - joined
        return (row.at - since) / (row.number - before) if before is not None and row.waiting else None

    def reached(self, row: Shown) -> list[Said]:
        """Those whose number is called now."""
        if row.number is None:
            return []
        called = [one for one in self.open if one.number <= (row.number or 0)]
        self.open = [one for one in self.open if one.number > (row.number or 0)]
        return called


@dataclass
class Office:
    """What was learned of an office: through the learner, simulation and calibration of every hall."""

    learner: Learner = field(default_factory=Learner)
    habits: Habits = field(default_factory=Habits)
    queues: defaultdict[tuple[str, int], Queue] = field(default_factory=lambda: defaultdict(Queue))

    def see(self, rows: list[Shown], learn: bool, scored: bool) -> Iterator[tuple[Said, float]]:
        """A snapshot: yields whoever is called now and the wait, then tells those who join."""
        for row in rows:
            queue = self.queues[row.queue, int(row.at // DAY)]
            pace = queue.see(row)
            if pace and learn:
                self.learner.finished(row.queue, "", pace)
            for said in queue.reached(row):
                waited = row.at - said.at
                if learn:
                    self.habits.add(row.queue, said.at, said.behind, waited)
                yield said, waited
        self._tell([row for row in rows if row.number is not None and row.waiting and row.counters], scored)

    def _tell(self, rows: list[Shown], scored: bool) -> None:
        if not rows:
            return
        hall = Hall(
            rows[0].at, tuple(one for row in rows for one in _waiting(row)), tuple(map(self._front, rows))
        )
        found = {one.ticket: one for one in estimate(hall, self.learner, self.habits)}
        for row in rows:
            one = found[row.queue]
            if one.said is None or one.range is None:
                continue
            queue = self.queues[row.queue, int(row.at // DAY)]
            official = row.waiting * row.official * MINUTE / row.counters
            number = (row.number or 0) + row.waiting + 1
            queue.open.append(Said(number, row.at, one.said, one.range, queue.waited, official, scored))

    def _front(self, row: Shown) -> Counter:
        """All counters of a queue as one: its pace is what a display shows."""
        since = self.queues[row.queue, int(row.at // DAY)].called_at
        return Counter(row.queue, frozenset({row.queue}), busy_since=since, line=row.queue)


def _waiting(row: Shown) -> list[Waiting]:
    others = [Waiting("", row.queue, "", float(number), number) for number in range(row.waiting)]
    return [*others, Waiting(row.queue, row.queue, "", float(row.waiting), row.waiting)]


def snapshots(path: str) -> Iterator[tuple[str, list[Shown], float]]:
    """Office, its rows of one moment, and how far into the file this is (0 to 1)."""
    with gzip.open(path, "rt") as file:
        rows = list(csv.DictReader(file))
    days: dict[str, dict[str, int]] = defaultdict(dict)
    seen = 0
    for (office, date, time), group in groupby(rows, lambda row: (row["office"], row["date"], row["time"])):
        day = days[office].setdefault(date, len(days[office]))
        at = day * DAY + int(time[:2]) * 3600 + int(time[3:]) * MINUTE
        shown = [_row(row, at) for row in group]
        seen += len(shown)
        yield office, shown, seen / len(rows)


def _row(row: dict[str, str], at: float) -> Shown:
    digits = "".join(filter(str.isdigit, row["last_called"]))
    official = float(row["official_minutes"] or 0)
    return Shown(
        row["queue"],
        at,
        int(row["counters"] or 0),
        int(row["waiting"] or 0),
        official,
        int(digits) if digits else None,
    )


def replay(path: str, trained: float = TRAINED, frozen: bool = False) -> list[tuple[Said, float]]:
    """Everybody told in the scored part whose number came up, with their wait in seconds."""
    offices: defaultdict[str, Office] = defaultdict(Office)
    scored: list[tuple[Said, float]] = []
    for office, rows, part in snapshots(path):
        late = part > trained
        scored += [pair for pair in offices[office].see(rows, not (frozen and late), late) if pair[0].scored]
    return scored


async def warsaw() -> dict[str, Any]:
    """The figures of the scored part, in minutes."""
    path = os.environ.get("QIBAN_WARSAW")
    if not path:
        print("wait.warsaw: QIBAN_WARSAW is not set, so the real queues are left out", file=sys.stderr)
        raise SystemExit(0)
    scored = replay(path)
    mae = fmean(abs(said.range[1] - waited) for said, waited in scored) / MINUTE
    last = fmean(abs(said.last - waited) for said, waited in scored) / MINUTE
    official = fmean(abs(said.official - waited) for said, waited in scored) / MINUTE
    within = fmean(said.range[0] <= waited <= said.range[2] for said, waited in scored)
    return {
        "value": round(mae, 2), "unit": "minutes of error", "limit": round(last, 2),
        "limit_by": "last to enter service", "mae": round(mae, 2), "of_official": round(mae / official, 3),
        "covers": round(within, 3), "tickets": len(scored),
    }  # fmt: skip
