"""`/console/items`: what citizens read about each matter, kept by the bureau."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import catalog
from backend.refusal import Denied, NotFound, Refusal
from backend.upkeep import fields, item_forms, item_views, items
from backend.upkeep.events import Stale, find
from backend.upkeep.item_forms import ItemText, MaterialText, typed
from backend.upkeep.rights import KEEPERS, READERS
from backend.upkeep.rules import Unfit
from backend.web import forms, guards
from backend.web.pages import page

READ, KEEP = guards.staff(*READERS), guards.staff(*KEEPERS)


class Search(forms.Form):
    """Which matter; empty shows what people ask for most."""

    q = forms.Field("要找的事", required=False, longest=60)


class After(forms.Form):
    """What became of what one has just saved: yes, or no (nothing differed)."""

    saved = forms.Field("保存", required=False, longest=3)


@get("/console/items", guards=[READ])
async def index(request: Request) -> Template:
    """事项资料: find the one to change."""
    form, by = forms.read_query(request, Search), request.user.staff
    asked = "" if form.errors else form.q
    return await page(
        request, "upkeep/items.html", status=422 if form.errors else 200, form=form,
        found=await item_views.listed(asked, by), latest=await item_views.latest(by),
        departments=await catalog.departments(),
    )  # fmt: skip


@get("/console/items/{item:uuid}", guards=[READ])
async def show(request: Request, item: FromPath[UUID]) -> Template:
    """One item: what can be changed of it, and what was."""
    return await _item(request, item)


async def _item(request: Request, item: UUID, form: Any = None, status: int = 200, **more: Any) -> Template:
    seen = await item_views.shown(item, request.user.staff)
    form = form or ItemText.blank(seen=seen["seen"], **typed(seen["values"]))
    values = {"saved": "" if form.errors else forms.read_query(request, After).saved, "later": [], **more}
    depths = list(catalog.DEPTHS.items())
    return await page(
        request,
        "upkeep/item.html",
        status=status,
        form=form,
        depths=depths,
        unit=catalog.UNITS,
        **seen,
        **values,
    )


@post("/console/items/{item:uuid}", guards=[KEEP])
async def change(request: Request, item: FromPath[UUID]) -> Redirect | Template:
    """Save an item's texts and channels."""
    form = await forms.read(request, ItemText)
    if form.errors:
        return await _item(request, item, form, 422)
    try:
        done = await items.change_item(item, form.seen, by=request.user.staff, **item_forms.values(form))
    except Stale as stale:
        return await _item(request, item, **await _merged(form, stale, item))
    except Unfit as wrong:
        form.refuse(wrong.field, wrong.sentence)
        return await _item(request, item, form, 422)
    return Redirect(f"/console/items/{item}?saved={'yes' if done else 'no'}", status_code=303)


async def _merged(form: forms.Form, stale: Stale, item: UUID, material: UUID | None = None) -> dict[str, Any]:
    """What is shown when somebody else was first: what was typed here, and their values where nothing was."""
    found = await catalog.item(item)
    current = fields.of_material(await items.one_material(material)) if material else fields.of_item(found)
    opened = {**current}
    for event in reversed(stale.later):
        opened |= event.before
    base, now = typed(opened), typed(current)
    kept = {
        name: now[name] if _same(form.typed[name], base[name]) else form.typed[name] for name in base if name in now
        and name in form.typed
    }  # fmt: skip
    count = getattr(form, "seen", 0) + len(stale.later)
    later = [(event, item_views.changes(event, found)) for event in stale.later]
    fresh = type(form).blank(seen=count, **kept)
    return {"form": fresh, "status": 409, "refusal": stale, "later": later}


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()  # a browser sends other line ends


@get("/console/materials/{material:uuid}", guards=[READ])
async def show_material(request: Request, material: FromPath[UUID]) -> Template:
    """One material of an item."""
    return await _material(request, material)


async def _material(
    request: Request, material: UUID, form: Any = None, status: int = 200, **more: Any
) -> Template:
    seen = await item_views.shown_material(material, request.user.staff)
    form = form or MaterialText.blank(seen=seen["seen"], **typed(seen["values"]))
    values = {"saved": False, "later": [], **more}
    return await page(request, "upkeep/material.html", status=status, form=form, **seen, **values)


@post("/console/materials/{material:uuid}", guards=[KEEP])
async def change_material(request: Request, material: FromPath[UUID]) -> Redirect | Template:
    """Save what is asked of a material."""
    form, paper = await forms.read(request, MaterialText), await items.one_material(material)
    if form.errors:
        return await _material(request, material, form, 422)
    try:
        done = await items.change_material(
            material, form.seen, by=request.user.staff, **item_forms.values(form)
        )
    except Stale as stale:
        return await _material(request, material, **await _merged(form, stale, paper.item, material))
    except Unfit as wrong:
        form.refuse(wrong.field, wrong.sentence)
        return await _material(request, material, form, 422)
    return Redirect(f"/console/items/{paper.item}?saved={'yes' if done else 'no'}", status_code=303)


@post("/console/item-changes/{item_change:uuid}/reversal", guards=[KEEP])
async def undo(request: Request, item_change: FromPath[UUID]) -> Redirect | Template:
    """Take a change back."""
    try:
        item = await items.undo_item_change(item_change, by=request.user.staff)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _item(request, (await find(item_change)).item, status=409, refusal=refusal)
    return Redirect(f"/console/items/{item}?saved=yes", status_code=303)


routes = [index, show, change, show_material, change_material, undo]
