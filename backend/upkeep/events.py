"""The history of an item: what stands in it, and what it refuses."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.refusal import NotFound, Refusal
from backend.upkeep import fields
from backend.web.words import clock_time, date

SELECT = """
SELECT e.id, e.item, e.material, e.at, e.before, e.after, e.undoes, f.name AS by_name,
       coalesce(m.name, '') AS material_name,
       EXISTS (SELECT 1 FROM item_event u WHERE u.undoes = e.id) AS undone
FROM item_event e JOIN staff f ON f.id = e.by LEFT JOIN material m ON m.id = e.material
"""


class Event(msgspec.Struct, frozen=True):
    """A change: the fields it touched, before and after."""

    id: UUID
    item: UUID
    material: UUID | None
    at: dt.datetime
    by_name: str
    material_name: str
    undoes: UUID | None
    undone: bool
    before: dict[str, Any]
    after: dict[str, Any]

    def moved(self, current: dict[str, Any]) -> list[str]:
        """The fields of this change that no longer have the values it gave them."""
        return [name for name, value in self.after.items() if current.get(name) != value]


class Stale(Refusal):
    """Somebody saved after the form was opened; `later` are their changes, oldest first."""

    def __init__(self, later: list[Event]) -> None:
        who = "、".join(dict.fromkeys(event.by_name for event in later)) or "别人"
        super().__init__(
            f"你打开以后，{who}已经改过这里，所以还没有保存。你填的都在；别人改的已经放进来，核对后再保存一次"
        )
        self.later = later


async def history(item: UUID) -> list[Event]:
    """Every change of an item and its materials, oldest first."""
    return [_event(row) for row in await db.rows(f"{SELECT} WHERE e.item = $1 ORDER BY e.at, e.id", item)]


async def latest(count: int) -> list[dict[str, Any]]:
    """The latest changes of any item: its id and name, who and when."""
    sql = (
        "SELECT i.id, i.name, e.at, f.name AS by_name FROM item_event e JOIN item i ON i.id = e.item"
        " JOIN staff f ON f.id = e.by ORDER BY e.at DESC LIMIT $1"
    )
    return await db.rows(sql, count)


async def find(event: UUID) -> Event:
    """One change. Refuses: NotFound."""
    found = await db.rows(f"{SELECT} WHERE e.id = $1", event)
    if not found:
        raise NotFound("没有找到这次改动")
    return _event(found[0])


async def undoable(event: UUID) -> Event:
    """Part: a change that was not taken back. Refuses: NotFound, one that was."""
    found = await find(event)
    if found.undone:
        raise Refusal("这次改动已经撤销过了")
    return found


async def refuse_stale(item: UUID, material: UUID | None, seen: int) -> None:
    """Part: refuses (Stale) where there are other changes of the item's own fields, or of the material's, than
    the `seen` that the form was opened with.
    """
    known = [event for event in await history(item) if event.material == material]
    if len(known) != seen:
        raise Stale(known[seen:])


async def refuse_later(wanted: Event, current: dict[str, Any]) -> None:
    """Part: refuses, by name, fields that were changed after the wanted change."""
    moved = wanted.moved(current)
    if not moved:
        return
    labels = fields.MATERIAL if wanted.material else fields.ITEM
    later = [
        event for event in await history(wanted.item)
        if event.material == wanted.material and event.at > wanted.at and event.after.keys() & set(moved)
    ]  # fmt: skip
    names = "、".join(labels[name] for name in moved)
    who = f"（{later[-1].by_name}，{_moment(later[-1].at)}）" if later else ""
    raise Refusal(f"撤销不了：“{names}”后来又改过{who}。先撤销后来的，或直接改成想要的")


def _moment(at: dt.datetime) -> str:
    return f"{date(clock.local(at).date())}{clock_time(at)}"


def _event(row: dict[str, Any]) -> Event:
    sides = {name: msgspec.json.decode(row[name]) for name in ("before", "after")}
    return msgspec.convert({**row, **sides}, Event)
