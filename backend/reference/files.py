"""Reading TOML and CSV so that whatever is wrong is named by file and place."""

import csv
import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.reference.rows import BadReference


def toml(folder: Path, name: str) -> dict[str, Any]:
    """A TOML file. Refuses (BadReference) a missing or unreadable one."""
    try:
        return tomllib.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadReference(f"{name}: {' '.join(str(error).split())}") from None


def sheet(folder: Path, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a CSV file as texts, each with where it stands."""
    try:
        lines = (folder / name).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadReference(f"{name}: {error}") from None
    for number, line in enumerate(csv.DictReader(lines), start=2):
        where = f"{name}: row {number}"
        if None in line or None in line.values():
            raise BadReference(f"{where}: every row needs as many values as the first line has names")
        yield where, {key: value.strip() for key, value in line.items()}


def tables(content: dict[str, Any], name: str, where: str) -> list[dict[str, Any]]:
    """The `[[name]]` tables of a TOML file. Refuses (BadReference) anything else of that name."""
    found = content.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise BadReference(f"{where}: {name}: expected [[{name}]] tables")
    return found


def table(content: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    """The `[name]` table of a TOML file, empty where there is none."""
    found = content.get(name, {})
    if not isinstance(found, dict):
        raise BadReference(f"{where}: {name}: expected a [{name}] table")
    return found


def number(where: str, field: str, text: str) -> int:
    """A whole number out of a text."""
    if not text.isascii() or not text.isdigit():
        raise BadReference(f"{where}: {field}: expected a whole number, not {text!r}")
    return int(text)


def time(where: str, field: str, text: str) -> dt.time:
    """A time of day out of a text such as 09:00."""
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        raise BadReference(f"{where}: {field}: expected a time such as 09:00, not {text!r}") from None


def span(where: str, field: str, text: str, most: int) -> range:
    """`3` or `1-5`: whole numbers from 1 to `most`, both ends included."""
    first, _, last = text.partition("-")
    found = range(number(where, field, first), number(where, field, last or first) + 1)
    if not found or found[0] < 1 or found[-1] > most:
        raise BadReference(f"{where}: {field}: expected numbers from 1 to {most} such as 1-5, not {text!r}")
    return found
