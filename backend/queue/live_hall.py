"""The hall as the simulation of waiting times takes it: a reading of the queue, and who is booked and still to come.

A kind is what decides who can call: line, series, matter, the one counter. The simulation knows kinds as its lines;
`Known` asks what was learned by the line alone.
"""

import datetime as dt
from typing import Any, NamedTuple
from uuid import UUID

from backend.queue.view import HallView, Seat, Spot
from backend.queue.wait.durations import Truth
from backend.queue.wait.learning import Learner, Spread
from backend.queue.wait.state import Counter, Expected, Hall, Stream, Waiting
from backend.queue.wait.streams import streams

# Who is booked for today, has not come, and may still come in time.
COMING = """
SELECT s.line, a.item, s.starts_at FROM appointment a JOIN slot s ON s.id = a.slot
WHERE s.hall = $1 AND s.day = $2 AND a.state = 'booked' AND s.starts_at > $3::timestamptz - make_interval(mins => $4)
"""


class Kind(NamedTuple):
    """What a counter looks at."""

    line: UUID
    series: UUID | None
    item: UUID | None
    only: UUID | None

    def __str__(self) -> str:
        return "/".join(str(part or "") for part in self)


class Known:
    """What a hall has learned, asked by kinds."""

    def __init__(self, learner: Learner) -> None:
        self.learner = learner

    def service(self, line: str, item: str) -> Spread:
        """Of the matter, from call to end."""
        return self.learner.service(line.partition("/")[0], item)

    def missed(self, line: str) -> float:
        """The share of those called who do not come."""
        return self.learner.missed(line.partition("/")[0])

    def __getattr__(self, name: str) -> Any:
        return getattr(self.learner, name)


def known(learner: Learner) -> Truth:
    """The same, as the simulation asks for it."""
    return Known(learner)


def kind_of(spot: Spot) -> Kind:
    """The kind of a number."""
    return Kind(spot.line, spot.series, spot.item, spot.only)


def hall(view: HallView, coming: list[dict[str, Any]], learner: Learner, lines: list[UUID]) -> Hall:
    """The hall, with one more who takes a number now for each of `lines`, known by the line's id."""
    now = view.at.timestamp()
    booked = [Kind(row["line"], None, row["item"], None) for row in coming]
    rates = [Kind(UUID(line), None, None, None) for line in learner.rates]
    waiting = view.of("waiting")
    newcomers = [Kind(line, None, None, None) for line in lines]
    kinds = {*booked, *rates, *newcomers, *map(kind_of, waiting)}
    credit = view.rules.booking_credit_minutes * 60.0
    return Hall(
        now=now,
        waiting=(
            *map(_waits, waiting),
            *(Waiting(str(one.line), str(one), "", now, 10**6, queue=str(one.line)) for one in newcomers),
        ),
        counters=tuple(_counter(view, seat, kinds) for seat in view.seats),
        expected=tuple(
            Expected(str(kind), str(kind.item), row["starts_at"].timestamp(), credit)
            for kind, row in zip(booked, coming, strict=True)
        ),
        streams=tuple(_stream(one) for one in streams(learner.rates, now)),
    )


def _waits(spot: Spot) -> Waiting:
    return Waiting(
        str(spot.id), str(kind_of(spot)), str(spot.item or ""), spot.turn_at.timestamp(), spot.digits,
        queue=str(spot.line),
    )  # fmt: skip


def _stream(one: Stream) -> Stream:
    return Stream(str(Kind(UUID(one.line), None, None, None)), "", one.credit, one.per_hour)


def _counter(view: HallView, seat: Seat, kinds: set[Kind]) -> Counter:
    own = view.spot(seat.ticket) if seat.ticket else None
    paused = _seconds(seat.since) if seat.state == "paused" else None
    return Counter(
        id=str(seat.number), lines=frozenset(str(kind) for kind in kinds if seat.can(kind, view.rules)),
        open=seat.state != "closed", paused_since=paused, pause=seat.reason or "暂停",
        busy_since=_seconds(own.called_at) if own else None,
        line=str(kind_of(own)) if own else "", item=str(own.item or "") if own else "",
    )  # fmt: skip


def _seconds(at: dt.datetime | None) -> float | None:
    return at.timestamp() if at else None
