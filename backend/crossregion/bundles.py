"""一件事: matters that people need together, as data; one form takes them in, each as a case for its own department."""

from typing import Any
from uuid import UUID

import msgspec

from backend import cases, db
from backend.catalog.tables import Item
from backend.crossregion.eligible import Plan, applicants_of, plan
from backend.crossregion.intake import Seat, open_here
from backend.crossregion.rules import Applicant
from backend.crossregion.tables import Bundle
from backend.refusal import NotFound, Refusal

FEWEST = 2  # matters that are taken in together: one alone is no bundle
MISSING = "没有找到这一件事，请重新选择"
OTHERS = "勾的事和这一件事对不上，请重新打开这一页"
# What the desk does not take in any more is left out, and a bundle of which one is left.
BUNDLES = """
SELECT b.id, b.name, b.says, array_agg(i.name ORDER BY p.position) AS items FROM desk_bundle b
JOIN desk_bundle_item p ON p.bundle = b.id JOIN item i ON i.id = p.item AND i.shanghai
WHERE $1::uuid IS NULL OR EXISTS (SELECT 1 FROM desk_bundle_item o WHERE o.bundle = b.id AND o.item = $1)
GROUP BY b.id HAVING count(*) > 1 ORDER BY b.name
"""
PARTS = """
SELECT p.item, p.situation, d.name AS department FROM desk_bundle_item p JOIN item i ON i.id = p.item AND i.shanghai
JOIN department d ON d.id = i.department WHERE p.bundle = $1 ORDER BY p.position
"""


class Part(msgspec.Struct, frozen=True):
    """One of its matters, in its situation, and who decides it."""

    item: Item
    situation: str
    department: str

    @property
    def applicants(self) -> dict[str, Applicant]:
        """Who may apply for it."""
        return applicants_of(self.item)


async def bundles(item: UUID | None = None) -> list[dict[str, Any]]:
    """Those that the desk takes in (with one matter in it), each with the names of its matters."""
    return await db.rows(BUNDLES, item)


async def bundle_of(id: UUID) -> tuple[Bundle, list[Part]]:
    """A bundle and its matters, in order. Refuses: NotFound."""
    found = await Bundle.objects().where(Bundle.id == id).first()
    rows = await db.rows(PARTS, id)
    if found is None or len(rows) < FEWEST:
        raise NotFound(MISSING)
    items = {one.id: one for one in await Item.objects().where(Item.id.is_in([row["item"] for row in rows]))}
    return found, [Part(items[row["item"]], row["situation"], row["department"]) for row in rows]


def applicants_of_all(parts: list[Part]) -> dict[str, Applicant]:
    """Who may apply for every one of them."""
    return {
        code: one
        for code, one in parts[0].applicants.items()
        if all(code in part.applicants for part in parts)
    }


async def plans_of(parts: list[Part], applicant: str, conditions: list[str]) -> list[Plan]:
    """How each goes, as `plan` says."""
    return [await plan(part.item, applicant, part.situation, conditions) for part in parts]


@db.retrying
async def take_in_bundle(  # noqa: PLR0917  # as `intake.take_in`, with the two that say which
    bundle: UUID, items: list[UUID], wanted: cases.Wanted, seat: Seat, by: UUID, token: str
) -> UUID:
    """收件 of these matters of a bundle by one form, all or none; returns the first case. The same token again is the
    same cases. Refuses: as `intake.take_in`, naming the matter; a matter that is none of the bundle's.
    """
    one, parts = await bundle_of(bundle)
    chosen = [part for part in parts if part.item.id in items]
    if len(chosen) != len(items):
        raise Refusal(OTHERS)
    async with db.transaction(refusing=cases.receipt_refusals()):
        lead, new = await open_here(_one(wanted, one, chosen[0]), _seat(seat, chosen[0]), by, token)
        for n, part in enumerate(chosen[1:] if new else [], start=1):
            led = msgspec.structs.replace(_one(wanted, one, part), lead=lead)
            await open_here(led, _seat(seat, part), by, f"{token}:{n}")
    return lead


def _one(wanted: cases.Wanted, bundle: Bundle, part: Part) -> cases.Wanted:
    return msgspec.structs.replace(wanted, item=part.item.id, bundle=bundle.name)


def _seat(seat: Seat, part: Part) -> Seat:
    return msgspec.structs.replace(seat, situation=part.situation)
