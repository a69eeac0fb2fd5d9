"""How busy a time will be (忙闲): the people expected in a slot, divided by those whom its counters can serve.

Method. A *past* tells, for a line, what was seen on past days on which arrivals were recorded:
- `usual(t)`: people with a booking who came, for the slots beginning at t, as the mean of the last
  `comparable_days` (8) days that followed the same weekday's template; unknown below `fewest_days` (2).
- `show`: the share of bookings kept, (came + 9) / (booked + 10): Beta(9, 1) before, so that few data do not
  swing it.

For a slot, with `serve` = counters × slot_minutes ÷ minutes_per_matter (exceptions of the day count):
1. booked = taken × show: of those who hold a place now, so many come.
2. more = max(0, min(usual, most × show) − booked) × still, with most = the larger of offered and taken: who will
   yet book. `still` is the part of the booking window that the slot has before it: 1 at its far end, 0 when
   bookings close; on a day not open yet 1.
3. walk-ins = what the template keeps free, (1 − online_percent) × serve, none in hours for booked people only.
   A day's sum of it is spread over the day as its people usually come: in proportion to
   usual(t) + 50 × the slot's own part of the sum. So without arrivals each slot keeps its own part, and
   a few dozen arrivals a day bend it only half way.
load = (booked + more + walk-ins) ÷ serve. Where no arrivals were ever recorded, usual is unknown: more = 0.

Load never falls when somebody books: `booked` grows by `show`, `more` shrinks by at most as much, `serve` and the
walk-ins do not know of it.

Source: our own; numbers in `load.toml`. Units: people (one matter each), minutes.
"""

import datetime as dt
from bisect import bisect_right
from functools import cache
from typing import Annotated, Any

import msgspec

from backend.settings import settings

FILE = "load.toml"
Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Part = Annotated[float, msgspec.Meta(gt=0, le=10)]


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`load.toml`."""

    comparable_days: Count
    weeks_back: Count
    fewest_days: Count
    came: Count
    of: Count
    walk_in_weight: Count
    words_from: tuple[Part, Part, Part, Part]
    matters: Part

    def __post_init__(self) -> None:
        if self.came > self.of or list(self.words_from) != sorted(self.words_from):
            raise ValueError("`came` is at most `of`, and `words_from` rises")


class Past(msgspec.Struct, frozen=True):
    """What past days tell of a line: see above. `usual`: by weekday, the starting times and the people who came."""

    show: float
    usual: dict[int, list[tuple[dt.time, float]]] = {}

    def came(self, weekday: int | None, starts: dt.time, ends: dt.time) -> float | None:
        """Who usually comes between two times, or None where too few days are known."""
        if weekday not in self.usual:
            return None
        return sum(people for time, people in self.usual[weekday] if starts <= time < ends)


class Stretch(msgspec.Struct, frozen=True):
    """One slot, as its load needs it: local times, places, matters served, those for walk-ins, and `still`."""

    starts: dt.time
    ends: dt.time
    offered: int
    taken: int
    serve: float
    walk_in: float
    still: float = 1.0


@cache
def measure() -> Measure:
    """The city's numbers. Refuses: msgspec.ValidationError, where the file is wrong."""
    return msgspec.toml.decode((settings().reference / FILE).read_bytes(), type=Measure)


def show(came: int, booked: int) -> float:
    """The share of bookings that people keep."""
    return (came + measure().came) / (booked + measure().of)


def stretch(times: tuple[dt.time, dt.time], template: dict[str, Any], counters: int, **of: Any) -> Stretch:
    """A slot of a template (with `booked_only`) at so many counters; `of`: offered, taken, still."""
    serve = counters * template["slot_minutes"] / template["minutes_per_matter"]
    walk_in = 0.0 if template["booked_only"] else serve * (100 - template["online_percent"]) / 100
    return Stretch(*times, serve=serve, walk_in=walk_in, **of)


def people(day: list[Stretch], past: Past, weekday: int | None) -> list[float]:
    """The people expected in each slot of a whole day of a line."""
    usual = [past.came(weekday, one.starts, one.ends) for one in day]
    walking = _walk_ins(day, usual)
    return [_booked(one, came, past.show) + walk for one, came, walk in zip(day, usual, walking, strict=True)]


def _booked(one: Stretch, usual: float | None, show: float) -> float:
    booked = one.taken * show
    final = min(usual or 0.0, max(one.offered, one.taken) * show)
    return booked + max(0.0, final - booked) * one.still


def _walk_ins(day: list[Stretch], usual: list[float | None]) -> list[float]:
    free, weight = sum(one.walk_in for one in day), measure().walk_in_weight
    if not free:
        return [0.0] * len(day)
    seen = [came or 0.0 if one.walk_in else 0.0 for one, came in zip(day, usual, strict=True)]
    every = sum(seen) + weight
    return [free * (came + weight * one.walk_in / free) / every for one, came in zip(day, seen, strict=True)]


def load(people: float, serve: float) -> float:
    """People expected ÷ people served; nobody served is the busiest of all, unless nobody comes."""
    return people / serve if serve else float("inf") if people else 0.0


def level(load: float) -> int:
    """0 空, 1 较空, 2 适中, 3 较忙, 4 很忙."""
    return bisect_right(measure().words_from, load)
