"""Originals that are lost, those that turn up again, and what was done about what is wrong (处理了)."""

from typing import Any
from uuid import UUID

from backend import clock, db
from backend.cases.custody_moves import lay, note
from backend.cases.custody_parcel import (
    MOVED,
    UNSETTLED,
    held_parcel,
    lay_all,
    lines_of,
    move,
    place_at,
    side,
    tell,
)
from backend.cases.custody_places import Place
from backend.cases.record import Asker
from backend.refusal import Refusal

WHY = "请写明原因"
DONE = "请写明怎么处理的"
LOOKED_FOR = "还有原件在找，先登记找到了或丢了"
OPEN = f"SELECT 1 FROM custody_parcel k WHERE k.id = $1 AND {UNSETTLED}"  # noqa: S608  # our own words


@db.retrying
async def lose_originals(parcel: UUID, why: str, by: UUID) -> None:
    """A package that was lost on its way, or what is missing out of one: not to be found. Refuses: NotFound, no word of
    what happened, nothing that could be lost.
    """
    if not why:
        raise Refusal(WHY)
    async with db.transaction():
        found = await held_parcel(parcel)
        await side(found, by, "from", "to")
        if found["state"] in ("sent", "refused"):
            await move(found, "lost", ended_at=await clock.now(), ended_by=by, note=why)
            await lay_all(found, None, "lost", by, why)
        elif not await _missing(found, "lost", None, by, why):
            raise Refusal(MOVED)
        await tell(found, "astray", Asker(staff=by), why)


async def _missing(parcel: dict[str, Any], kind: str, place: Place | None, by: UUID, why: str) -> int:
    moved: dict[UUID, int] = {}
    for line in await lines_of(parcel["id"]):
        for was in ("missing", "lost") if kind == "found" else ("missing",):
            where = place.kind if place else kind
            n = await lay(parcel["id"], line["paper"], line["count"], where, place, was)
            moved[line["paper"]] = moved.get(line["paper"], 0) + n
    await note(moved, kind, by, parcel["id"], why)
    return sum(moved.values())


@db.retrying
async def find_originals(parcel: UUID, why: str, by: UUID) -> None:
    """What was missing or lost has turned up, where `by` works. Refuses: NotFound, no word of where, nothing
    missing.
    """
    if not why:
        raise Refusal(WHY)
    async with db.transaction():
        found = await held_parcel(parcel)
        where = await place_at(found, await side(found, by, "to", "from"))
        if not await _missing(found, "found", where, by, why):
            raise Refusal(MOVED)
        await tell(found, "recovered", Asker(staff=by), why)


@db.retrying
async def settle_parcel(parcel: UUID, done: str, by: UUID) -> None:
    """处理了: what was done about originals that are lost or damaged, or a broken seal; it leaves the list of what is
    wrong. Refuses: NotFound, no word of what was done, what is still looked for, nothing that is open.
    """
    if not done:
        raise Refusal(DONE)
    async with db.transaction():
        found = await held_parcel(parcel)
        await side(found, by, "from", "to")
        lines = await lines_of(parcel)
        if any(line["missing"] for line in lines):
            raise Refusal(LOOKED_FOR)
        if not await db.rows(OPEN, parcel):
            raise Refusal(MOVED)
        wrong = {line["paper"]: line["lost"] + line["damaged"] for line in lines}
        counts = wrong if any(wrong.values()) else {line["paper"]: line["count"] for line in lines}
        await note(counts, "settled", by, parcel, done)
