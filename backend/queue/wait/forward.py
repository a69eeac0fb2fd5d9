"""The hall played forward: when each waiting ticket is called, in REPLICAS possible courses at once.

A counter that becomes free takes the smallest `(turn_at, number)` among those present whom it may serve.
Tickets that the same counters may serve stand in one column, in that order; people still to come stand in
a second column beside it, in the order of their coming. One step serves one ticket in every replica.
"""

import numpy as np

from backend.queue.wait.coming import Coming, coming
from backend.queue.wait.course import ROWS, Tables, closed, play
from backend.queue.wait.draws import REPLICAS, Array
from backend.queue.wait.durations import Truth, free_from, occupied
from backend.queue.wait.state import Hall


def starts(hall: Hall, knows: Truth) -> Array:
    """Seconds from now until each of `hall.waiting` is called, REPLICAS × tickets; inf: by nobody here."""
    tables = _tables(hall, knows)
    begun = play(tables)
    return begun[:, : len(hall.waiting)] - hall.now


def _tables(hall: Hall, knows: Truth) -> Tables:
    counters = [counter for counter in hall.counters if counter.open]
    came = coming(hall, knows)
    kinds = sorted({(w.line, w.item) for w in hall.waiting} | set(came.kinds))
    reach = {kind: tuple(counter.serves(*kind) for counter in counters) for kind in kinds}
    groups = sorted(set(reach.values()))
    column = {kind: groups.index(reach[kind]) for kind in kinds}
    order, key, ready, heads = _columns(hall, came, column, len(groups))
    return Tables(
        free=free_from(hall.now, counters, knows),
        leaves=np.array([counter.leaves_at for counter in counters]),
        returns=np.array([counter.returns_at for counter in counters]),
        serves=np.repeat(np.array(groups, dtype=bool).reshape(len(groups), len(counters)).T, 2, axis=1),
        heads=heads, order=order, key=key, ready=ready,
        lasts=occupied([*((w.line, w.item) for w in hall.waiting), *came.kinds], knows),
        asked=len(hall.waiting),
    )  # fmt: skip


def _columns(
    hall: Hall, came: Coming, column: dict[tuple[str, str], int], groups: int
) -> tuple[np.ndarray, Array, Array, np.ndarray]:
    """Two columns a group, each closed by a place where nobody stands."""
    present: list[list[int]] = [[] for _ in range(groups)]
    later: list[list[int]] = [[] for _ in range(groups)]
    count = len(hall.waiting)
    for number, one in enumerate(hall.waiting):
        (later if one.not_before > hall.now else present)[column[one.line, one.item]].append(number)
    for number, kind in enumerate(came.kinds):
        later[column[kind]].append(count + number)
    # From now on, not from 1970: a number must still be told apart behind the seconds.
    turns = [w.turn_at - hall.now + w.number * 1e-7 for w in hall.waiting]
    keys = np.hstack([_same(turns), came.turn_at - hall.now])
    there = np.hstack([_same([w.not_before for w in hall.waiting]), came.at])
    end = keys.shape[1]
    keys, there = closed(keys), closed(there)
    parts: list[np.ndarray] = []
    for now, then in zip(present, later, strict=True):
        now.sort(key=lambda number: keys[0, number])
        parts += [_same([*now, end]).astype(int), _sorted(there, then, end)]
    heads = np.cumsum([0, *(part.shape[1] for part in parts)])[:-1]
    order = np.hstack(parts) if parts else np.full((REPLICAS, 1), end)
    rows = ROWS[:, None]
    return order, keys[rows, order], there[rows, order], heads


def _same(row: list[float] | list[int]) -> Array:
    return np.broadcast_to(np.array(row, dtype=float), (REPLICAS, len(row)))


def _sorted(there: Array, which: list[int], end: int) -> np.ndarray:
    numbers = np.array([*which, end])
    return numbers[np.argsort(there[:, numbers], axis=1, kind="stable")]
