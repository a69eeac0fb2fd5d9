"""What must hold beyond single fields: within an item, and between rows."""

from typing import Any

from piccolo.table import Table

from backend.appointments.tables import Policy, Template
from backend.catalog import words
from backend.catalog.tables import Item, ItemPlace
from backend.reference.rows import BadReference, Row

SPECIAL = {"name", "time", "basis", "fee", "counts"}
QUESTION = {"question", "answer"}


def item(item: Row) -> None:
    """Refuses (BadReference) what no item may say."""
    found, where = item.values, item.where
    if len(found["code"]) != 33 or not found["code"].isalnum():
        raise BadReference(f"{where}: code: expected 33 digits and letters, not {found['code']!r}")
    if found["visits"] and not found["visit_reason"]:
        raise BadReference(f"{where}: visit_reason: missing, though people must come {found['visits']} times")
    same = found["statutory_unit"] == found["promised_unit"]
    if same and (found["statutory_days"] or found["promised_days"]) < found["promised_days"]:
        raise BadReference(f"{where}: promised_days: longer than the law allows")
    if unknown := set(found["audience"]) - set(words.AUDIENCES):
        raise BadReference(f"{where}: audience: {unknown.pop()!r} is none of {', '.join(words.AUDIENCES)}")
    for field, keys in (("special_steps", SPECIAL), ("questions", QUESTION)):
        if any(set(entry) != keys for entry in found[field]):
            raise BadReference(f"{where}: {field}: each needs exactly {', '.join(sorted(keys))}")


def whole(rows: list[Row]) -> None:
    """Refuses (BadReference) doubles, dangling references, and items that cannot be booked as they claim."""
    known = _once(rows)
    for row in rows:
        _refers(row, known)
    names: dict[str, str] = {}
    offered = {row.values["line"] for row in rows if row.table is Template}
    bookable = {
        row.values["item"] for row in rows if row.table is ItemPlace and row.values["line"] in offered
    }
    for one in (row for row in rows if row.table is Item):
        _item(one, names, known, bookable)


def _once(rows: list[Row]) -> dict[type[Table], set[tuple[Any, ...]]]:
    known: dict[type[Table], set[tuple[Any, ...]]] = {}
    for row in rows:
        keys = known.setdefault(row.table, set())
        if row.key in keys:
            raise BadReference(f"{row.where}: {' '.join(map(str, row.key))} is stated twice")
        keys.add(row.key)
    return known


def _refers(row: Row, known: dict[type[Table], set[tuple[Any, ...]]]) -> None:
    for column in row.table._meta.foreign_key_columns:
        value = row.values[column._meta.name]
        if value not in known.get(column._foreign_key_meta.resolved_references, set()):
            raise BadReference(f"{row.where}: {column._meta.name}: there is no {':'.join(map(str, value))}")


def _item(
    item: Row, names: dict[str, str], known: dict[type[Table], set[tuple[Any, ...]]], bookable: set[Any]
) -> None:
    name, group = item.values["name"], item.values["policy_group"]
    if name in names:
        raise BadReference(f"{item.where}: name: {names[name]} has the same name")
    names[name] = item.where
    if (group,) not in known.get(Policy, set()):
        raise BadReference(f"{item.where}: policy_group: policies.toml has no {group!r}")
    if item.values["bookable"] and item.key not in bookable:
        raise BadReference(f"{item.where}: bookable: capacity.csv offers nothing on any of its lines")
