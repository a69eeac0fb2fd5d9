"""What a process keeps in memory of the catalogue: the search index, site texts, finished guide pages.

Built again when any row of it has changed, whoever changed it. In production that is asked at most
once a second; tests ask every time.
"""

import time
from typing import Any
from uuid import UUID

import msgspec
from markupsafe import Markup

from backend import db
from backend.catalog.matching import Entry, Index, index
from backend.catalog.tables import Item, Text
from backend.settings import settings

TABLES = ("department", "hall", "opening", "line", "item", "material", "item_place", "text")
TRUSTED = 1.0  # seconds


class Snapshot(msgspec.Struct):
    """The catalogue as of one moment."""

    stamp: str
    index: Index
    texts: dict[str, str]
    guides: dict[UUID, tuple[Item, Markup]] = msgspec.field(default_factory=dict)
    pages: dict[tuple[UUID, bool, str], str] = msgspec.field(default_factory=dict)  # as strangers see them


_kept: dict[str, Any] = {"snapshot": None, "asked": -TRUSTED}


async def snapshot() -> Snapshot:
    """The catalogue as it is now, to within a second."""
    held: Snapshot | None = _kept["snapshot"]
    if held and settings().mode != "test" and time.monotonic() - _kept["asked"] < TRUSTED:
        return held
    stamp = await _stamp()
    if held is None or held.stamp != stamp:
        held = Snapshot(stamp, index(await _entries()), await _texts())
    _kept.update(snapshot=held, asked=time.monotonic())
    return held


async def _stamp() -> str:
    # xmin names the transaction that wrote a row: any change moves the sum, also one by hand.
    sums = (f'(SELECT concat(count(*), sum(xmin::text::bigint)) FROM "{name}")' for name in TABLES)  # noqa: S608
    found = await db.rows(f"SELECT concat_ws(' ', {', '.join(sums)}) AS stamp")
    return str(found[0]["stamp"])


async def _entries() -> list[Entry]:
    names = [name for name in Entry.__struct_fields__ if name != "department"]
    columns = [*(getattr(Item, name) for name in names), Item.department.name.as_alias("department")]
    return [
        msgspec.convert(row, Entry, strict=False) for row in await Item.select(*columns).order_by(Item.name)
    ]


async def _texts() -> dict[str, str]:
    return {row["key"]: row["value"] for row in await Text.select(Text.key, Text.value)}
