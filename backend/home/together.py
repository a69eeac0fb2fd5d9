"""Which things are one matter.

What is linked belongs together (a number to its booking, a case to its number, a visit to its case). What is not is put
together only for the same person and item, and only where there is one place for it: on the same day, or while a case
runs. Two cases, or two visits, are two matters, but for cases that one form took in (一件事).
"""

import datetime as dt
from collections.abc import Callable, Iterable
from uuid import UUID

from backend.timeline import Thing

Group = list[Thing]
Fits = Callable[[Group, Group], bool]


def begun(one: Thing) -> dt.datetime:
    """By which they are put in order."""
    return one.begun


def whose(things: Group) -> UUID | None:
    """The person, where one of the things knows."""
    return next((one.person for one in things if one.person), None)


def together(things: Iterable[Thing]) -> list[Group]:
    """The things by matter, each in the order in which they began."""
    found = [[one] for one in sorted(things, key=begun)]
    for fits in (_linked, _same_day, _taken_in, _meanwhile):
        found = _joined(found, fits)
    return found


def _joined(groups: list[Group], fits: Fits) -> list[Group]:
    """Each group joins the one before it that it fits; where it fits several without a link it stays alone."""
    found: list[Group] = []
    for group in sorted(groups, key=lambda group: group[0].begun):
        others = [other for other in found if _may(other, group) and fits(other, group)]
        if others and (len(others) == 1 or fits is _linked):
            found.remove(others[-1])
            group = sorted([*others[-1], *group], key=begun)  # noqa: PLW2901  # it goes on as what it became
        found.append(group)
    return found


def _may(before: Group, group: Group) -> bool:
    both, own, other = [*before, *group], whose(before), whose(group)
    single = all(len({_lead(one) for one in _of(both, name)}) <= 1 for name in ("办件", "上门"))
    return single and (own is None or other is None or own == other)


def _linked(before: Group, group: Group) -> bool:
    """By a link, either way; or by what took both in."""
    return any(
        one.belongs == other.id or other.belongs == one.id or _lead(one) == _lead(other)
        for one in before
        for other in group
    )


def _lead(one: Thing) -> UUID:
    return one.lead or one.id


def _same_day(before: Group, group: Group) -> bool:
    """A booking and numbers of one day, such as of who came late and took another number."""
    days = {one.day for one in before} & {one.day for one in group}
    return (
        bool(days)
        and _alike(before, group)
        and not _of(before, "办件", "上门")
        and not _of(group, "办件", "上门")
    )


def _taken_in(before: Group, group: Group) -> bool:
    """A case, and the booking or number of the day on which it was taken in."""
    cases = _of(group, "办件")
    came = cases and cases[0].day in {one.day for one in before} and not _of(before, "办件", "上门")
    return bool(came) and _alike(before, group) and not _of(group, "上门")


def _meanwhile(before: Group, group: Group) -> bool:
    """A booking or number while a case runs: to bring what is missing, or to collect the result."""
    if _of(group, "办件", "上门") or not _alike(before, group):
        return False
    start = group[0].begun
    return any(one.begun <= start and (one.over is None or start <= one.over) for one in _of(before, "办件"))


def _alike(before: Group, group: Group) -> bool:
    """The same person and item, both known."""
    own = whose(before)
    return own is not None and own == whose(group) and bool(_items(before) & _items(group))


def _items(things: Group) -> set[UUID]:
    """What was handed in, else what it began with."""
    return {one.item for one in _of(things, "办件") or things[:1] if one.item}


def _of(things: Group, *names: str) -> Group:
    return [one for one in things if one.of in names]
