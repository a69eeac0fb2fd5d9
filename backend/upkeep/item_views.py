"""Items as those who keep them see them: the list, one item with its history, one material."""

from typing import Any
from uuid import UUID

from backend import catalog, clock, db, identity
from backend.catalog.tables import Item, Material
from backend.upkeep import events, fields
from backend.upkeep.events import Event
from backend.upkeep.items import one_material
from backend.upkeep.rights import READERS, may_keep
from backend.upkeep.told import Change, told

MOST, RECENT = 50, 30  # items of a list; changes on a page
ROWS = """
SELECT i.id, i.name, d.name AS department, i.bookable, i.edited_at,
       (SELECT f.name FROM item_event e JOIN staff f ON f.id = e.by WHERE e.item = i.id
        ORDER BY e.at DESC LIMIT 1) AS by_name, i."window", i.online, i.mail, i.kiosk, i.doorstep, i.shanghai
FROM unnest($1::uuid[]) WITH ORDINALITY AS w (id, place) JOIN item i ON i.id = w.id
JOIN department d ON d.id = i.department ORDER BY w.place
"""
AHEAD = """
SELECT count(*) AS bookings FROM appointment a JOIN slot s ON s.id = a.slot
WHERE a.item = $1 AND a.state = 'booked' AND s.starts_at > $2
"""


async def listed(text: str, by: UUID) -> list[dict[str, Any]]:
    """Items that `text` may mean, as on the citizens' search, else those asked for most; with their channels and
    who changed them last. Refuses: Denied.
    """
    await identity.require(by, *READERS)
    found = await db.rows(ROWS, [entry.id for entry in await catalog.search(text, MOST)])
    for row in found:
        row["ways"] = "、".join(label for way, label in fields.CHANNELS.items() if row[way])
    return found


async def latest(by: UUID) -> list[dict[str, Any]]:
    """The latest changes of any item. Refuses: Denied."""
    await identity.require(by, *READERS)
    return await events.latest(8)


async def shown(item: UUID, by: UUID) -> dict[str, Any]:
    """One item for its page: `item`, `values`, `fixed` facts, `materials`, `history` (newest first), `seen`,
    `ahead` (bookings still to come) and whether `by` `may_keep` it. Refuses: Denied, NotFound.
    """
    await identity.require(by, *READERS)
    found, papers = await catalog.item(item), await catalog.materials(item)
    past = await events.history(item)
    return {
        "item": found,
        "values": fields.of_item(found),
        "fixed": await _fixed(found),
        "materials": papers,
        "history": _history(past, found, papers),
        "seen": len([event for event in past if event.material is None]),
        "ahead": await ahead(item),
        "may_keep": await may_keep(item, by),
    }


async def shown_material(material: UUID, by: UUID) -> dict[str, Any]:
    """One material for its page: `item`, `material`, `values`, `seen`, `may_keep`. Refuses: Denied, NotFound."""
    await identity.require(by, *READERS)
    paper = await one_material(material)
    found, past = await catalog.item(paper.item), await events.history(paper.item)
    own = [event for event in past if event.material == material]
    return {
        "item": found,
        "material": paper,
        "values": fields.of_material(paper),
        "history": _history(own, found, [paper]),
        "seen": len(own),
        "may_keep": await may_keep(found.id, by),
    }


async def ahead(item: UUID) -> int:
    """How many bookings of the item are still to come."""
    return int((await db.rows(AHEAD, item, await clock.now()))[0]["bookings"])


async def _fixed(item: Item) -> list[tuple[str, str]]:
    name = (await db.rows("SELECT name FROM department WHERE id = $1", item.department))[0]["name"]
    return [
        ("主管部门", name),
        ("事项类型", catalog.TYPES.get(item.type, item.type)),
        ("事项编码", item.code),
        ("法定时限", catalog.term(item.statutory_days, item.statutory_unit)),
        ("依据", item.legal_basis),
    ]


def changes(event: Event, item: Item) -> list[Change]:
    """A change of this item in words."""
    return told(event, item.promised_unit)


def _history(past: list[Event], item: Item, papers: list[Material]) -> list[dict[str, Any]]:
    now: dict[UUID | None, dict[str, Any]] = {one.id: fields.of_material(one) for one in papers}
    now[None] = fields.of_item(item)
    return [
        {"event": event, "changes": changes(event, item), "undoable": _undoable(event, now)}
        for event in past[: -RECENT - 1 : -1]
    ]


def _undoable(event: Event, now: dict[UUID | None, dict[str, Any]]) -> bool:
    return not event.undone and event.material in now and not event.moved(now[event.material])
