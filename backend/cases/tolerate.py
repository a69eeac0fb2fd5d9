"""容缺受理: a case is accepted although papers that may lag are missing; the legal clock runs, their deadline too."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db
from backend.cases import legal_clock
from backend.cases.accept import begin, refuse_overdue
from backend.cases.askers import accepts, in_state
from backend.cases.record import Asker, locked
from backend.cases.rules import case_rules
from backend.cases.tables import CaseGap
from backend.refusal import Refusal

WAYS = {
    "window": "送到窗口",
    "online": "网上交",
    "mail": "邮寄",
    "visit": "上门来取",
    "licence": "调电子证照",
}
# What the guide calls 可后补 (容缺后补).
LAGGING = """
SELECT id, name, defer_days, defer_how FROM material
WHERE item = $1 AND (necessity = 3 OR "deferrable") ORDER BY position
"""


class Later(msgspec.Struct, frozen=True):
    """A paper of the item that comes later, and how it may come (WAYS)."""

    material: UUID
    ways: list[str]


async def lagging(item: UUID) -> list[dict[str, Any]]:
    """The papers of the item that may come later."""
    return await db.rows(LAGGING, item)


async def usual_day(case: dict[str, Any]) -> dt.date | None:
    """The day that is offered: some working days from today (`cases.toml`), yet before the promised one; None where
    there is no day before it.
    """
    today, last = clock.local(await clock.now()).date(), await _promised(case, await clock.now())
    days = sorted(await clock.working(today + dt.timedelta(days=1), last - dt.timedelta(days=1)))
    return days[: case_rules().gap_days][-1] if days else None


async def _promised(case: dict[str, Any], accepted_at: dt.datetime) -> dt.date:
    due = await legal_clock.due_of({**case, "accepted_at": accepted_at, "state": "accepted"})
    assert due.promised_due  # nothing stops the clock of a case that was not accepted
    return clock.local(due.promised_due).date()


@db.retrying
async def tolerate(case: UUID, gaps: list[Later], until: dt.date, by: UUID, *, promised: bool) -> None:
    """容缺受理: accepted, with papers to come until closing time of a day; `promised`: the applicant wants it so, and
    promised them in writing. Refuses: Denied, NotFound, a case that is past it, no promise, no paper or one that may
    not lag, no way or an unknown one, a day that is over, off, or not before the promised one.
    """
    if not promised:
        raise Refusal("要申请人自愿、书面承诺按期补来，才能容缺受理")
    await refuse_overdue(case, by)
    async with db.transaction():
        found = await locked(case)
        await accepts(found, by)
        in_state(found, "received")
        now = await clock.now()
        ends = await _deadline(found, until, now)
        await CaseGap.insert(*await _rows(found, gaps))
        left = {"gaps_until": ends, "gaps_light": "open" if await _ahead(now, until) else "soon"}
        await begin(found, now, Asker(staff=by), "tolerated", left, until=ends, count=len(gaps))


async def _deadline(case: dict[str, Any], until: dt.date, now: dt.datetime) -> dt.datetime:
    ends, promised = await legal_clock.closing_of(case["hall"], until), await _promised(case, now)
    if ends <= now:
        raise Refusal("后补的期限已经过了，请选往后的日子")
    if until >= promised:
        raise Refusal(f"后补的期限要在承诺办好的 {promised.month} 月 {promised.day} 日之前")
    if not await clock.working(until, until):
        raise Refusal(legal_clock.DAY_OFF)
    return ends


async def _ahead(now: dt.datetime, until: dt.date) -> bool:
    """The day of the reminder is still to come."""
    return await clock.working_day_after(clock.local(now).date(), 1) < until


async def _rows(case: dict[str, Any], gaps: list[Later]) -> list[CaseGap]:
    known = {paper["id"]: paper for paper in await lagging(case["item"])}
    if not gaps:
        raise Refusal("请勾选哪几样以后补")
    if any(gap.material not in known for gap in gaps) or len({gap.material for gap in gaps}) < len(gaps):
        raise Refusal("只有办事指南写了可以后补的材料才能容缺")
    if any(not gap.ways or not {*gap.ways} <= WAYS.keys() for gap in gaps):
        raise Refusal("请给每样后补的材料选怎么补来")
    return [
        CaseGap(
            id=uuid4(), case=case["id"], kind="tolerance", what=known[gap.material]["name"], position=n,
            how="、".join(WAYS[way] for way in WAYS if way in gap.ways), ways=gap.ways,
        )
        for n, gap in enumerate(gaps)
    ]  # fmt: skip
