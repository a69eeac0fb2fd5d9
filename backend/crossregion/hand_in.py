"""收材料: what is laid on the table at the desk, and what is still missing of it (预审)."""

from typing import IO, Any
from uuid import UUID

import msgspec

from backend import cases, db, files
from backend.catalog.tables import Material
from backend.crossregion.eligible import Plan
from backend.crossregion.intake import intake_of
from backend.refusal import Refusal

MOVED = "这个办件已经往下走了，不能再收材料"
NOTHING = "请先选照片或 PDF，或写明留下几份原件"
Papers = list[tuple[str, int, int]]  # names with originals and copies
Shots = list[tuple[str, files.Kept]]


class Sheet(msgspec.Struct, frozen=True):
    """One of the papers that were laid on the table: its pages as photos or PDF (with the names that they had), and
    how many originals stay here because they travel.
    """

    name: str
    files: tuple[tuple[str, IO[bytes]], ...] = ()
    originals: int = 0


async def hand_in(case: UUID, sheets: list[Sheet], checked: bool, by: UUID) -> None:
    """收材料: all that was laid on the table, at once. `checked`: each of these pages was held against its original.
    Refuses: Denied, NotFound, nothing at all, what `files.keep` refuses (named), a case that is past it, too many.
    """
    await intake_of(case)
    shots = await shots_of(sheets)
    await _hand_in(case, [(sheet.name, sheet.originals, 0) for sheet in sheets], shots, checked, by)


async def shots_of(sheets: list[Sheet]) -> Shots:
    """Their pages, kept. Refuses: nothing at all, what `files.keep` refuses (named)."""
    if not any(sheet.files or sheet.originals for sheet in sheets):
        raise Refusal(NOTHING)
    return [(sheet.name, kept) for sheet in sheets for kept in await cases.kept_of(sheet.files)]


@db.retrying
async def _hand_in(case: UUID, papers: Papers, shots: Shots, checked: bool, by: UUID) -> None:
    async with db.transaction():
        await lay(case, papers, shots, checked, by)


async def lay(case: UUID, papers: Papers, shots: Shots, checked: bool, by: UUID) -> None:
    """A part: papers and pages lie with the case. Refuses: as `hand_in`."""
    found = await cases.held(case, by)
    if found["state"] not in ("received", "correcting", "accepted", "paused"):
        raise Refusal(MOVED)
    await cases.bring_in(case, cases.Asker(staff=by), papers, shots)
    if checked:
        await cases.mark_checked(found, await these(case, shots), by)


async def these(case: UUID, shots: Shots) -> list[UUID]:
    """A part: the papers of the case that are these pages: what a phone sent beside them nobody looked at yet."""
    laid = {(name, kept.sha256) for name, kept in shots}
    return [paper["id"] for paper in await cases.papers_of(case) if (paper["name"], paper["sha256"]) in laid]


def lacking(planned: Plan, papers: list[dict[str, Any]]) -> list[str]:
    """预审: what is not there yet of what has to be there."""
    there = {paper["name"] for paper in papers}
    needed = [one.name for one in planned.papers if _needed(one)] + planned.more
    return [name for name in needed if name not in there]


def later(planned: Plan, papers: list[dict[str, Any]]) -> list[str]:
    """可后补: what has to come, is not there, and holds nothing up."""
    there = {paper["name"] for paper in papers}
    return [one.name for one in planned.papers if one.deferrable and one.name not in there]


def _needed(one: Material) -> bool:
    return one.necessity == 1 and not one.deferrable
