"""The quietest times that fit: what the page of times proposes."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock
from backend.appointments import load

MOST = 3
STEP = 0.05  # loads nearer to each other than this are alike: the earlier time is proposed
Row = dict[str, Any]


def quietest(slots: list[Row], first: dt.datetime, but: UUID | None = None) -> list[Row]:
    """Up to three free slots from `first` on, earliest first, that are quieter than what the usual visitor meets: by
    what matters, and by a word.

    Each on another day and at another time of day where that is possible, so that one may suit; later ones on
    the same day are at least two slots apart. `but`: the slot that one holds already. Empty: no real difference.
    """
    free = [row for row in slots if row["starts_at"] >= first and row["taken"] < row["offered"]]
    free = [row for row in free if row["id"] != but]
    usual = _met(free)
    calm = sorted((row for row in free if _quieter(row, usual)), key=_rank)
    chosen: list[Row] = []
    for differs in (_another_day, _apart):
        for row in calm:
            if len(chosen) < MOST and all(differs(row, one) for one in chosen):
                chosen.append(row)
    return sorted(chosen, key=lambda row: row["starts_at"])


def _met(slots: list[Row]) -> float:
    """The load that people meet on average: each slot's counts by those who are expected in it."""
    people = sum(row["people"] for row in slots)
    return float(sum(row["load"] * row["people"] for row in slots) / people) if people else 0.0


def _quieter(row: Row, usual: float) -> bool:
    return bool(row["load"] <= usual - load.measure().matters and row["level"] < load.level(usual))


def _rank(row: Row) -> tuple[int, dt.datetime]:
    return int(row["load"] / STEP), row["starts_at"]


def _time(row: Row) -> dt.time:
    return clock.local(row["starts_at"]).time()


def _another_day(row: Row, one: Row) -> bool:
    return bool(row["day"] != one["day"] and _time(row) != _time(one))


def _apart(row: Row, one: Row) -> bool:
    between = abs(row["starts_at"] - one["starts_at"])
    return bool(_time(row) != _time(one) and between >= 2 * (row["ends_at"] - row["starts_at"]))
