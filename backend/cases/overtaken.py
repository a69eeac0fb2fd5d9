"""Two at one case: a deed says how much of its history whoever does it had seen; what happened since stops it.

Optimistic concurrency control (Kung and Robinson 1981), with the number of events as the version: no row is written for
it, and what is compared is what can be shown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from backend import db
from backend.refusal import Refusal

# Nobody decides otherwise for these: reminders of the clock, prints, looks, who calls back.
SILENT = (
    "light", "recomputed", "verify-light", "gaps-soon", "printed", "looked", "fetched", "call-booked", "call-moved",
    "call-wanted", "called",
)  # fmt: skip
COUNT = 'SELECT count(*) AS n FROM case_event WHERE "case" = $1 AND kind <> ALL($2)'
_seen: ContextVar[dict[UUID, int] | None] = ContextVar("seen", default=None)


class Overtaken(Refusal):
    """Somebody else was faster; `seen`: how many events the other had seen."""

    def __init__(self, seen: int) -> None:
        super().__init__("这个办件刚刚有了变动，你的还没有提交。看过以后可以再提交")
        self.seen = seen


@contextmanager
def having_seen(case: UUID, seen: str) -> Iterator[None]:
    """Within it, a deed on the case is refused if more happened than these many events (a number, as a page sends it
    back; anything else checks nothing). For a deed on several, one within the other.
    """
    if not (seen.isascii() and seen.isdigit() and len(seen) < 7):
        yield
        return
    token = _seen.set({**(_seen.get() or {}), case: int(seen)})
    try:
        yield
    finally:
        _seen.reset(token)


async def not_overtaken(case: UUID) -> None:
    """A part: of a case that is locked. Refuses: Overtaken."""
    expected = (_seen.get() or {}).get(case)
    if expected is not None and await version_of(case) != expected:
        raise Overtaken(expected)


async def version_of(case: UUID) -> int:
    """How many events there are that somebody would want to know of before they act."""
    [row] = await db.rows(COUNT, case, list(SILENT))
    return int(row["n"])


def since(one: dict[str, Any], seen: int) -> list[dict[str, Any]]:
    """What happened after so many events, the latest first; of a case with its `events`."""
    told = [event for event in one["events"] if event["kind"] not in SILENT]
    return told[: max(len(told) - seen, 0)]
