"""The numbers of past weeks in the city's hall, with everything that happened to them and at its counters."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, identity
from backend.demo_past import number_rows
from backend.demo_past.days import LEARNED, Row, days
from backend.demo_past.line_day import LineDay, Number

PAUSES = ("取材料", "开会", "系统故障", "其他")
GUIDED = 0.25  # of those without a booking, so many took their number from a guide
CREDITS = {"booked": "booking", "priority": "priority"}
LETTERS = {"booked": "Y", "priority": "V"}
Deed = tuple[str, str, str, str]  # kind, from, to, why


async def halls() -> list[UUID]:
    """The halls that have these weeks."""
    return [row["id"] for row in await db.rows("SELECT id FROM hall WHERE kind = 'city'")]


async def write(first: dt.date, today: dt.date) -> None:
    """A part: numbers from the first day until yesterday, after the bookings."""
    numbers: list[tuple[Any, ...]] = []
    deeds: list[tuple[Any, ...]] = []
    chance = Random(first.toordinal())  # noqa: S311  # the same weeks every time
    for day, lines in groupby(await days(first, today), key=lambda one: one[0]):
        ran = [(line, one.run()) for _, line, one in lines]
        numbers += _numbers(day, ran, chance)
        deeds += [(day, *deed) for line, one in ran for deed in _deeds(line["counters"], one, chance)]
    if not numbers:
        return  # nobody can book there
    await db.rows(number_rows.DAYS, sorted({row[0] for row in numbers}))
    await db.rows(number_rows.TICKETS, *map(list, zip(*numbers, strict=True)))
    await db.rows(number_rows.DESKS, *map(list, zip(*deeds, strict=True)))
    await db.rows(number_rows.COUNTED)
    await db.rows(number_rows.BEGIN, clock.at(today, dt.time()) - LEARNED)


def _numbers(day: dt.date, ran: list[tuple[Row, LineDay]], chance: Random) -> Iterator[tuple[Any, ...]]:
    """As `number_rows.TICKETS` takes them, in the order of their being taken: each letter counts by itself."""
    # A number that was missed and came back stands there twice.
    found = {id(one): (line, one) for line, made in ran for one in made.numbers.values() if one.calls}
    last: Counter[str] = Counter()
    for line, one in sorted(found.values(), key=lambda pair: pair[1].who.came_at):
        letter = str(LETTERS.get(one.who.kind, line["letter"]))
        last[letter] += 1
        yield (
            day,
            letter,
            last[letter],
            *_whose(line, one, chance),
            *_times(line["counters"], one),
            *_told(one),
        )


def _whose(line: Row, one: Number, chance: Random) -> tuple[Any, ...]:
    kind = one.who.kind
    source = "booking" if one.booking else "guide" if chance.random() < GUIDED else "kiosk"
    shown = chance.choice(list(identity.priority_classes())) if kind == "priority" else ""
    series = {"booked": line["booked"], "priority": line["priority"]}.get(kind)
    return line["id"], series, UUID(one.who.matter.item), one.booking, source, shown, CREDITS.get(kind, "")


def _times(counters: list[UUID], one: Number) -> tuple[Any, ...]:
    (first, first_at), (last, last_at) = one.calls[0], one.calls[-1]
    missed = one.missed[0] if one.missed else None
    back = one.back if len(one.calls) > 1 else None
    return (
        one.who.came_at, one.who.turn_at, first, counters[first_at], missed, back, last, counters[last_at],
        one.ended, one.done,
    )  # fmt: skip


def _told(one: Number) -> tuple[Any, ...]:
    if not one.told or not one.told.range or not one.told.said:
        return None, None, None, None
    return *(round(end / 60) for end in one.told.range), msgspec.json.encode(one.told.said.to_list()).decode()


def _deeds(counters: list[UUID], made: LineDay, chance: Random) -> Iterator[tuple[Any, ...]]:
    """As `number_rows.DESKS` takes them: opened a little before the hall, closed after the last one has gone."""
    for n in range(len(made.figures.desks)):
        yield counters[n], made.figures.opens - chance.uniform(120, 900), "opened", "closed", "open", ""
        closes = max(made.last, made.figures.closes) + chance.uniform(60, 600)
        yield counters[n], closes, "closed", "open", "closed", ""
    for n, since, until, lunch in made.pauses:
        yield counters[n], since, "paused", "open", "paused", "午休" if lunch else chance.choice(PAUSES)
        yield counters[n], until, "opened", "paused", "open", ""
