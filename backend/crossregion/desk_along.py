"""What the desk's computer takes along for the time without a network: how each matter goes here, and the consent."""

from typing import Any
from uuid import UUID

from backend import catalog
from backend.catalog.tables import Department, Hall, Item
from backend.crossregion.ask import hall_of
from backend.crossregion.eligible import applicants_of, pace, plan, situations_of
from backend.crossregion.rules import desk_rules


async def along(by: UUID) -> dict[str, Any]:
    """The desk, its matters, who may apply with which papers, and the text that is signed. Refuses: Denied."""
    rules, code = desk_rules(), await hall_of(by)
    hall = await Hall.objects().get(Hall.code == code)
    items = await Item.objects().where(Item.shanghai.eq(True)).order_by(Item.name).output(load_json=True)
    names = {row["id"]: row["name"] for row in await Department.select(Department.id, Department.name)}
    applicants = {
        code: {"name": one.name, "firm": one.audience == "firm", "papers": one.papers, "mandate": one.mandate}
        for code, one in rules.applicants.items()
    }
    return {
        "hall": code, "desk": hall.name if hall else "", "consent": rules.consent.strip(), "applicants": applicants,
        "items": [await _item(one, names[one.department]) for one in items],
    }  # fmt: skip


async def _item(one: Item, department: str) -> dict[str, Any]:
    situations = ["", *(each.name for each in situations_of(one))]
    materials = await catalog.materials(one.id)
    return {
        "id": str(one.id), "name": one.name, "department": department, "applicants": list(applicants_of(one)),
        "pace": pace(one.promised_days, one.promised_unit),
        "situations": [await _way(one, name) for name in situations],
        "materials": [
            {"name": each.name, "condition": each.condition, "needed": each.necessity == 1 and not each.deferrable}
            for each in materials
        ],
    }  # fmt: skip


async def _way(one: Item, situation: str) -> dict[str, Any]:
    """How it goes in one of its situations; "" is the general one."""
    found = await plan(one, "", situation, [])
    return {
        "name": situation, "mode": found.mode_name, "says": found.says, "signing": found.signing,
        "signing_name": found.signing_name, "live": found.live, "originals": found.originals, "note": found.note,
    }  # fmt: skip
