"""The columns that stand under a key, as each domain's `tables.py` lists them (`KEYED`), and who still needs which key.

How a column follows when a key is replaced: `sealed` is opened and sealed anew; `of X` is the blind index of the
same row's sealed X; `person` is an ID's index, moved in every table at once; `brief` cannot be derived again and
is outlived by retention; `keyless` is a hash without a key.
"""

import sys
from collections.abc import Iterator
from typing import NamedTuple

from backend import db
from backend.piccolo_app import APP_CONFIG
from backend.settings import settings


class Column(NamedTuple):
    """One column of bytes, by table and name, and how it follows a new key."""

    table: str
    name: str
    how: str

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"

    @property
    def newest(self) -> int:
        """The id of the key that its rows should be under."""
        return max(settings().sm4_keys if self.how == "sealed" else settings().index_keys)

    @property
    def live(self) -> set[int]:
        """The ids of the keys that can still read its rows."""
        return set(settings().sm4_keys if self.how == "sealed" else settings().index_keys)


def columns(*how: str) -> list[Column]:
    """Those that follow in one of these ways; without any, all that a key concerns."""
    found = [column for column in listed() if column.how != "keyless"]
    return [column for column in found if not how or column.how.partition(" ")[0] in how]


def listed() -> Iterator[Column]:
    """Everything that the domains list."""
    modules = {table.__module__ for table in APP_CONFIG.table_classes}
    for module in sorted(modules):
        for name, how in getattr(sys.modules[module], "KEYED", {}).items():
            table, _, column = name.partition(".")
            yield Column(table, column, how)


async def census(column: Column) -> dict[int, int]:
    """How many rows of the column are under each key id."""
    found = await db.rows(
        f"SELECT get_byte({column.name}, 0) AS key, count(*) AS n FROM {column.table}"  # noqa: S608  # our own names
        f" WHERE length({column.name}) > 0 GROUP BY 1"
    )
    return {row["key"]: row["n"] for row in found}
