"""一件事 of the desk in Shanghai: `bundles.toml`. A matter is named by its code, or as a table with its `situation`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from backend.catalog.tables import Item
from backend.crossregion.bundles import FEWEST
from backend.crossregion.rules import FILE, DeskRules
from backend.crossregion.tables import Bundle, BundleItem
from backend.reference import files
from backend.reference.rows import BadReference, Row, row

NAME = "bundles.toml"


def bundles(folder: Path, items: list[Row]) -> Iterator[Row]:
    """Every bundle and its matters. Refuses (BadReference) fewer than two, one that the desk does not take in, a
    situation that it does not know.
    """
    taken = {found.key[0]: found.values["shanghai"] for found in items if found.table is Item}
    rules = msgspec.convert(files.toml(folder, FILE), DeskRules)
    for given in files.tables(files.toml(folder, NAME), "bundle", NAME):
        where = f"{NAME}: {given.get('name', 'a bundle without a name')}"
        parts = given.pop("items", None)
        if not isinstance(parts, list) or len(parts) < FEWEST:
            raise BadReference(f"{where}: items: expected a list of at least {FEWEST}")
        bundle = row(Bundle, {"to_confirm": False, **given}, where)
        yield bundle
        for position, part in enumerate(parts, start=1):
            yield _part(part, {"bundle": bundle.key, "position": position}, (taken, rules), f"{where}: items")


def _part(part: Any, start: dict[str, Any], known: tuple[dict[str, bool], DeskRules], where: str) -> Row:
    stated = part if isinstance(part, dict) else {"code": part}
    code, situation = str(stated.get("code", "")), stated.get("situation", "")
    taken, rules = known
    if not taken.get(code, False):
        raise BadReference(f"{where}: the desk in Shanghai does not take in {code!r}")
    if situation and situation not in [one.name for one in rules.way_of(code).situations]:
        raise BadReference(f"{where}: situation: {FILE} has no {situation!r} for {code}")
    return row(BundleItem, {**start, "item": (code,), "situation": situation}, where)
