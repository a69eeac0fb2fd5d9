"""Whom a closing pushes out of their slots, seen before it is done and again while it is done.

A slot keeps as many bookings as it will offer, the earliest made first; those beyond are pushed out. What the
preview shows comes from the arithmetic that then makes the slots (`fill.planned`).
"""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, secrecy
from backend.appointments import fill, fitting
from backend.appointments.relocations import UNANSWERED
from backend.appointments.tables import Closing

# $1 lines, $2 day, $3 and $4 the moments between which slots begin, $5 now; whoever has arrived keeps their place.
RANKED = f"""
SELECT a.id, a.slot, a.item, a.person, a.person_index, a.number, a.state, s.starts_at, s.line, s.offered,
       row_number() OVER (PARTITION BY a.slot ORDER BY a.state = 'booked', a.created_at, a.id) AS place
FROM appointment a JOIN slot s ON s.id = a.slot
WHERE s.line = ANY($1::uuid[]) AND s.day = $2 AND s.starts_at >= $3 AND s.starts_at < $4 AND s.starts_at > $5
  AND a.state <> 'cancelled' AND NOT {UNANSWERED}
"""  # noqa: S608  # put together from our own constants
SEEN = f"""
SELECT r.*, p.name AS person_name, i.name AS item_name, l.letter, l.name AS line_name
FROM ({RANKED}) r JOIN person p ON p.id = r.person JOIN item i ON i.id = r.item JOIN line l ON l.id = r.line
WHERE r.state = 'booked' ORDER BY r.starts_at, l.letter, r.place
"""  # noqa: S608
WRITE = f"""
INSERT INTO relocation (id, closing, appointment, old_slot, state, created_at)
SELECT gen_random_uuid(), $6, r.id, r.slot, 'pending', $5 FROM ({RANKED}) r
WHERE r.state = 'booked' AND r.place > r.offered ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608
Booked = Callable[[UUID, dt.datetime, dt.datetime], Awaitable[int]]
CALLED: list[Booked] = []  # who books call-backs to a hall says here how many there are, from when until when
LINES = "SELECT id FROM line WHERE hall = $1 AND ($2::uuid IS NULL OR id = $2) ORDER BY letter"
BEYOND = dt.time.max


class Stretch(msgspec.Struct, frozen=True):
    """What is given up: a line or the whole hall, on a day, from and until (None: all day), counters left open."""

    hall: UUID
    line: UUID | None
    day: dt.date
    starts: dt.time | None
    ends: dt.time | None
    counters: int = 0

    def exception(self) -> dict[str, Any]:
        """As an exception of the capacity."""
        return {name: getattr(self, name) for name in ("hall", "line", "starts", "ends", "counters")}

    async def bounds(self) -> tuple[list[UUID], dt.date, dt.datetime, dt.datetime, dt.datetime]:
        """The first five values of RANKED."""
        lines = [row["id"] for row in await db.rows(LINES, self.hall, self.line)]
        first, last = clock.at(self.day, self.starts or dt.time.min), clock.at(self.day, self.ends or BEYOND)
        return lines, self.day, first, last, await clock.now()


def called_by(booked: Booked) -> None:
    """A domain books call-backs to halls, and counts them."""
    if booked not in CALLED:
        CALLED.append(booked)


class Preview(msgspec.Struct):
    """Who would be pushed out, each with `way`: the place that fits, or None; `calls`: the call-backs to the hall that
    nobody there could take.
    """

    people: list[dict[str, Any]]
    calls: int

    @property
    def placed(self) -> int:
        """For how many there is a fitting place."""
        return sum(one["way"] is not None for one in self.people)


def stretch_of(row: Closing) -> Stretch:
    """What a closing gives up."""
    return Stretch(row.hall, row.line, row.day, row.starts, row.ends, row.counters)


async def gather(stretch: Stretch, closing: UUID) -> int:
    """Write down whom the slots, as they are offered now, push out; how many were added. A part."""
    db.inside()
    return len(await db.rows(WRITE, *await stretch.bounds(), closing))


async def affected(stretch: Stretch) -> list[dict[str, Any]]:
    """Whom the stretch would push out, masked, in the order in which they are treated. Looks only."""
    bounds = await stretch.bounds()
    seen = await db.rows(SEEN, *bounds)
    if not seen:
        return []
    offered = await _offered(stretch, bounds[0])
    out = [row for row in seen if row["place"] > offered.get((row["line"], row["starts_at"]), 0)]
    return [{**row, "who": secrecy.mask_name(row["person_name"])} for row in out]


async def preview(stretch: Stretch) -> Preview:
    """Whom it would push out, and where each would find a place if all were treated now. Looks only."""
    people = await affected(stretch)
    bounds = await stretch.bounds()
    offered = await _offered(stretch, bounds[0])
    busy = await fitting.busy({row["person_index"] for row in people})
    ways: dict[tuple[UUID, UUID], list[dict[str, Any]]] = {}
    free: dict[UUID, int] = {}
    for row in people:
        key = (row["item"], row["slot"])
        if key not in ways:
            ways[key] = [_left(way, stretch, bounds[0], offered) for way in await fitting.ways(*key)]
        row["way"] = _choose(row, ways[key], free, busy)
    return Preview(people, await calls_in(stretch))


async def calls_in(stretch: Stretch) -> int:
    """How many call-backs are booked to a hall that is given up as a whole; who supervises it arranges them anew."""
    if stretch.line or stretch.counters:
        return 0
    _, _, first, last, now = await stretch.bounds()
    return sum([await booked(stretch.hall, max(first, now), last) for booked in CALLED])


async def _offered(stretch: Stretch, lines: list[UUID]) -> dict[tuple[UUID, dt.datetime], int]:
    planned = await fill.planned(stretch.day, lines, stretch.exception())
    return {(line, starts): offered for _, line, starts, _, offered in planned}


def _left(
    way: dict[str, Any], stretch: Stretch, lines: list[UUID], offered: dict[tuple[UUID, dt.datetime], int]
) -> dict[str, Any]:
    """The place as the stretch would leave it."""
    if way["day"] == stretch.day and way["line"] in lines:
        left = offered.get((way["line"], way["starts_at"]), 0) - way["taken"]
        return {**way, "free": min(way["free"], left)}
    return way


def _choose(
    row: dict[str, Any], ways: list[dict[str, Any]], free: dict[UUID, int], busy: list[dict[str, Any]]
) -> dict[str, Any] | None:
    mine = [one for one in busy if one["person_index"] == row["person_index"]]
    for way in ways:
        left = free.setdefault(way["id"], way["free"])
        if left > 0 and fitting.fits(way, row["id"], row["item"], mine):
            free[way["id"]] = left - 1
            kept = {**way, "id": row["id"], "item": row["item"], "person_index": row["person_index"]}
            busy.append(kept)  # kept for them: no second matter of theirs on top of it
            return way
    return None
