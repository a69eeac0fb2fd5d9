"""One course of the hall after another, all replicas a step at a time: the loop of the forward simulation."""

from dataclasses import dataclass

import numpy as np

from backend.queue.wait.draws import REPLICAS, Array

ROWS = np.arange(REPLICAS)
NEVER = np.inf


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


def play(at: Tables) -> Array:
    """Call by call until all who are asked for were called or nobody can call them.

    Everything is looked up in flat arrays with `take`, twice as fast as two indices: this is the loop that
    must serve 600 tickets in every replica within 50 ms.
    """
    counters, columns, width, tickets = at.free.shape[1], at.heads.size, at.order.shape[1], at.lasts.shape[1]
    by_counter, by_column, by_ticket = ROWS * counters, ROWS * columns, ROWS * (tickets + 1)
    order, key, ready, lasts = at.order.ravel(), at.key.ravel(), at.ready.ravel(), closed(at.lasts).ravel()
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


def closed(table: Array) -> Array:
    """With a last column of what never happens, for nobody."""
    return np.hstack([table, np.full((REPLICAS, 1), NEVER)])
