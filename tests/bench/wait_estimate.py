"""What one change costs: everybody's waiting time in a hall of 600 waiting and 60 counters, in milliseconds.

`limit` is a bare heap in plain Python: the same number of calls in as many replicas, without skills, people
still to come, distributions or percentiles.
"""

import time
from dataclasses import replace
from heapq import heapify, heapreplace
from statistics import median
from typing import Any

from backend.queue.wait.draws import REPLICAS
from backend.queue.wait.estimate import estimate
from backend.queue.wait.habits import Habits, Said
from backend.queue.wait.learning import Learner
from backend.queue.wait.memory import KEPT
from backend.queue.wait.state import Counter, Expected, Hall, Stream, Waiting

LINES, ITEMS, WAITING, COUNTERS, CHANGES = "ABCDEFGH", 24, 600, 60, 40
NOW = 36_000.0


def hall() -> Hall:
    """Eight lines of three items; eight counters take any, the others two lines each; 120 booked to come."""
    waiting = [Waiting(f"{n}", LINES[n % 8], f"{n % ITEMS}", NOW - 3000 + n * 5, n) for n in range(WAITING)]
    expected = [Expected(LINES[n % 8], f"{n % ITEMS}", NOW + n * 60, 3600) for n in range(120)]
    streams = [Stream(line, "", 3600, 6) for line in LINES]
    return Hall(NOW, tuple(waiting), tuple(map(_counter, range(COUNTERS))), tuple(expected), tuple(streams))


def _counter(n: int) -> Counter:
    lines = None if n < 8 else frozenset({LINES[n % 8], LINES[(n + 1) % 8]})
    return Counter(f"{n}", lines, busy_since=NOW - n * 9, line=LINES[n % 8], item=f"{n % 8}")


def learner() -> Learner:
    """Has seen every item."""
    found = Learner()
    for n in range(2000):
        found.finished(LINES[n % 8], f"{n % ITEMS}", 300 + n % 400)
    return found


def habits() -> Habits:
    """Remembers as many waits of every line as it keeps."""
    found = Habits()
    for n in range(KEPT * len(LINES)):
        said = Said((600.0, 900.0, 1300.0), n % 60, 900.0, 950.0)
        found.add(LINES[n % 8], NOW - n * 60, said, 300.0 + n % 700)
    return found


def _change(now: Hall, n: int) -> Hall:
    """The first one is called; somebody else takes a number."""
    first, *others = now.waiting
    new = Waiting(f"new {n}", first.line, first.item, NOW + n, WAITING + n)
    return replace(now, now=now.now + 5, waiting=(*others, new))


def _heap() -> None:
    for _ in range(REPLICAS):
        free = [float(n) for n in range(COUNTERS)]
        heapify(free)
        for n in range(WAITING):
            heapreplace(free, free[0] + n)


async def per_change() -> dict[str, Any]:
    """The median over changes, after a first one that fills the table of draws."""
    now, knows, known, took, bare = hall(), learner(), habits(), [], []
    estimate(now, knows, known)
    for n in range(CHANGES):
        now = _change(now, n)
        started = time.perf_counter()
        estimate(now, knows, known)
        took.append(time.perf_counter() - started)
        started = time.perf_counter()
        _heap()
        bare.append(time.perf_counter() - started)
    return {
        "value": round(median(took) * 1000, 1), "unit": "ms per change", "limit": round(median(bare) * 1000, 1),
        "limit_by": "a bare heap", "worst": round(max(took) * 1000, 1),
    }  # fmt: skip
