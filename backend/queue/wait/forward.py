"""The hall played forward: when each waiting ticket is called, in REPLICAS possible courses at once.

A counter that becomes free takes the smallest `(turn_at, number)` among those present whom it may serve.
Tickets that the same counters may serve stand in one column, in that order; people still to come stand in
a second column beside it, in the order of their coming. One step serves one ticket in every replica.
"""

from dataclasses import dataclass

import numpy as np

from backend.queue.wait.coming import Coming, coming
from backend.queue.wait.draws import REPLICAS, Array
from backend.queue.wait.durations import Truth, free_from, occupied
from backend.queue.wait.state import Hall

ROWS = np.arange(REPLICAS)
NEVER = np.inf


def starts(hall: Hall, knows: Truth) -> Array:
    """Seconds from now until each of `hall.waiting` is called, REPLICAS × tickets; inf: by nobody here."""
    tables = _tables(hall, knows)
    begun = _play(tables)
    return begun[:, : len(hall.waiting)] - hall.now


@dataclass(slots=True)
class Tables:
    """The simulation as arrays. R replicas, C counters, H columns, M places in columns, T tickets."""

    free: Array  # R × C: when the counter can call next
    leaves: Array  # C: when it goes for lunch
    returns: Array  # C
    serves: np.ndarray  # C × H
    heads: np.ndarray  # H: the place where the column begins
    order: np.ndarray  # R × M: which ticket stands there; T at the end of a column
    key: Array  # R × M: its `turn_at`, and its number as a fraction; inf at the end of a column
    ready: Array  # R × M: when it is present
    lasts: Array  # R × T: how long it keeps a counter
    asked: int  # the first so many tickets are those whose start is wanted


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
    keys = np.hstack([_same([w.turn_at + w.number * 1e-7 for w in hall.waiting]), came.turn_at])
    there = np.hstack([_same([w.not_before for w in hall.waiting]), came.at])
    end = keys.shape[1]
    keys, there = _closed(keys), _closed(there)
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


def _closed(table: Array) -> Array:
    return np.hstack([table, np.full((REPLICAS, 1), NEVER)])


def _sorted(there: Array, which: list[int], end: int) -> np.ndarray:
    numbers = np.array([*which, end])
    return numbers[np.argsort(there[:, numbers], axis=1, kind="stable")]


def _play(at: Tables) -> Array:
    """Call by call until all who are asked for were called or nobody can call them.

    Everything is looked up in flat arrays with `take`, twice as fast as two indices: this is the loop that
    must serve 600 tickets in every replica within 50 ms.
    """
    counters, columns, width, tickets = at.free.shape[1], at.heads.size, at.order.shape[1], at.lasts.shape[1]
    by_counter, by_column, by_ticket = ROWS * counters, ROWS * columns, ROWS * (tickets + 1)
    order, key, ready, lasts = at.order.ravel(), at.key.ravel(), at.ready.ravel(), _closed(at.lasts).ravel()
    pointer = ROWS[:, None] * width + at.heads
    flat_pointer, free = pointer.ravel(), at.free.copy()
    flat_free, lunch = free.ravel(), bool(np.isfinite(at.leaves).any())
    calls = Calls(at.asked, tickets)
    while counters and calls.open():
        counter = free.argmin(1)
        which = by_counter + counter
        time = flat_free.take(which)
        able = ready.take(pointer) <= time[:, None]
        serves = at.serves.take(counter, axis=0)
        able &= serves
        keys = np.where(able, key.take(pointer), NEVER)
        head = by_column + keys.argmin(1)
        found = keys.ravel().take(head) < NEVER
        place = flat_pointer.take(head)
        ticket = order.take(place)
        served = np.count_nonzero(found)
        if not served and not np.isfinite(time).any():
            break
        if served < REPLICAS:  # in some replica the counter waits for the next one to come
            ticket = np.where(found, ticket, tickets)
            arrives = np.where(serves, ready.take(pointer), NEVER).min(1)
        then = time + lasts.take(by_ticket + ticket)
        if served < REPLICAS:
            then = np.where(found, then, arrives)
        if lunch:
            leaves, returns = at.leaves.take(counter), at.returns.take(counter)
            then = np.where((then >= leaves) & (then < returns), returns, then)
        flat_free[which] = then
        place += found
        flat_pointer[head] = place
        calls.add(ticket, time)
    return calls.begun()


class Calls:
    """Which ticket was called when, step by step; nobody is counted before all could have been called."""

    def __init__(self, asked: int, tickets: int) -> None:
        self.asked, self.tickets, self.left = asked, tickets, REPLICAS * asked
        self.ticket: list[np.ndarray] = []
        self.time: list[Array] = []

    def add(self, ticket: np.ndarray, time: Array) -> None:
        """One step of all replicas; who stands beyond the last ticket is nobody."""
        self.ticket.append(ticket)
        self.time.append(time)
        if len(self.ticket) > self.asked:
            self.left -= int(np.count_nonzero(ticket < self.asked))
        elif len(self.ticket) == self.asked:
            self.left -= int(np.count_nonzero(np.array(self.ticket) < self.asked))

    def open(self) -> bool:
        """Whether somebody who is asked for has not been called in every replica."""
        return self.left > 0

    def begun(self) -> Array:
        """REPLICAS × tickets (and one that is nobody); inf: never called."""
        table = np.full((REPLICAS, self.tickets + 1), NEVER)
        if self.ticket:
            table[ROWS, np.array(self.ticket)] = np.array(self.time)
        return table
