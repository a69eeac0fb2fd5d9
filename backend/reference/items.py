"""Service items: `items/*.toml`, one file per department, and `materials.toml`.

A field comes from the item, else from its file's `[defaults]`, else from `items/defaults.toml`:
`[instant]` or `[promised]`, then `[defaults]`. `places` lists `hall:line`; `towns:A` means every town
hall. `bring` lists materials by the name they have in `materials.toml`, or as a table that overrides it.
Derived: `window` and `shanghai` from the places, pinyin from name and everyday words.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from backend import catalog
from backend.catalog import words
from backend.catalog.tables import Hall, Item, ItemPlace, Material
from backend.reference import check, files
from backend.reference.rows import BadReference, Row, coded, row


class Common(msgspec.Struct):
    """What all items draw on."""

    defaults: dict[str, Any]
    materials: dict[str, Any]
    material: dict[str, Any]
    halls: dict[str, str]  # kind by code


def items(folder: Path, halls: list[Row]) -> Iterator[Row]:
    """Every item with its materials and places."""
    papers = files.toml(folder, "materials.toml")
    common = Common(
        files.toml(folder, "items/defaults.toml"),
        files.table(papers, "materials", "materials.toml"),
        files.table(papers, "defaults", "materials.toml"),
        {hall.values["code"]: hall.values["kind"] for hall in halls if hall.table is Hall},
    )
    for path in sorted((folder / "items").glob("*.toml")):
        if path.name != "defaults.toml":
            yield from _file(folder, f"items/{path.name}", common)


def _file(folder: Path, name: str, common: Common) -> Iterator[Row]:
    content = files.toml(folder, name)
    own = files.table(content, "defaults", name)
    for entry in files.tables(content, "item", name):
        where = f"{name}: {entry.get('name', 'an item without a name')}"
        yield from _item(_layered({**own, **entry}, common.defaults, where), common, where)


def _layered(stated: dict[str, Any], defaults: dict[str, Any], where: str) -> dict[str, Any]:
    if not isinstance(stated.get("promised_days"), int):
        raise BadReference(f"{where}: promised_days: expected a whole number (0: while you wait)")
    speed = "promised" if stated["promised_days"] else "instant"
    return {**defaults.get("defaults", {}), **defaults.get(speed, {}), **stated}


def _item(given: dict[str, Any], common: Common, where: str) -> Iterator[Row]:
    bring, places = given.pop("bring"), list(_places(given.pop("places", None), common, where))
    given["department"] = (given.get("department"),)
    given["window"] = bool(places)
    given["shanghai"] = any(common.halls[hall] == "shanghai" for hall, _ in places)
    item = row(Item, {**given, **_sounds(given, where)}, where)
    coded(item, words.ITEM)
    check.item(item)
    yield item
    for position, paper in enumerate(bring, start=1):
        yield _material(paper, {"item": item.key, "position": position}, common, where)
    for hall, line in places:
        yield row(ItemPlace, {"item": item.key, "hall": (hall,), "line": (hall, line)}, where)


def _sounds(given: dict[str, Any], where: str) -> dict[str, str]:
    phrases = [given.get("name"), *(given.get("words") or [])]
    if not all(isinstance(phrase, str) for phrase in phrases):
        raise BadReference(f"{where}: name, words: expected texts")
    return catalog.sounds(*phrases)


def _places(given: Any, common: Common, where: str) -> Iterator[tuple[str, str]]:
    if not isinstance(given, list) or not all(isinstance(place, str) for place in given):
        raise BadReference(f'{where}: places: expected a list such as ["city:E", "towns:A"]')
    for place in given:
        hall, _, line = place.partition(":")
        codes = [code for code, kind in common.halls.items() if kind == "town"] if hall == "towns" else [hall]
        for code in codes:
            if code not in common.halls:
                raise BadReference(f"{where}: places: there is no hall {hall!r}")
            yield code, line


def _material(paper: Any, start: dict[str, Any], common: Common, where: str) -> Row:
    stated = paper if isinstance(paper, dict) else {"name": paper}
    name = str(stated.get("name", ""))
    if name not in common.materials and not isinstance(paper, dict):
        raise BadReference(f"{where}: bring: materials.toml has no {name!r}")
    given = {**common.material, **common.materials.get(name, {}), **stated, **start}
    found = row(Material, given, f"{where}: bring {name}")
    coded(found, words.MATERIAL)
    if found.values["deferrable"] != bool(found.values["defer_days"]):
        raise BadReference(
            f"{found.where}: defer_days: a paper that may come later needs a term, and no other"
        )
    return found
