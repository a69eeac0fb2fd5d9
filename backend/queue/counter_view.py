"""What a clerk sees at their counter (窗口): who is in hand and why, who waits, who is away, what just happened."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import db, identity
from backend.queue import desks, view, why
from backend.queue.desks import CALLERS
from backend.queue.undo import UNDOABLE
from backend.queue.view import HallView, Seat, Spot

MINE = """
SELECT d.counter FROM desk d JOIN counter c ON c.id = d.counter JOIN hall h ON h.id = c.hall
WHERE d.staff = $1 AND EXISTS (SELECT 1 FROM staff_role r WHERE r.staff = $1 AND r.role = ANY($2)
                               AND (r.scope_kind = 'all' OR r.scope_kind = 'hall' AND r.scope = h.code))
ORDER BY d.state = 'closed', d.since DESC LIMIT 1
"""
PERSON = "SELECT p.name FROM ticket t JOIN person p ON p.id = t.person WHERE t.id = $1"
# The last deed of this clerk here that no other has followed, while it can be undone.
SLIP = """
SELECT e.id, e.kind, e.at, t.letter, t.digits FROM ticket_event e JOIN ticket t ON t.id = e.ticket
WHERE e.counter = $1 AND e.by_staff = $2 AND e.at > $3 AND e.kind = ANY($4)
  AND NOT EXISTS (SELECT 1 FROM ticket_event o WHERE o.ticket = e.ticket AND o.at > e.at)
ORDER BY e.at DESC LIMIT 1
"""
LATELY = """
SELECT e.id, e.kind, e.at, e.ticket, t.letter, t.digits, t.state, t.returned, i.name AS item_name, l.name AS line_name
FROM ticket_event e JOIN ticket t ON t.id = e.ticket JOIN line l ON l.id = t.line LEFT JOIN item i ON i.id = t.item
WHERE e.counter = $1 AND t.day = $2 AND e.kind IN ('completed', 'missed', 'transferred', 'held')
  AND NOT EXISTS (SELECT 1 FROM ticket_event o WHERE o.ticket = e.ticket AND o.at > e.at AND o.kind = 'undone')
ORDER BY e.at DESC LIMIT 6
"""
TALLY = """
SELECT count(*) AS done, avg(extract(epoch FROM ended_at - started_at)) / 60 AS minutes FROM ticket
WHERE day = $2 AND counter = $1 AND state = 'done'
"""
SAID = {"called": "叫号", "missed": "过号", "started": "开始办理", "held": "挂起", "resumed": "叫回",
        "completed": "办结", "transferred": "转号"}  # fmt: skip


class AtCounter(msgspec.Struct, frozen=True, kw_only=True):
    """A counter at work. `spot`: the number in hand. `waiting`: whom it can serve, in their order, `passed` those of
    a party that is busy elsewhere. `held`: away with papers, one's own first. `slip`: what can be undone, and for how
    many seconds more.
    """

    here: dict[str, Any]
    seat: Seat
    hall: HallView
    spot: Spot | None
    why: str
    name: str
    waiting: list[Spot]
    passed: set[UUID]
    next: Spot | None
    next_why: str
    held: list[Spot]
    lately: list[dict[str, Any]]
    tally: dict[str, Any]
    slip: dict[str, Any] | None

    @property
    def since(self) -> int:
        """Seconds that the number in hand has been served, or called."""
        begun = self.spot and (self.spot.started_at or self.spot.called_at)
        return int((self.hall.at - begun).total_seconds()) if begun else 0

    @property
    def pause(self) -> int:
        """Seconds until it may be called again."""
        if not self.spot or not self.spot.rung_at:
            return 0
        return seconds_left(self.spot.rung_at, self.hall.rules.ring_seconds, self.hall.at)


def seconds_left(since: dt.datetime, seconds: int, now: dt.datetime) -> int:
    """Whole seconds until so many have passed; 0 when they have."""
    left = (since + dt.timedelta(seconds=seconds) - now).total_seconds()
    return min(seconds, max(0, -int(-left // 1)))


async def mine(by: UUID) -> UUID | None:
    """The counter where a member of staff sits, or sat last; what it shows, `show` asks."""
    found = await db.rows(MINE, by, list(CALLERS))
    return found[0]["counter"] if found else None


async def show(counter: UUID, by: UUID) -> AtCounter:
    """A counter as its clerk works at it. Refuses: NotFound, Denied."""
    here = await desks.counter(counter)
    await identity.require(by, *CALLERS, hall=here["hall_code"])
    hall = await view.read(here["hall_code"])
    seat = hall.seat(counter)
    assert seat, "a counter of this hall"
    spot = hall.spot(seat.ticket) if seat.ticket else None
    waiting, passed = _waiting(hall, seat)
    first = next((one for one in waiting if one.id not in passed), None)
    return AtCounter(
        here=here, seat=seat, hall=hall, spot=spot, why=await _why(spot), name=await _name(spot), waiting=waiting,
        passed=passed, next=first, next_why=await _why(first), held=_held(hall, seat),
        lately=[_told(row) for row in await db.rows(LATELY, counter, hall.day)],
        tally=(await db.rows(TALLY, counter, hall.day))[0], slip=await _slip(hall, counter, by),
    )  # fmt: skip


def _waiting(hall: HallView, seat: Seat) -> tuple[list[Spot], set[UUID]]:
    busy = {spot.party for spot in hall.of("called", "serving", "held")}
    waiting = [spot for spot in hall.of("waiting") if seat.can(spot, hall.rules)]
    return waiting, {spot.id for spot in waiting if spot.party in busy}


def _held(hall: HallView, seat: Seat) -> list[Spot]:
    found = [one for one in hall.of("held") if one.counter == seat.counter or seat.can(one, hall.rules)]
    return sorted(found, key=lambda one: one.counter != seat.counter)


async def _why(spot: Spot | None) -> str:
    return await why.this(msgspec.structs.asdict(spot)) if spot else ""


async def _name(spot: Spot | None) -> str:
    found = await db.rows(PERSON, spot.id) if spot else []
    return str(found[0]["name"]) if found else ""


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "number": f"{row['letter']}{row['digits']:03d}", "what": SAID[row["kind"]]}


async def _slip(hall: HallView, counter: UUID, by: UUID) -> dict[str, Any] | None:
    seconds = hall.rules.undo_seconds
    since = hall.at - dt.timedelta(seconds=seconds)
    found = await db.rows(SLIP, counter, by, since, list(UNDOABLE))
    if not found:
        return None
    return {**_told(found[0]), "left": seconds_left(found[0]["at"], seconds, hall.at)}
