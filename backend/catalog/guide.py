"""The body of an item's guide page (办事指南), finished once and kept until the catalogue changes."""

from typing import Any
from uuid import UUID

from jinja2 import Environment
from markupsafe import Markup

from backend.catalog import ways, words
from backend.catalog.look_up import item as find
from backend.catalog.look_up import materials, places
from backend.catalog.site import texts
from backend.catalog.snapshot import snapshot
from backend.catalog.tables import Department, Item


async def guide(id: UUID, environment: Environment) -> tuple[Item, Markup]:
    """The item and the body of its page, which is the same for every visitor. Refuses: NotFound."""
    kept = (await snapshot()).guides
    if id not in kept:
        facts = await _facts(id)
        body = environment.get_template("catalog/_guide.html").render(**facts)
        kept[id] = facts["item"], Markup(body)  # noqa: S704  # rendered with escaping on
    return kept[id]


async def _facts(id: UUID) -> dict[str, Any]:
    item = await find(id)
    where: dict[str, list[dict[str, Any]]] = {"city": [], "town": [], "shanghai": []}
    for place in await places(id):
        where[place["kind"]].append(place)
    department = await Department.objects().get(Department.id == item.department)
    return {
        "item": item,
        "department": department,
        "materials": await materials(id),
        "where": where,
        "town_hours": _shared([place["hours"] for place in where["town"]]),
        "marks": ways.marks(item),
        "instead": ways.instead(item, (await texts()).get("online-portal", "")),
        "term": ways.term,
        "words": words,
    }


def _shared(hours: list[list[str]]) -> list[str]:
    """The hours that all of them keep; empty where they differ."""
    return hours[0] if hours and all(one == hours[0] for one in hours) else []
