"""补正 by the applicant: what they say to gaps, and the photos or PDF that go with it."""

from typing import IO, Any
from uuid import UUID

import msgspec

from backend import clock, db, files
from backend.cases.askers import MISSING, in_state
from backend.cases.papers import kept_of, lay_files
from backend.cases.record import Asker, change, locked, seen
from backend.cases.tables import CaseGap
from backend.refusal import NotFound, Refusal

NOTHING_SAID = "请至少写明一样怎么补，或选照片、PDF"
WAITING = ("correcting", "accepted", "paused")  # for the gaps of the notice, or for what 容缺 left open
NAME = 80  # characters of a paper's name


class Answer(msgspec.Struct, frozen=True):
    """To one gap: what was done about it, or when and how it comes; files, each with the name it had on the sender's
    device.
    """

    gap: UUID
    said: str
    files: tuple[tuple[str, IO[bytes]], ...] = ()


@db.retrying
async def _supplement(case: UUID, kept: list[tuple[Answer, list[files.Kept]]], by: UUID) -> None:
    async with db.transaction():
        found = await locked(case)
        _theirs(found, by)
        in_state(found, *WAITING)
        answered = [await _answer(found, one, given, Asker(account=by)) for one, given in kept]
        if not any(answered):
            raise Refusal(NOTHING_SAID)
        await change(found, "supplemented", found["state"], Asker(account=by), count=sum(answered))


async def supplement(case: UUID, answers: list[Answer], by: UUID) -> None:
    """补正: what the applicant says to open gaps, of the notice or 容缺, and files for them; whoever has the papers in
    hand ticks them off (`fill`). Refuses: NotFound, nothing said, a case that waits for nothing, what `files.keep`
    refuses (named); then nothing of it is there.
    """
    given = [one for one in answers if one.said or one.files]
    if not given:
        raise Refusal(NOTHING_SAID)
    found = await seen(case)
    _theirs(found, by)
    in_state(found, *WAITING)
    await _supplement(case, [(one, await kept_of(one.files)) for one in given], by)


def _theirs(case: dict[str, Any], by: UUID) -> None:
    if case["account"] != by:
        raise NotFound(MISSING)


async def _answer(case: dict[str, Any], one: Answer, kept: list[files.Kept], asker: Asker) -> bool:
    said: dict[Any, Any] = {CaseGap.answer: one.said} if one.said else {}
    values: dict[Any, Any] = {CaseGap.answered_at: await clock.now(), **said}
    open_gap = CaseGap.update(values).where(
        CaseGap.case == case["id"], CaseGap.id == one.gap, CaseGap.filled_at.is_null()
    )
    named = await open_gap.returning(CaseGap.what)
    if named and kept:
        await lay_files(case, asker, named[0]["what"][:NAME], kept, one.gap)
    return bool(named)
