"""Changing a hall's opening hours, and taking a change back. The week is one thing: it is saved as a whole."""

from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, identity
from backend.catalog.tables import Hall, Opening
from backend.refusal import NotFound, Refusal
from backend.upkeep import spans
from backend.upkeep.rights import KEEPERS
from backend.upkeep.spans import Week
from backend.upkeep.tables import HoursEvent

ONCE = {"hours_event_undoes_key": Refusal("这次改动已经撤销过了")}
EVENTS = """
SELECT e.id, e.hall, e.at, e.before, e.after, e.undoes, f.name AS by_name,
       EXISTS (SELECT 1 FROM hours_event u WHERE u.undoes = e.id) AS undone
FROM hours_event e JOIN staff f ON f.id = e.by
"""


class HoursStale(Refusal):
    """Somebody saved after the form was opened."""


async def change_hours(hall: UUID, seen: int, by: UUID, week: Week) -> UUID | None:
    """Replace a hall's week of opening hours; citizens read it at once. Bookings and capacity stay as they are.
    Returns the event's id, or None where nothing differs.

    `seen`: how many changes there were when the form was opened. Refuses: Denied, NotFound, HoursStale, stretches
    that overlap or close before they open, and a week without any.
    """
    week = {day: sorted(week.get(day, [])) for day in range(1, 8)}
    _judge(week)
    async with db.transaction():
        await _held(hall, by)
        if len(await history(hall)) != seen:
            raise HoursStale(
                "你打开以后，开放时间已经被别人改过，所以还没有保存。你填的都在，看过下面的改动后再保存一次"
            )
        return await _write(hall, await spans.week_of(hall), week, by)


async def undo_hours_change(event: UUID, by: UUID) -> str:
    """Put back the week that a change replaced; itself an event. Returns the hall's code.

    Refuses: Denied, NotFound, a change already taken back, and one after which the hours were changed again.
    """
    async with db.transaction(refusing=ONCE):
        hall = await _held((await _event(event))["hall"], by)
        wanted = await _event(event)
        if wanted["undone"]:
            raise Refusal("这次改动已经撤销过了")
        now = await spans.week_of(hall.id)
        if now != wanted["after"]:
            days = "、".join(days for days, _, _ in spans.changes(wanted["after"], now))
            raise Refusal(f"撤销不了：{days}后来又改过。先撤销后来的，或直接改成想要的")
        await _write(hall.id, now, wanted["before"], by, undoes=event)
    return str(hall.code)


async def history(hall: UUID) -> list[dict[str, Any]]:
    """Every change of a hall's hours, oldest first; `before` and `after` are weeks."""
    return [_decoded(row) for row in await db.rows(f"{EVENTS} WHERE e.hall = $1 ORDER BY e.at, e.id", hall)]


async def hall_of_change(event: UUID) -> UUID:
    """The hall whose hours a change is about. Refuses: NotFound."""
    return UUID(str((await _event(event))["hall"]))


def _judge(week: Week) -> None:
    if not any(week.values()):
        raise Refusal("一周至少开一天。临时不开门，到“一周放号”里加例外")
    for day, found in week.items():
        try:
            spans.judge(found)
        except ValueError as wrong:
            raise Refusal(f"周{spans.NAMES[day - 1]}：{wrong}") from None


async def _held(hall: UUID, by: UUID) -> Hall:
    found = await Hall.objects().where(Hall.id == hall).first()
    if found is None:
        raise NotFound("没有找到这个大厅")
    await identity.require(by, *KEEPERS, hall=found.code)
    await db.rows("SELECT id FROM hall WHERE id = $1 FOR NO KEY UPDATE", hall)
    return found


async def _event(event: UUID) -> dict[str, Any]:
    found = await db.rows(f"{EVENTS} WHERE e.id = $1", event)
    if not found:
        raise NotFound("没有找到这次改动")
    return _decoded(found[0])


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, **{name: _week(row[name]) for name in ("before", "after")}}


def _week(text: str) -> Week:
    rows = msgspec.json.decode(text)
    return {int(day): msgspec.convert(found, list[spans.Span]) for day, found in rows.items()}


async def _write(hall: UUID, before: Week, after: Week, by: UUID, undoes: UUID | None = None) -> UUID | None:
    if before == after:
        return None
    now = await clock.now()
    await Opening.delete().where(Opening.hall == hall)
    if fresh := [Opening(hall=hall, **row) for row in spans.rows(after)]:
        await Opening.insert(*fresh)
    await Hall.update({Hall.edited_at: now}).where(Hall.id == hall)
    old, new = (msgspec.json.encode(week).decode() for week in (before, after))
    event = HoursEvent(hall=hall, at=now, by=by, undoes=undoes, before=old, after=new)
    await HoursEvent.insert(event)
    return UUID(str(event.id))
