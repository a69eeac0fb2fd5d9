"""叫号屏: what a hall's board shows, made from the shared reading. Numbers only, never names."""

import datetime as dt
from uuid import UUID

import msgspec

from backend.queue import outlook
from backend.queue.spoken import spoken
from backend.queue.view import HallView, Seat, Spot

LINES = 5  # legible from twelve metres
SOON = dt.timedelta(
    seconds=60
)  # a ring that is older is not news: a board that comes back keeps silent about it
MOST_MISSED = 6


class Call(msgspec.Struct, frozen=True):
    """A number and its counter. `ring` names this one ring; `say` is empty when it is too late to say it."""

    number: str
    counter: int
    calling: bool
    ring: str
    say: str


class Busy(msgspec.Struct, frozen=True):
    """A line: who waits, how many counters call, and the range of waiting where it is known."""

    letter: str
    name: str
    waiting: int
    at_work: int
    said: str
    paused: str


class Board(msgspec.Struct, frozen=True):
    """The whole screen."""

    calls: list[Call]
    lines: list[Busy]
    missed: list[str]
    return_minutes: int
    ahead: int


def board(view: HallView) -> Board:
    """A hall's board at the moment of its reading."""
    missed = [spot.number for spot in view.of("missed") if not spot.returned]
    return Board(
        _calls(view), lines(view), missed[-MOST_MISSED:], view.rules.return_minutes, view.rules.ahead
    )


def _calls(view: HallView) -> list[Call]:
    """Who is called first, the latest ring first; then who is being served."""
    seats = {seat.counter: seat for seat in view.seats}
    spots = [spot for spot in view.of("called", "serving") if spot.rung_at and spot.counter in seats]
    spots.sort(key=lambda spot: (spot.state == "called", spot.rung_at), reverse=True)
    return [_call(view, spot, seats[spot.counter]) for spot in spots[:LINES] if spot.counter]


def _call(view: HallView, spot: Spot, seat: Seat) -> Call:
    calling = spot.state == "called"
    news = calling and spot.rung_at is not None and view.at - spot.rung_at < SOON
    ring = f"{spot.id.hex[:12]}-{spot.rung_at.timestamp():.3f}" if spot.rung_at else ""
    return Call(spot.number, seat.number, calling, ring, spoken(spot.number, seat.number) if news else "")


def lines(view: HallView) -> list[Busy]:
    """The lines that work or for which somebody waits, in the order of their letters; without any, all of them."""
    ranges, seats = outlook.ranges(view), _by_line(view)
    every = sorted({(seat.letter, seat.line_name, seat.line) for seat in view.seats})
    found = [_busy(view, *line, seats[line[2]], ranges.get(line[2], "")) for line in every]
    return [one for one in found if one.waiting or one.at_work or one.paused] or found


def _by_line(view: HallView) -> dict[UUID, list[Seat]]:
    lines = {seat.line for seat in view.seats}
    return {line: [seat for seat in view.seats if seat.line == line or line in seat.lines] for line in lines}


def _busy(  # noqa: PLR0917  # one after the other as they are shown
    view: HallView, letter: str, name: str, line: UUID, seats: list[Seat], said: str
) -> Busy:
    waiting = sum(spot.line == line for spot in view.of("waiting"))
    at_work = sum(seat.state == "open" for seat in seats)
    paused = "，".join(
        f"{seat.number} 号窗口{seat.reason}" for seat in seats if seat.state == "paused" and seat.line == line
    )
    return Busy(letter, name, waiting, at_work, said or _plain(waiting, at_work), paused)


def _plain(waiting: int, at_work: int) -> str:
    """What can be said without a range."""
    if not at_work:
        return "窗口没开"
    return "" if waiting else "随到随办"
