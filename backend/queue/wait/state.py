"""What a waiting time is estimated from: the hall as it stands, without a database.

Every time is in seconds on one clock that only has to run on (the live hall uses `datetime.timestamp()`,
a replay the seconds of its day); what a person reads is turned into minutes at the edge.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that waits. `turn_at` holds its credits already; nobody calls it before `not_before`.

    `queue` is whose habits it follows: its line where empty.
    """

    ticket: str
    line: str
    item: str
    turn_at: float
    number: int = 0
    not_before: float = 0.0
    queue: str = ""

    @property
    def of(self) -> str:
        """The queue whose habits it follows."""
        return self.queue or self.line


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter and whom it may serve: every line and item where the set is None.

    `busy_since` and `item` are those of the one at the counter; else `idle_since` is when the last one left
    while others waited. `pause` is the word people read; a pause with a known end has `reopens_at`.
    At `leaves_at` the counter goes for lunch, until `returns_at`.
    """

    id: str
    lines: frozenset[str] | None = None
    items: frozenset[str] | None = None
    open: bool = True
    paused_since: float | None = None
    pause: str = "暂停"
    reopens_at: float | None = None
    busy_since: float | None = None
    line: str = ""
    item: str = ""
    idle_since: float | None = None
    leaves_at: float = float("inf")
    returns_at: float = float("inf")

    def serves(self, line: str, item: str) -> bool:
        """Whether its skills reach this matter, open or not."""
        return (self.lines is None or line in self.lines) and (self.items is None or item in self.items)


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody booked who has not checked in: the slot's start, the hall's credit in seconds.

    `chance` is that of coming; None: as the hall has learned.
    """

    line: str
    item: str
    starts_at: float
    credit: float
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """People with a credit who come unannounced, such as a priority class: how many an hour from now on."""

    line: str
    item: str
    credit: float
    per_hour: float


@dataclass(frozen=True, slots=True)
class Hall:
    """Everything the forward simulation looks at."""

    now: float
    waiting: tuple[Waiting, ...] = ()
    counters: tuple[Counter, ...] = ()
    expected: tuple[Expected, ...] = ()
    streams: tuple[Stream, ...] = ()
