"""Where a number stands (我的号), computed from the hall's shared reading: no query, for thousands of phones."""

from collections import defaultdict
from uuid import UUID

import msgspec

from backend.queue import outlook
from backend.queue.view import HallView, Spot


class Standing(msgspec.Struct, frozen=True):
    """A live number. `ahead`: who waits before it. `counter`: where it is called or served, else None.

    `stamp` changes with whatever needs the page's part anew; `ahead`, `said` and `why` are put into it as they are.
    """

    id: UUID
    number: str
    state: str
    ahead: int
    said: str
    why: str
    counter: int | None
    rings: int
    returned: bool
    stamp: str


def standings(view: HallView) -> dict[UUID, Standing]:
    """Every live number of a hall."""
    places, able = _places(view), _Able(view)
    stamps = {spot.id: _stamp(view, spot) for spot in view.spots}
    parties: dict[UUID, list[str]] = defaultdict(list)
    for spot in view.spots:
        parties[spot.party].append(stamps[spot.id])
    return {
        spot.id: _of(view, spot, places.get(spot.id, 0), able, "|".join(parties[spot.party]))
        for spot in view.spots
    }


_known: dict[str, tuple[HallView, dict[UUID, Standing]]] = {}


def standing_of(view: HallView, ticket: UUID) -> Standing | None:
    """One of them; worked out once for each reading."""
    if view.code not in _known or _known[view.code][0] is not view:
        _known[view.code] = view, standings(view)
    return _known[view.code][1].get(ticket)


def _places(view: HallView) -> dict[UUID, int]:
    """How many wait before each: as `HallView.ahead`, for all of them at once."""
    found: dict[UUID, int] = {}
    count: dict[UUID, int] = defaultdict(int)
    for spot in view.of("waiting"):
        found[spot.id] = count[spot.line]
        count[spot.line] += 1
    return found


class _Able:
    """Why it takes as long as it does: the counters that can serve a number, the same for all of one kind."""

    def __init__(self, view: HallView) -> None:
        self.view = view
        self.known: dict[tuple[object, ...], str] = {}

    def why(self, spot: Spot) -> str:
        key = (spot.line, spot.series, spot.item, spot.only)
        if key not in self.known:
            able = [seat for seat in self.view.seats if seat.can(spot, self.view.rules)]
            self.known[key] = outlook.counters(able)
        return self.known[key]


def _stamp(view: HallView, spot: Spot) -> str:
    counter = _counter(view, spot) or ""
    return f"{spot.number}{spot.state}{counter}r{spot.rings}{'b' if spot.returned else ''}{spot.line_letter}"


def _counter(view: HallView, spot: Spot) -> int | None:
    at = spot.counter if spot.state in ("called", "serving", "held") else spot.only
    seat = view.seat(at) if at else None
    return seat.number if seat else None


def _of(view: HallView, spot: Spot, ahead: int, able: _Able, stamp: str) -> Standing:
    waits = spot.state == "waiting"
    said, why = (outlook.said(view, spot).removeprefix("约 "), able.why(spot)) if waits else ("", "")
    return Standing(
        spot.id, spot.number, spot.state, ahead, said, why, _counter(view, spot), spot.rings, spot.returned,
        stamp if said else stamp + "?",
    )  # fmt: skip
