"""A row as a file states it, judged by the columns of its table."""

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

import msgspec
from piccolo.columns import (
    JSONB,
    Array,
    Boolean,
    Column,
    Date,
    DoublePrecision,
    ForeignKey,
    SmallInt,
    Text,
    Time,
    Varchar,
)
from piccolo.table import Table

from backend.clock import CalendarDay
from backend.reference.kinds import columns, natural

NEVER_EMPTY = {"name", "code", "address", "letter", "result_name"}


class BadReference(Exception):
    """A reference file cannot be used. One line: file, row, field, what is expected."""


class Row(msgspec.Struct):
    """One wanted row; foreign keys hold the natural key of what they refer to."""

    table: type[Table]
    key: tuple[Any, ...]
    values: dict[str, Any]
    where: str


def row(table: type[Table], given: dict[str, Any], where: str) -> Row:
    """Judge what a file gives. Refuses (BadReference): unknown, missing and wrong fields."""
    known = columns(table)
    if unknown := [name for name in given if name not in known]:
        raise BadReference(f"{where}: {unknown[0]}: no such field")
    values = {}
    for name, column in known.items():
        if name not in given and not column._meta.null:
            raise BadReference(f"{where}: {name}: missing")
        values[name] = given.get(name)
        if name in NEVER_EMPTY and values[name] == "" and table is not CalendarDay:
            raise BadReference(f"{where}: {name}: must not be empty")
        if values[name] is not None and (wrong := _wrong(column, values[name])):
            raise BadReference(f"{where}: {name}: expected {wrong}, not {given[name]!r}")
    return Row(table, natural(table, values), values, where)


def coded(found: Row, codes: dict[str, Any]) -> None:
    """Refuses (BadReference) a value that is none of its field's codes."""
    for name, known in codes.items():
        if found.values[name] not in known:
            raise BadReference(
                f"{found.where}: {name}: expected one of {_listed(known)}, not {found.values[name]!r}"
            )


def _listed(known: Collection[Any]) -> str:
    return ", ".join(map(str, known))


def _wrong(column: Column, value: Any) -> str:
    """What the column expects, where the value is not that; else nothing."""
    expected, fits = next((said, fits) for kind, said, fits in _RULES if isinstance(column, kind))
    if not fits(value):
        return expected
    if isinstance(column, Varchar) and len(value) > (column.length or 0):
        return f"at most {column.length} characters"
    return ""


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _small(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 32767


def _is(*types: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, types) and not (bool not in types and isinstance(value, bool))


_RULES: list[tuple[type[Column], str, Callable[[Any], bool]]] = [
    (ForeignKey, "a reference", _is(tuple)),
    (Array, "a list of texts", _texts),
    (JSONB, "a list of tables", _tables),
    (Boolean, "true or false", _is(bool)),
    (SmallInt, "a whole number from 0 to 32767", _small),
    (DoublePrecision, "a number", _is(int, float)),
    (Date, "a date", _is(dt.date)),
    (Time, "a time such as 09:00", _is(dt.time)),
    (Varchar, "a text", _is(str)),
    (Text, "a text", _is(str)),
]
