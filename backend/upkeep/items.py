"""Changing an item's texts and channels, one material of it, and taking a change back.

Every change is one transaction that holds the item's row, writes what differs, marks the item as edited (so that
loading the reference files leaves it, see `reference/store.py`) and appends an event.
"""

from typing import Any, cast
from uuid import UUID

import msgspec
from piccolo.columns import Column

from backend import catalog, clock, db
from backend.catalog.tables import Item, Material
from backend.refusal import NotFound, Refusal
from backend.upkeep import fields, rules
from backend.upkeep.events import Event, refuse_later, refuse_stale, undoable
from backend.upkeep.rights import require_keeper
from backend.upkeep.tables import ItemEvent

Values = dict[str, Any]
ONCE = {"item_event_undoes_key": Refusal("这次改动已经撤销过了")}


async def change_item(item: UUID, seen: int, by: UUID, **values: Any) -> UUID | None:
    """Change what may be changed (`fields.ITEM`; without `kind`, which follows). Returns the event's id, or None
    where nothing differs.

    `seen`: how many changes of the item there were when the form was opened.
    Refuses: Denied, NotFound, Stale where somebody saved meanwhile, Unfit.
    """
    async with db.transaction():
        found = await _held(item, by)
        await refuse_stale(item, None, seen)
        before = fields.of_item(found)
        after = rules.settled({**before, **values})
        await rules.judge_item(found, before, after)
        return await _write(found, None, before, after, by=by)


async def change_material(material: UUID, seen: int, by: UUID, **values: Any) -> UUID | None:
    """Change what may be changed of a material (`fields.MATERIAL`); as `change_item`, and `seen` counts the
    material's own changes.
    """
    async with db.transaction():
        paper = await one_material(material)
        found = await _held(paper.item, by)
        paper = await one_material(material)
        await refuse_stale(found.id, material, seen)
        before = fields.of_material(paper)
        after = {**before, **values}
        rules.judge_material(after)
        return await _write(found, material, before, after, by=by)


async def undo_item_change(event: UUID, by: UUID) -> UUID:
    """Put back what a change replaced; itself an event, which can be taken back too. Returns the item's id.

    Refuses: Denied, NotFound, a change already taken back, fields that were changed later (naming them), and
    values that would not be allowed now (Unfit).
    """
    async with db.transaction(refusing=ONCE):
        wanted = await undoable(event)
        found = await _held(wanted.item, by)
        paper = await one_material(wanted.material) if wanted.material else None
        before = fields.of_material(paper) if paper else fields.of_item(found)
        await refuse_later(await undoable(event), before)
        after = {**before, **wanted.before}
        if paper:
            rules.judge_material(after)
        else:
            await rules.judge_item(found, before, after)
        await _write(found, wanted.material, before, after, by=by, undoes=wanted)
    return wanted.item


async def one_material(material: UUID) -> Material:
    """A material. Refuses: NotFound."""
    found = await Material.objects().where(Material.id == material).first()
    if found is None:
        raise NotFound("没有找到这样材料，可能已经去掉")
    return found


async def _held(item: UUID, by: UUID) -> Item:
    await catalog.item(item)
    await require_keeper(item, by)
    await db.rows("SELECT id FROM item WHERE id = $1 FOR NO KEY UPDATE", item)
    return await catalog.item(item)


async def _write(
    item: Item, material: UUID | None, before: Values, after: Values, *, by: UUID, undoes: Event | None = None
) -> UUID | None:
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return None
    new, now = {name: after[name] for name in changed}, await clock.now()
    own = {} if material else fields.columns(new)
    if "words" in own:
        own |= catalog.sounds(item.name, *own["words"])
    await Item.update(_set({**own, "edited_at": now})).where(Item.id == item.id)
    if material:
        await Material.update(_set(new)).where(Material.id == material)
    event = ItemEvent(
        item=item.id, material=material, at=now, by=by, undoes=undoes and undoes.id,
        before=_json({name: before[name] for name in changed}), after=_json(new),
    )  # fmt: skip
    await ItemEvent.insert(event)
    return UUID(str(event.id))


def _set(values: Values) -> dict[Column | str, Any]:
    return cast(dict[Column | str, Any], values)


def _json(values: Values) -> str:
    return msgspec.json.encode(values).decode()
