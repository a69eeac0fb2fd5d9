"""The order of the queue (先后): one sort key, `turn_at`, decides everything, and one line explains it.

A walk-in's is when the number was taken. A checked-in booking's is the later of check-in and slot start, minus the
hall's booking credit; a priority class's is when the number was taken, minus the credit of the class. Credits do
not add, the larger counts. So nobody is ever overtaken by somebody who came more than the largest credit later.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from backend.queue.tables import Rules


class Turn(msgspec.Struct, frozen=True):
    """The key, and what it rests on: nothing, "booking" or "priority"."""

    at: dt.datetime
    credit: str = ""


def turn(came: dt.datetime, rules: Rules, *, slot: dt.datetime | None = None, priority: str = "") -> Turn:
    """The key of a number taken at `came`; `slot`: the start of a booking that checked in in time; `priority`: the
    class. A class without a credit counts as none.
    """
    turns = [Turn(came)]
    if priority and (minutes := credits_of(rules).get(priority)):
        turns.append(Turn(came - dt.timedelta(minutes=minutes), "priority"))
    if slot:
        credit = dt.timedelta(minutes=rules.booking_credit_minutes)
        turns.append(Turn(max(came, slot) - credit, "booking"))
    return min(turns[1:], key=lambda one: one.at, default=turns[0])


def credits_of(rules: Rules) -> dict[str, int]:
    """Minutes by priority class."""
    given = rules.priority_credits
    listed = msgspec.json.decode(given) if isinstance(given, str) else given
    return {one["class"]: one["minutes"] for one in listed}


def largest_credit(rules: Rules) -> dt.timedelta:
    """How much later than somebody one may come and still be called before them."""
    return dt.timedelta(minutes=max([rules.booking_credit_minutes, *credits_of(rules).values()]))


def behind(order: Sequence[Mapping[str, Any]], place: int, own: dt.datetime) -> dt.datetime:
    """The key that stands behind the `place`-th (from 1) of those who wait, or behind the last; never before `own`.
    Times are microseconds in the database, so that one more stands right behind.
    """
    if not order:
        return own
    last: dt.datetime = order[min(place, len(order)) - 1]["turn_at"]
    return max(own, last + dt.timedelta(microseconds=1))
