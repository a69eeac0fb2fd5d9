"""一次性补正告知: one notice that lists every gap of what was handed in, and the gaps that are filled."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, hints, identity
from backend.cases.accept import refuse_overdue
from backend.cases.askers import AWAY, TAKERS, accepts, in_state, may
from backend.cases.record import Asker, change, locked
from backend.cases.tables import CaseGap
from backend.refusal import Refusal

ONE_NOTICE = "补正通知只能发一次，要一次说清全部（行政许可法第三十二条）"
WHICH = "请勾选收到了哪几样"
UNCHECKED = """
SELECT DISTINCT name FROM case_paper WHERE "case" = $1 AND form = 'file' AND by_staff IS NOT NULL
  AND checked_at IS NULL AND removed_at IS NULL ORDER BY name
"""
STILL_OPEN = 'SELECT count(*) AS open FROM case_gap WHERE "case" = $1 AND filled_at IS NULL'


class Gap(msgspec.Struct, frozen=True):
    """What is missing, and what to bring or change."""

    what: str
    how: str


@db.retrying
async def correct(case: UUID, by: UUID, gaps: list[Gap]) -> None:
    """一次性补正告知: one notice that lists every gap. Refuses: Denied, NotFound, a case that is past it, a second
    notice, no gap at all, one that comes too late.
    """
    if not gaps:
        raise Refusal("请写明要补正什么")
    await refuse_overdue(case, by)
    async with db.transaction():
        found = await locked(case)
        await accepts(found, by)
        in_state(found, "received")
        if await db.rows("SELECT 1 FROM case_gap WHERE \"case\" = $1 AND kind = 'correction' LIMIT 1", case):
            raise Refusal(ONE_NOTICE)
        rows = [
            CaseGap(id=uuid4(), case=case, kind="correction", what=gap.what, how=gap.how, position=n)
            for n, gap in enumerate(gaps)
        ]
        await CaseGap.insert(*rows)
        await change(found, "correcting", "correcting", Asker(staff=by), {"correct_by": None})
        db.after_commit(partial(hints.publish, f"hall:{found['hall_code']}"))


async def _held_against(found: dict[str, Any], by: UUID) -> None:
    """The desk's pages. Who decides the case, and gets something sent, judges for themselves what it is worth."""
    grants = await identity.scopes_of(by, "officer")
    if found["channel"] != AWAY or any(one.covers("department", found["department_code"]) for one in grants):
        return
    if loose := await db.rows(UNCHECKED, found["id"]):
        raise Refusal(f"先到收件页核对原件：{'、'.join(row['name'] for row in loose)}")


@db.retrying
async def fill(case: UUID, gaps: list[UUID], by: UUID) -> None:
    """补正、容缺的材料收到: some gaps are filled; with the last of a correction the case waits to be accepted again;
    its department is rung. Refuses: Denied, NotFound, none at all, a case without open gaps; at the desk in another
    city, pages that nobody there held against their originals, for the department never sees those.
    """
    if not gaps:
        raise Refusal(WHICH)
    async with db.transaction():
        found = await locked(case)
        await may(found, by, *TAKERS)
        in_state(found, "correcting", "accepted", "paused")
        await _held_against(found, by)
        now = await clock.now()
        filled = await (
            CaseGap.update({CaseGap.filled_at: now})
            .where(CaseGap.case == case, CaseGap.id.is_in(gaps), CaseGap.filled_at.is_null())
            .returning(CaseGap.id)
        )
        if not filled:
            raise Refusal(WHICH)
        left = (await db.rows(STILL_OPEN, case))[0]["open"]
        whole = found["state"] == "correcting" and not left
        values: dict[str, Any] = {"corrected_at": now} if whole else {}
        values |= {} if left else {"gaps_light": ""}
        await change(
            found,
            "filled",
            "received" if whole else found["state"],
            Asker(staff=by),
            values,
            count=len(filled),
            left=left,
        )
        db.after_commit(partial(hints.publish, f"case:{found['department_code']}"))
