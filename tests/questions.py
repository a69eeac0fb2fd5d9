"""Odd questions for every route, made by Schemathesis from an OpenAPI document that is made from the routes.

Nothing is listed here: paths and example values are those of `tests/routes.py` (which names every route), the
fields those of the forms that the handlers read.
"""

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.generation import GenerationMode

from tests import world
from tests.routes import CASES, Case

# Days and numbers at the edge of what can be reckoned with.
FAR = [
    "0001-01-01",
    "9999-12-31",
    "1900-01-01",
    "2099-12-31",
    "1899-12-31",
    "2100-01-01",
    "2096-02-29",
    "2026-11-22",
]
LARGE = ["0", "-1", "1", "32767", "32768", "2147483647", "2147483648", "999999999", "9223372036854775808"]
NATURAL: dict[type, dict[str, Any]] = {
    UUID: {"type": "string", "format": "uuid"},
    int: {"anyOf": [{"enum": LARGE}, {"type": "integer"}]},
    dt.date: {"anyOf": [{"enum": FAR}, {"type": "string", "format": "date"}]},
    dt.time: {"anyOf": [{"enum": ["00:00", "23:59", "24:00"]}, {"type": "string", "format": "time"}]},
    bool: {"enum": ["yes", "on", "0"]},
    str: {"type": "string", "maxLength": 40},
    list: {"type": "string", "maxLength": 40},
}
HEADERS = ("accept", "referer", "range")
TEXT = {"type": "string"}
NAMES = re.compile(r"{(\w+)}")
MADE_UP = 6  # questions for each route that hypothesis makes up, and as many more as its form has fields
AT_THE_EDGE = 8  # and about so many at the edges of the document: missing, doubled, empty, of another type
MOST_PAIRS = 6  # of fields whose extremes are tried together


def document(known: dict[str, dict[str, Any]], found: world.World) -> dict[str, Any]:
    """The OpenAPI document of every route with the fields that its form has."""
    paths: dict[str, Any] = {}
    for case in CASES:
        paths.setdefault(case.path, {})[case.method.lower()] = _operation(case, known[str(case)], found)
    return {"openapi": "3.1.0", "info": {"title": "启办", "version": "1"}, "paths": paths}


def _operation(case: Case, fields: dict[str, Any], found: world.World) -> dict[str, Any]:
    properties = {name: _values(field, case.filled(found.own).get(name)) for name, field in fields.items()}
    said = [_parameter("header", name, TEXT) for name in HEADERS]
    said.append(_parameter("cookie", "theme", TEXT))
    said += [_parameter("path", name, _id(name, found)) for name in NAMES.findall(case.path)]
    operation: dict[str, Any] = {"responses": {"default": {"description": "a page"}}, "parameters": said}
    if case.method == "GET":
        said += [_parameter("query", name, kind) for name, kind in properties.items()]
    elif fields:
        form = {"type": "object", "properties": properties, "required": list(properties)}
        operation["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": form}}}
    return operation


def _parameter(where: str, name: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"in": where, "name": name, "schema": values, "required": where == "path"}


def _values(field: Any, example: str | None) -> dict[str, Any]:
    known = [{"enum": [example]}] if example else []
    return {"anyOf": [*known, *edges(field), NATURAL[field.type], TEXT]}


def edges(field: Any) -> list[dict[str, Any]]:
    """The bounds that the field itself names, and what lies just beyond."""
    bounds = [n for n in (field.least, field.most) if n is not None]
    return [{"enum": [str(n + step) for n in bounds for step in (-1, 0, 1)]}] if bounds else []


def extremes(fields: dict[str, Any]) -> list[dict[str, str]]:
    """Pairs of days, times and numbers of one form, each pair with both at an end of what the form lets through."""
    ends = {name: found for name, field in fields.items() if (found := _ends(field))}
    pairs = list(itertools.combinations(ends, 2))
    few = pairs[:: max(1, len(pairs) // MOST_PAIRS)]
    both = [{a: x, b: y} for a, b in few for x, y in itertools.product(ends[a], ends[b])]
    return [{name: value} for name in ends for value in ends[name]] + both


def _ends(field: Any) -> list[str]:
    if field.type is int:
        return [str(-(10**9) + 1 if field.least is None else field.least), str(field.most or 10**9 - 1)]
    return {dt.date: ["1900-01-01", "2099-12-31"], dt.time: ["00:00", "23:59"]}.get(field.type, [])


def _id(name: str, found: world.World) -> dict[str, Any]:
    known = [ids[name] for ids in (found.own, found.foreign) if name in ids]
    return {"anyOf": [{"enum": known}, NATURAL[UUID], {"type": "string", "minLength": 1}]}


def asked(of: dict[str, Any]) -> Iterator[tuple[str, str, list[schemathesis.Case]]]:
    """Method and path of each route, with what it is asked: the same in every run."""
    schema = schemathesis.openapi.from_dict(of)
    schema.config.phases.coverage.unexpected_methods = {"DELETE"}  # one of them is enough
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]  # the document is ours, and sound
        yield operation.method.upper(), operation.path, [*_at_the_edge(operation), *_made_up(operation)]


def _fields(operation: Any) -> int:
    """How many the form has."""
    raw = operation.definition.raw
    body = raw.get("requestBody", {"content": {}})["content"].values()
    said = [one for one in raw["parameters"] if one["in"] == "query"]
    return sum(len(one["schema"]["properties"]) for one in body) + len(said)


def _at_the_edge(operation: Any) -> list[schemathesis.Case]:
    config = operation.schema.config.generation_for(operation=operation, phase="coverage")
    cases = operation.schema.iter_coverage_cases(
        operation, generation_modes=list(GenerationMode), generation_config=config
    )
    every = list(itertools.islice(cases, 400))
    return every[:: max(1, len(every) // AT_THE_EDGE)]


def _made_up(operation: Any) -> list[schemathesis.Case]:
    found: list[schemathesis.Case] = []

    @seed(1)
    @settings(
        max_examples=MADE_UP + _fields(operation), database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def note(case: schemathesis.Case) -> None:
        found.append(case)

    note()
    return found
