"""Those who are not here yet and may still be called before somebody who waits: booked people, streams."""

from dataclasses import dataclass

import numpy as np

from backend.queue.wait import draws
from backend.queue.wait.draws import REPLICAS, Array
from backend.queue.wait.durations import Truth
from backend.queue.wait.state import Expected, Hall

CHANCE, EARLY, ARRIVALS = 20, 21, 30
SOONEST, LATEST = (
    1800.0,
    900.0,
)  # seconds before and after the slot's start: who checks in outside is ordinary

LATER = 0.01  # seconds: with the same key, whoever has a number already is called first


@dataclass(frozen=True, slots=True)
class Coming:
    """Their matters, and per replica when they come (inf: not at all) and their sort key."""

    kinds: list[tuple[str, str]]
    at: Array
    turn_at: Array


def coming(hall: Hall, knows: Truth) -> Coming:
    """Everybody who may yet be called before the last of those who wait."""
    last = max((one.turn_at for one in hall.waiting), default=-np.inf)
    booked = [one for one in hall.expected if one.starts_at - one.credit <= last]
    at, turn_at = _booked(hall.now, booked, knows)
    kinds = [(one.line, one.item) for one in booked]
    for number, stream in enumerate(hall.streams):
        times = _stream(hall.now, last + stream.credit, stream.per_hour, ARRIVALS + number)
        kinds += [(stream.line, stream.item)] * times.shape[1]
        at, turn_at = np.hstack([at, times]), np.hstack([turn_at, times - stream.credit])
    return Coming(kinds, at, turn_at)


def _booked(now: float, booked: list[Expected], knows: Truth) -> tuple[Array, Array]:
    mean, sd = knows.early()
    count = len(booked)
    starts = np.array([one.starts_at for one in booked])
    late = np.clip(-mean + sd * draws.normals(count, EARLY), -SOONEST, LATEST)
    chance, soonest = (
        np.array([_chance(one, now, knows) for one in booked]),
        np.maximum(starts - SOONEST, now),
    )
    comes = draws.uniform(count, CHANCE) < chance
    at = np.where(comes, np.maximum(starts + late, soonest), np.inf)
    credit = np.array([one.credit for one in booked])
    return at, np.where(comes, np.maximum(at, starts) - credit + LATER, np.inf)


def _chance(one: Expected, now: float, knows: Truth) -> float:
    """Less and less as the time to check in runs out."""
    chance = knows.comes() if one.chance is None else one.chance
    mean, sd = knows.early()
    z = (now - (one.starts_at - mean)) / sd
    still = chance * 0.5 * (1 - np.tanh(0.8 * z))  # near the normal tail
    return float(still / (still + 1 - chance)) if now < one.starts_at + LATEST else 0.0


def _stream(now: float, until: float, per_hour: float, salt: int) -> Array:
    """The times of a Poisson process from now on; those after `until` matter to nobody who waits."""
    expected = per_hour * max(0.0, until - now) / 3600
    if expected <= 0:
        return np.empty((REPLICAS, 0))
    most = int(expected + 4 * expected**0.5 + 3)
    between = -np.log(draws.uniform(most, salt)) * 3600 / per_hour
    times = now + np.cumsum(between, axis=1)
    return np.where(times <= until, times, np.inf)
