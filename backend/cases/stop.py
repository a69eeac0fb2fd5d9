"""特别程序 and 延长: the only two ways in which a legal term ends later than it would."""

from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db
from backend.cases import legal_clock
from backend.cases.askers import in_state, may
from backend.cases.record import Asker, change, locked
from backend.cases.rules import case_rules
from backend.cases.tables import CaseStop
from backend.refusal import Refusal

# 行政许可法 45: what is not counted; nothing else stops the clock.
PROCEDURES = {
    "hearing": "听证", "tender": "招标", "auction": "拍卖", "inspection": "检验", "testing": "检测",
    "quarantine": "检疫", "appraisal": "鉴定", "review": "专家评审",
}  # fmt: skip


class Approval(msgspec.Struct, frozen=True):
    """Why, by which paper (文书号), and the name of the head who approved it."""

    reason: str
    document: str
    approver: str


@db.retrying
async def stop(case: UUID, procedure: str, days: int, approval: Approval, by: UUID) -> None:
    """特别程序开始: the clock stands from tomorrow on; `days`: how many working days it will take, which the
    applicant is told (行政许可法 45). Refuses: Denied, NotFound, a procedure that is none of PROCEDURES, a case that is
    not in review.
    """
    if procedure not in PROCEDURES:
        raise Refusal("只有法定的特别程序可以停计时限")
    async with db.transaction():
        found = await locked(case)
        await may(found, by, "officer")
        in_state(found, "accepted")
        today = clock.local(await clock.now()).date()
        given = msgspec.structs.asdict(approval)
        made = CaseStop(id=uuid4(), case=case, procedure=procedure, days=days, since=today, **given)
        await CaseStop.insert(made)
        says: dict[str, Any] = {"document": approval.document, "approver": approval.approver, "days": days}
        await _go(found, "stopped", "paused", by, approval.reason, procedure=procedure, **says)


@db.retrying
async def go_on(case: UUID, by: UUID) -> None:
    """特别程序结束: the clock runs again from tomorrow on. Refuses: Denied, NotFound, a case whose clock runs."""
    async with db.transaction():
        found = await locked(case)
        await may(found, by, "officer")
        in_state(found, "paused")
        today = clock.local(await clock.now()).date()
        await CaseStop.update({CaseStop.until: today}).where(CaseStop.case == case, CaseStop.until.is_null())
        await _go(found, "resumed", "accepted", by)


@db.retrying
async def extend(case: UUID, days: int, approval: Approval, by: UUID) -> None:
    """延长, in working days (行政许可法 42), once, while the term still runs; and why is told. Refuses: Denied,
    NotFound, more days than `cases.toml` allows, a second time, a term that is over.
    """
    most = case_rules().most_extension
    if not 1 <= days <= most:
        raise Refusal(f"最多延长 {most} 个工作日")
    async with db.transaction():
        found = await locked(case)
        await may(found, by, "officer")
        in_state(found, "accepted")
        if found["extension"]:
            raise Refusal("已经延长过一次，不能再延长")
        last = found["statutory_due"] or found["promised_due"]
        if last and last < await clock.now():
            raise Refusal("时限已经过了，不能再延长")
        given = {"document": approval.document, "approver": approval.approver, "days": days}
        await _go(found, "extended", "accepted", by, approval.reason, {"extension": days}, **given)


async def _go(  # noqa: PLR0917  # one after the other as the sentence goes
    case: dict[str, Any],
    kind: str,
    to: str,
    by: UUID,
    why: str = "",
    values: dict[str, Any] | None = None,
    **says: Any,
) -> None:
    """The case goes on to a state, with its terms reckoned anew."""
    new = {"state": to, **(values or {})}
    due = msgspec.structs.asdict(await legal_clock.due_of({**case, **new}))
    until = due["statutory_due"] or due["promised_due"]
    await change(case, kind, to, Asker(staff=by), {**new, **due}, why, until=until, **says)
