"""The tables that files fill: what identifies a row of each, and whose part it is."""

from typing import Any

import msgspec
from piccolo.columns import Column
from piccolo.table import Table

from backend.appointments.tables import Policy, Template
from backend.catalog import tables as catalog
from backend.clock import CalendarDay
from backend.crossregion.tables import Bundle, BundleItem
from backend.queue.tables import Rules

OURS = {"id", "edited_at"}  # never stated by a file


class Kind(msgspec.Struct, frozen=True):
    """How rows of a table are told apart, whose part they are, and whether a part may be taken away."""

    table: type[Table]
    key: tuple[str, ...]
    part_of: str = ""
    removable: bool = False


KINDS = [  # in the order in which rows can be written
    Kind(catalog.Department, ("code",)),
    Kind(catalog.Hall, ("code",)),
    Kind(catalog.Opening, ("hall", "weekday", "opens"), part_of="hall", removable=True),
    Kind(catalog.Line, ("hall", "letter"), part_of="hall"),
    Kind(catalog.Counter, ("hall", "number"), part_of="hall"),
    Kind(catalog.Village, ("code",)),
    Kind(Rules, ("hall",)),
    Kind(catalog.Item, ("code",)),
    Kind(catalog.Material, ("item", "name"), part_of="item", removable=True),
    Kind(catalog.ItemPlace, ("item", "hall"), part_of="item", removable=True),
    Kind(Bundle, ("code",)),
    Kind(BundleItem, ("bundle", "item"), part_of="bundle", removable=True),
    Kind(catalog.Text, ("key",)),
    Kind(Policy, ("group",)),
    Kind(Template, ("line", "weekday", "starts")),
    Kind(CalendarDay, ("day",)),
]
KIND = {kind.table: kind for kind in KINDS}


def columns(table: type[Table]) -> dict[str, Column]:
    """The columns that a file states."""
    return {c._meta.name: c for c in table._meta.columns if c._meta.name not in OURS}


def natural(table: type[Table], values: dict[str, Any]) -> tuple[Any, ...]:
    """What identifies the row, with the keys of what it refers to spelled out in place."""
    parts: list[Any] = []
    for name in KIND[table].key:
        parts.extend(values[name] if isinstance(values[name], tuple) else [values[name]])
    return tuple(parts)
