"""Taking a change of capacity back: every row of the deed is as it was before, and that is a deed, too."""

import datetime as dt
from typing import Any, cast
from uuid import UUID

import msgspec
from piccolo.columns import Column

from backend import clock, db
from backend.appointments.capacity import CLASH, refuse_overlaps
from backend.appointments.capacity_record import Deed, begin
from backend.appointments.fill import ahead
from backend.appointments.follow import follow
from backend.appointments.tables import CapacityException, Template
from backend.refusal import NotFound, Refusal

EVENTS = """
SELECT e.*, h.code FROM capacity_event e JOIN hall h ON h.id = e.hall
WHERE e.deed = $1 AND e.subject IS NOT NULL ORDER BY h.code, e.subject
"""
LATER = """
SELECT 1 FROM capacity_event e JOIN capacity_event later
       ON later.subject = e.subject AND later.at > e.at AND later.deed IS DISTINCT FROM e.deed
WHERE e.deed = $1 LIMIT 1
"""


@db.retrying
async def undo(deed: UUID, by: UUID) -> dict[str, Any]:
    """Put every row that a deed touched back to what it was; slots follow at once, what is booked stays. An undo can
    be undone. Returns one of the rows: its `line` (None: the whole hall), its hall's `code`, perhaps its `day`.

    Refuses: Denied, NotFound, a later change of one of the rows, a day that is over, LeavesStanding.
    """
    events = await db.rows(EVENTS, deed)
    if not events:
        raise NotFound("没有找到这次改动")
    async with db.transaction(refusing=CLASH):
        back = await begin(by, [event["hall"] for event in events], undoes=deed)
        if await db.rows(LATER, deed):
            raise Refusal("这里后来又改过，不能直接撤销。请在上面按现在的样子改")
        for event in events:
            await _put_back(back, event)
        await refuse_overlaps([event["subject"] for event in events])
        await _follow(events)
    return {**(_values(events[0], "before") or _values(events[0], "after") or {}), "code": events[0]["code"]}


def _values(event: dict[str, Any], name: str) -> dict[str, Any] | None:
    return msgspec.json.decode(event[name]) if event[name] else None


async def _put_back(back: Deed, event: dict[str, Any]) -> None:
    was, now = _values(event, "before"), _values(event, "after")
    if event["kind"] == "template":
        await _template(back, event["subject"], was)
        kind = "template"
    else:
        await _exception(back, event["subject"], was or now or {}, there=was is not None)
        kind = "exception" if was else "withdrawn"
    await back.record(event["hall"], kind, event["subject"], now, was)


async def _template(back: Deed, template: UUID, was: dict[str, Any] | None) -> None:
    if was is None:
        await Template.delete().where(Template.id == template)
        return
    row = {
        **was,
        **{name: dt.time.fromisoformat(was[name]) for name in ("starts", "ends")},
        "edited_at": back.at,
    }
    values = cast(dict[Column | str, Any], row)
    if not await Template.update(values).where(Template.id == template).returning(Template.id):
        await Template.insert(Template(id=template, **row))


async def _exception(back: Deed, exception: UUID, values: dict[str, Any], there: bool) -> None:
    if dt.date.fromisoformat(values["day"]) < clock.local(back.at).date():
        raise Refusal("这一天已经过去，改不了")
    withdrawn = None if there else back.at
    await CapacityException.update({CapacityException.withdrawn_at: withdrawn}).where(
        CapacityException.id == exception
    )


async def _follow(events: list[dict[str, Any]]) -> None:
    rows = [(event, _values(event, "after") or _values(event, "before") or {}) for event in events]
    templates = {(event["hall"], UUID(row["line"])) for event, row in rows if event["kind"] == "template"}
    for hall, line in sorted(templates):
        await follow(await ahead(), hall, line, fewer=False)
    days = {(event["hall"], row["day"]) for event, row in rows if event["kind"] != "template"}
    for hall, day in sorted(days):
        await follow([dt.date.fromisoformat(day)], hall, fewer=True)
