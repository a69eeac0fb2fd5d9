"""A hall's queue at a moment (全厅): who waits in which order, who is where. What many people see is read once.

Everything that shows a queue (board, counter, guide, phones, waiting times) draws from this one reading.
"""

import datetime as dt
from typing import Any, Protocol
from uuid import UUID

import msgspec

from backend import clock, db
from backend.queue.desks import OTHER
from backend.queue.lock import rules_from
from backend.queue.tables import Rules
from backend.queue.wait.estimate import Estimate
from backend.refusal import NotFound

HALL = """
SELECT h.id AS hall, h.code, h.name, d.id AS day, to_jsonb(r) AS rules FROM hall h
LEFT JOIN queue_day d ON d.hall = h.id AND d.day = $2 LEFT JOIN queue_rules r ON r.hall = h.id WHERE h.code = $1
"""
SEATS = """
SELECT c.id AS counter, c.number, c.line, l.letter, l.name AS line_name, coalesce(d.state, 'closed') AS state,
       CASE WHEN d.reason = $2 THEN '暂停' ELSE coalesce(d.reason, '') END AS reason,
       coalesce(nullif(d.note, ''), d.reason, '') AS told, d.since, coalesce(d.lines, '{}') AS lines,
       coalesce(d.items, '{}') AS items, d.staff, t.id AS ticket
FROM counter c JOIN line l ON l.id = c.line LEFT JOIN desk d ON d.counter = c.id
LEFT JOIN ticket t ON t.counter = c.id AND t.state IN ('called', 'serving')
WHERE c.hall = $1 ORDER BY c.number
"""
TICKETS = """
SELECT t.id, t.letter, t.digits, t.state, t.line, l.letter AS line_letter, l.name AS line_name, t.series, t.item,
       i.name AS item_name, t.party, t.turn_at, t.taken_at, t.credit, t.priority_class, t.only, t.counter, t.source,
       t.called_at, t.rung_at, t.rings, t.started_at, t.missed_at, t.returned, t.near_at, t.account, t.appointment,
       t.told_middle
FROM ticket t JOIN line l ON l.id = t.line LEFT JOIN item i ON i.id = t.item
WHERE t.day = $1 AND t.state IN ('waiting', 'called', 'serving', 'held', 'missed')
ORDER BY t.turn_at, t.taken_at, t.id
"""


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A live number."""

    id: UUID
    letter: str
    digits: int
    state: str
    line: UUID
    line_letter: str
    line_name: str
    series: UUID | None
    item: UUID | None
    item_name: str | None
    party: UUID
    turn_at: dt.datetime
    taken_at: dt.datetime
    credit: str
    priority_class: str
    only: UUID | None
    counter: UUID | None
    source: str
    called_at: dt.datetime | None
    rung_at: dt.datetime | None
    rings: int
    started_at: dt.datetime | None
    missed_at: dt.datetime | None
    returned: bool
    near_at: dt.datetime | None
    account: UUID | None
    appointment: UUID | None
    told_middle: int | None = None

    @property
    def number(self) -> str:
        """A005."""
        return f"{self.letter}{self.digits:03d}"


class Asks(Protocol):
    """What a counter looks at."""

    @property
    def line(self) -> UUID: ...
    @property
    def series(self) -> UUID | None: ...
    @property
    def item(self) -> UUID | None: ...
    @property
    def only(self) -> UUID | None: ...


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """A counter, its state, and the number it calls or serves. Why it pauses: `reason` for those who wait, `told` for
    staff.
    """

    counter: UUID
    number: int
    line: UUID
    letter: str
    line_name: str
    state: str
    reason: str
    told: str
    since: dt.datetime | None
    lines: list[UUID]
    items: list[UUID]
    staff: UUID | None
    ticket: UUID | None

    def can(self, spot: Asks, rules: Rules) -> bool:
        """Whether this counter can serve a number, or a kind of them: the rule of `call.FITS`."""
        if spot.only:
            return spot.only == self.counter
        mine = {self.line, *self.lines}
        return (
            self.letter in rules.any_lines
            or spot.line in mine
            or spot.series in mine
            or spot.item in self.items
        )


class HallView(msgspec.Struct, frozen=True, kw_only=True):
    """The queue of a hall at `at`; `spots` in the order of their turn."""

    hall: UUID
    code: str
    name: str
    day: UUID | None
    at: dt.datetime
    rules: Rules
    seats: list[Seat]
    spots: list[Spot]
    outlook: dict[UUID, Estimate] = msgspec.field(default_factory=dict)  # of numbers that wait, and by line
    said: dict[UUID, str] = msgspec.field(default_factory=dict)

    def of(self, *states: str) -> list[Spot]:
        """Numbers in these states, in their order."""
        return [spot for spot in self.spots if spot.state in states]

    def spot(self, id: UUID) -> Spot | None:
        """A live number of this hall."""
        return next((spot for spot in self.spots if spot.id == id), None)

    def ahead(self, spot: Spot) -> int:
        """前面还有几位: who waits in the same line and has an earlier turn."""
        line = [one.id for one in self.of("waiting") if one.line == spot.line]
        return line.index(spot.id) if spot.id in line else 0

    def seat(self, counter: UUID | None) -> Seat | None:
        """A counter of this hall."""
        return next((seat for seat in self.seats if seat.counter == counter), None)


async def read(hall: str) -> HallView:
    """Read it: three statements. Refuses: NotFound."""
    now = await clock.now()
    found = await db.rows(HALL, hall, clock.local(now).date())
    if not found:
        raise NotFound("没有找到这个大厅")
    where: dict[str, Any] = found[0]
    spots = [Spot(**row) for row in await db.rows(TICKETS, where["day"])] if where["day"] else []
    seats = [Seat(**row) for row in await db.rows(SEATS, where["hall"], OTHER)]
    return HallView(
        hall=where["hall"], code=where["code"], name=where["name"], day=where["day"], at=now,
        rules=rules_from(where["rules"]), seats=seats, spots=spots,
    )  # fmt: skip
