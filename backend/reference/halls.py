"""Departments, halls and villages: `departments.csv`, `halls.toml`, `villages.csv`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.catalog import words
from backend.catalog.tables import Counter, Department, Hall, Line, Opening, Village
from backend.reference import files
from backend.reference.rows import BadReference, Row, coded, row

YES = {"yes": True, "no": False, "": False}
MOST_COUNTERS = 999


def departments(folder: Path) -> Iterator[Row]:
    """One row per department."""
    for where, line in files.sheet(folder, "departments.csv"):
        yield row(Department, {**line, "to_confirm": _to_confirm(line, where)}, where)


def villages(folder: Path) -> Iterator[Row]:
    """One row per village. Refuses (BadReference) a neighbour that no row names."""
    found = list(files.sheet(folder, "villages.csv"))
    known = {line.get("code") for _, line in found}
    for where, line in found:
        near = line.pop("neighbours", "").split()
        if unknown := [code for code in near if code not in known]:
            raise BadReference(f"{where}: neighbours: there is no {unknown[0]}")
        given = {**line, "hall": (line.get("hall"),), "neighbours": near}
        yield row(Village, {**given, "to_confirm": _to_confirm(line, where)}, where)


def _to_confirm(line: dict[str, str], where: str) -> bool:
    if line.get("to_confirm", "") not in YES:
        raise BadReference(f"{where}: to_confirm: expected yes or no, not {line['to_confirm']!r}")
    return YES[line.get("to_confirm", "")]


def halls(folder: Path) -> Iterator[Row]:
    """Every hall, its hours, lines and counters. `[defaults.town]` holds for halls of that kind."""
    content = files.toml(folder, "halls.toml")
    defaults = files.table(content, "defaults", "halls.toml")
    common = {key: value for key, value in defaults.items() if key not in words.HALL["kind"]}
    for given in files.tables(content, "hall", "halls.toml"):
        where = f"halls.toml: {given.get('name', 'a hall without a name')}"
        yield from _hall({**common, **defaults.get(str(given.get("kind")), {}), **given}, where)


def _hall(given: dict[str, Any], where: str) -> Iterator[Row]:
    hours, lines = given.pop("hours", None), given.pop("lines", None)
    if not isinstance(hours, list) or not isinstance(lines, list):
        raise BadReference(f"{where}: hours, lines: expected two lists")
    hall = row(Hall, given, where)
    coded(hall, words.HALL)
    yield hall
    for text in hours:
        yield from _hours(hall.key, str(text), f"{where}: hours")
    for line in lines:
        yield from _line(hall.key, line, f"{where}: lines")


def _hours(hall: tuple[Any, ...], text: str, where: str) -> Iterator[Row]:
    days, _, rest = text.partition(" ")
    times, _, mark = rest.partition(" ")
    opens, _, closes = times.partition("-")
    if mark not in ("", "booking"):
        raise BadReference(f"{where}: expected `1-5 09:00-12:00` with or without `booking`, not {text!r}")
    found = {"opens": files.time(where, "opens", opens), "closes": files.time(where, "closes", closes)}
    if found["opens"] >= found["closes"]:
        raise BadReference(f"{where}: closes: must be later than opens, not {text!r}")
    for weekday in files.span(where, "weekdays", days, 7):
        given = {"hall": hall, "weekday": weekday, **found, "booking_only": bool(mark)}
        yield row(Opening, given, where)


def _line(hall: tuple[Any, ...], given: Any, where: str) -> Iterator[Row]:
    if not isinstance(given, dict) or "counters" not in given:
        raise BadReference(f"{where}: counters: missing")
    where = f"{where}: {given.get('letter')}"
    stated = {key: value for key, value in given.items() if key != "counters"}
    line = row(Line, {"hall": hall, **stated}, where)
    yield line
    for number in files.span(where, "counters", str(given["counters"]), MOST_COUNTERS):
        yield row(Counter, {"hall": hall, "line": line.key, "number": number}, where)
