"""One item, what to bring for it, and where it is done."""

from typing import Any
from uuid import UUID

from backend.catalog.hours import said
from backend.catalog.tables import Item, ItemPlace, Material, Opening
from backend.refusal import NotFound

HALLS = {"city": 0, "town": 1, "shanghai": 2}


async def item(id: UUID) -> Item:
    """An item. Refuses: NotFound."""
    found = await Item.objects().where(Item.id == id).first().output(load_json=True)
    if found is None:
        raise NotFound("没有找到这件事，可能已经取消或改名，请重新搜索")
    return found


async def materials(item: UUID) -> list[Material]:
    """What to bring, in order."""
    return await Material.objects().where(Material.item == item).order_by(Material.position)


async def places(item: UUID) -> list[dict[str, Any]]:
    """Where it is done: the city hall first, then towns, then Shanghai; each with its hours in words.

    Keys: hall (id), code, name, kind, area, address, phone, latitude, longitude; line (id), letter,
    line_name, floor; hours.
    """
    at, line = ItemPlace.hall, ItemPlace.line
    names = ("code", "name", "kind", "area", "address", "phone", "latitude", "longitude")
    found = await ItemPlace.select(
        ItemPlace.hall,
        *(getattr(at, name).as_alias(name) for name in names),
        ItemPlace.line,
        line.letter.as_alias("letter"),
        line.name.as_alias("line_name"),
        line.floor.as_alias("floor"),
    ).where(ItemPlace.item == item)
    hours = await _hours([place["hall"] for place in found])
    for place in found:
        place["hours"] = said(hours.get(place["hall"], []))
    return sorted(found, key=lambda place: (HALLS[place["kind"]], place["name"]))


async def _hours(halls: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    hours: dict[UUID, list[dict[str, Any]]] = {}
    if halls:
        for opening in await Opening.select().where(Opening.hall.is_in(halls)):
            hours.setdefault(opening["hall"], []).append(opening)
    return hours
