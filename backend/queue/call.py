"""Calling the next (叫号): the smallest `turn_at` among those whom the counter can serve, under the hall's lock."""

from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.queue import why
from backend.queue.desks import at_desk
from backend.queue.record import Asker, change, number, seen
from backend.queue.tables import Rules
from backend.refusal import Refusal

BUSY = {"ticket_one_at_counter": Refusal("这个窗口手上还有号，先办完再叫下一位")}
# Whom a counter can serve: $2 the counter, $3 any matter, $4 its lines, $5 its items. A party that is being called,
# served or is away with another matter is passed over, and keeps its place.
FITS = """
t.day = $1 AND t.state = 'waiting' AND (t.only IS NULL OR t.only = $2)
AND ($3 OR t.only = $2 OR t.line = ANY($4) OR t.series = ANY($4) OR t.item = ANY($5))
"""
FREE = """
NOT EXISTS (SELECT 1 FROM ticket o WHERE o.party = t.party AND o.day = t.day
            AND o.state IN ('called', 'serving', 'held'))
"""
ORDER = "t.turn_at, t.taken_at, t.id"
NEXT = f"SELECT t.id FROM ticket t WHERE {FITS} AND {FREE} ORDER BY {ORDER} LIMIT 1"  # noqa: S608  # our own constants


class Called(msgspec.Struct, frozen=True):
    """A number that was called, and why it was this one."""

    ticket: UUID
    number: str
    why: str
    event: UUID


def skills(here: dict[str, Any], rules: Rules) -> tuple[bool, list[UUID], list[UUID]]:
    """Whether a counter takes any matter, the lines it serves, the matters beside."""
    return here["letter"] in rules.any_lines, [here["line"], *here["lines"]], list(here["items"])


@db.retrying
async def call_next(counter: UUID, by: UUID) -> Called | None:
    """Call whose turn it is to a counter; nobody where nobody waits whom it could serve.

    Refuses: NotFound, Denied, a counter that is not open or has somebody.
    """
    async with db.transaction(refusing=BUSY):
        day, here = await at_desk(counter, by)
        if here["state"] != "open":
            raise Refusal("窗口还没打开，先点“开始叫号”")
        found = await db.rows(NEXT, day.id, counter, *skills(here, day.rules))
        return await summon(found[0]["id"], here, by) if found else None


async def summon(ticket: UUID, here: dict[str, Any], by: UUID, kind: str = "called") -> Called:
    """A part: this number is called to the counter."""
    now, waiting = await clock.now(), await seen(ticket)
    values = {"counter": here["id"], "called_at": now, "rung_at": now, "rings": 1}
    event = await change(waiting, kind, "called", Asker(staff=by), values)
    return Called(ticket, number(waiting), await why.this(waiting), event)
