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
from tests.routes import Case

NATURAL: dict[type, dict[str, Any]] = {
    UUID: {"type": "string", "format": "uuid"},
    int: {"type": "integer"},
    dt.date: {"type": "string", "format": "date"},
    dt.time: {"type": "string", "format": "time"},
    bool: {"enum": ["yes", "on", "0"]},
    str: {"type": "string", "maxLength": 40},
    list: {"type": "string", "maxLength": 40},
}
HEADERS = ("accept", "referer", "range")
TEXT = {"type": "string"}
NAMES = re.compile(r"{(\w+)}")
MADE_UP = 6  # questions for each route that hypothesis makes up
AT_THE_EDGE = 8  # and about so many at the edges of the document: missing, doubled, empty, of another type


def document(known_fields: list[tuple[Case, dict[str, Any]]], found: world.World) -> dict[str, Any]:
    """The OpenAPI document of these routes with the fields that their forms have."""
    paths: dict[str, Any] = {}
    for case, known in known_fields:
        paths.setdefault(case.path, {})[case.method.lower()] = _operation(case, known, found)
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
    return {"anyOf": [*known, NATURAL[field.type], TEXT]}


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
        max_examples=MADE_UP, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def note(case: schemathesis.Case) -> None:
        found.append(case)

    note()
    return found
