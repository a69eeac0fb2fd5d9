"""Booking rules and weekly capacity: `policies.toml`, `capacity.csv`; and the texts of the site."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.appointments.tables import Policy, Template
from backend.catalog.tables import Hall, Opening, Text
from backend.queue.tables import Rules
from backend.reference import files
from backend.reference.rows import BadReference, Row, row

NUMBERS = ("slot_minutes", "counters", "minutes_per_matter", "online_percent")
COLUMNS = {"hall", "line", "weekdays", "starts", "ends", *NUMBERS}


def policies(folder: Path) -> Iterator[Row]:
    """One row per group of items."""
    content = files.toml(folder, "policies.toml")
    defaults = files.table(content, "defaults", "policies.toml")
    for given in files.tables(content, "policy", "policies.toml"):
        yield row(Policy, {**defaults, **given}, f"policies.toml: {given.get('group', 'no group')}")


def queues(folder: Path, places: list[Row]) -> Iterator[Row]:
    """How each hall's queue goes: `queue.toml`, one row per hall, what it says beside the defaults."""
    content = files.toml(folder, "queue.toml")
    defaults = files.table(content, "defaults", "queue.toml")
    own = {str(given.get("code")): given for given in files.tables(content, "hall", "queue.toml")}
    for key in [one.key for one in places if one.table is Hall]:
        given = {name: value for name, value in own.pop(key[0], {}).items() if name != "code"}
        yield row(Rules, {**defaults, "hall": key, **given}, f"queue.toml: {key[0]}")
    if own:
        raise BadReference(f"queue.toml: code: there is no hall {min(own)}")


def texts(folder: Path) -> Iterator[Row]:
    """One row per text."""
    for key, value in files.toml(folder, "texts.toml").items():
        stated = value.strip() if isinstance(value, str) else value
        yield row(Text, {"key": key, "value": stated}, f"texts.toml: {key}")


def capacity(folder: Path, halls: list[Row]) -> Iterator[Row]:
    """What each line offers by weekday; `towns` stands for every town hall."""
    towns = [hall.values["code"] for hall in halls if hall.table is Hall and hall.values["kind"] == "town"]
    for where, line in files.sheet(folder, "capacity.csv"):
        if set(line) != COLUMNS:
            raise BadReference(f"{where}: expected the columns {', '.join(sorted(COLUMNS))}")
        for hall in towns if line["hall"] == "towns" else [line["hall"]]:
            for weekday in files.span(where, "weekdays", line["weekdays"], 7):
                yield _template(hall, weekday, line, halls, where)


def _template(hall: str, weekday: int, line: dict[str, str], halls: list[Row], where: str) -> Row:
    given: dict[str, Any] = {name: files.number(where, name, line[name]) for name in NUMBERS}
    given |= {name: files.time(where, name, line[name]) for name in ("starts", "ends")}
    if (
        not 0 <= given["online_percent"] <= 100
        or not given["slot_minutes"]
        or not given["minutes_per_matter"]
    ):
        raise BadReference(f"{where}: online_percent 0–100; slot_minutes, minutes_per_matter: at least 1")
    if not any(_open(opening, hall, weekday, given) for opening in halls if opening.table is Opening):
        raise BadReference(f"{where}: starts, ends: {hall} is not open then on weekday {weekday}")
    return row(Template, {**given, "line": (hall, line["line"]), "weekday": weekday}, where)


def _open(opening: Row, hall: str, weekday: int, given: dict[str, Any]) -> bool:
    at = opening.values
    same = at["hall"] == (hall,) and at["weekday"] == weekday
    return bool(same and at["opens"] <= given["starts"] < given["ends"] <= at["closes"])
