"""A hall's hours as those who keep them see them, with what does not fit them."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import appointments, catalog, db, identity
from backend.refusal import Denied
from backend.upkeep import hours, spans
from backend.upkeep.rights import KEEPERS, READERS
from backend.upkeep.spans import Span, Week

RECENT = 30  # changes on a page
TEMPLATES = """
SELECT t.line, t.weekday, t.starts, t.ends, l.letter, l.name FROM capacity_template t JOIN line l ON l.id = t.line
WHERE l.hall = $1 AND t.counters > 0 ORDER BY l.letter, t.weekday, t.starts
"""


async def halls_for(by: UUID) -> list[dict[str, Any]]:
    """The halls whose hours this member of staff may see. Refuses: Denied where there is none."""
    found = await appointments.halls_for(by)
    if not found:
        raise Denied("你的账号还没有分配大厅，请找管理员")
    return found


async def shown(hall: dict[str, Any], by: UUID) -> dict[str, Any]:
    """A hall's `week`, the same as citizens read it (`said`), `history` (newest first), `seen`, capacity `outside`
    the hours, and whether `by` `may_keep` it. Refuses: Denied.
    """
    await identity.require(by, *READERS, hall=hall["code"])
    week, past = await spans.week_of(hall["id"]), await hours.history(hall["id"])
    grants = [grant for role in KEEPERS for grant in await identity.scopes_of(by, role)]
    return {
        "week": week,
        "said": catalog.said(spans.rows(week)),
        "history": [_told(event, week) for event in past[: -RECENT - 1 : -1]],
        "seen": len(past),
        "outside": await outside(hall["id"], week),
        "may_keep": any(grant.covers("hall", hall["code"]) for grant in grants),
    }


def _told(event: dict[str, Any], now: Week) -> dict[str, Any]:
    said = spans.changes(event["before"], event["after"])
    changes = [{"label": days, "old": old, "new": new} for days, old, new in said]
    return {"event": event, "changes": changes, "undoable": not event["undone"] and event["after"] == now}


async def outside(hall: UUID, week: Week) -> list[dict[str, Any]]:
    """Weekly capacity that reaches beyond the hours: places are given out for times at which nobody is there."""
    found = await db.rows(TEMPLATES, hall)
    return [
        row for row in found if _minutes(row["starts"], row["ends"]) > _covered(row, week[row["weekday"]])
    ]


def _covered(row: dict[str, Any], day: list[Span]) -> int:
    pairs = [(max(row["starts"], span.opens), min(row["ends"], span.closes)) for span in day]
    return sum(max(_minutes(starts, ends), 0) for starts, ends in pairs)


def _minutes(starts: dt.time, ends: dt.time) -> int:
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
