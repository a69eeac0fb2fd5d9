"""移交: what was taken in far away goes to the department that decides it; and pages held against their originals."""

from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints
from backend.cases import legal_clock
from backend.cases.askers import AWAY, in_state, takes
from backend.cases.record import Asker, change, locked, record
from backend.cases.tables import CasePaper
from backend.refusal import Refusal

HANDED = "已经交给办理的部门了"
NOT_AWAY = "这个办件本来就在办理的部门"


@db.retrying
async def check_papers(case: UUID, papers: list[UUID], by: UUID) -> int:
    """核对原件: these files are the same as the originals on the table; returns how many were marked. Refuses: Denied,
    NotFound, a case that is over.
    """
    async with db.transaction():
        return await mark_checked(await held(case, by), papers, by)


async def mark_checked(case: dict[str, Any], papers: list[UUID], by: UUID) -> int:
    """A part: as `check_papers`, of a case that is held."""
    in_state(case, "received", "correcting", "accepted", "paused")
    if not papers:
        return 0
    checked = CasePaper.update({CasePaper.checked_at: await clock.now(), CasePaper.checked_by: by}).where(
        CasePaper.case == case["id"], CasePaper.id.is_in(papers), CasePaper.form == "file",
        CasePaper.removed_at.is_null(), CasePaper.checked_at.is_null(),
    )  # fmt: skip
    rows = await checked.returning(CasePaper.id)
    if rows:
        await record(case["id"], "checked", case["state"], case["state"], Asker(staff=by), count=len(rows))
    return len(rows)


async def held(case: UUID, by: UUID) -> dict[str, Any]:
    """A part: the case, locked, for who takes in and holds its papers. Refuses: Denied, NotFound."""
    found = await locked(case)
    await takes(found, by)
    return found


async def hand_on(case: UUID, by: UUID) -> None:
    """A part: the department has it now, and its time for a notice begins (行政许可法 32: 行政机关收到申请材料之日);
    its officers are rung and the applicant is told. Refuses: Denied, NotFound, one that was taken in by the
    department's own side, one that was handed on, or is over.
    """
    found = await held(case, by)
    if found["channel"] != AWAY:
        raise Refusal(NOT_AWAY)
    if found["handed_at"]:
        raise Refusal(HANDED)
    in_state(found, "received")
    now = await clock.now()
    until = await legal_clock.correct_by(found["item_type"], clock.local(now).date())
    await change(found, "handed", "received", Asker(staff=by), {"handed_at": now, "correct_by": until})
    db.after_commit(partial(hints.publish, f"case:{found['department_code']}"))
