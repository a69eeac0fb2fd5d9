"""中止 (goes on with a 续办委托书), 终止 (final), and 撤回 by who asked."""

from typing import Any
from uuid import UUID, uuid4

from backend import clock, db
from backend.refusal import NotFound, Refusal
from backend.visits.askers import decides
from backend.visits.dispatch import first_circle
from backend.visits.mandate import lapse
from backend.visits.record import MISSING, Asker, change, in_state, locked
from backend.visits.rules import visit_rules
from backend.visits.tables import VisitPaper
from backend.visits.terms import days_later

BEFORE = ("requested", "taken", "agreed", "paused")
NO_TIME: dict[str, Any] = {
    "circle_until": None, "take_by": None, "agree_by": None, "visit_by": None, "starts_at": None, "ends_at": None,
}  # fmt: skip


async def _told(visit: UUID, kind: str, why: str, by: UUID) -> None:
    paper = VisitPaper(id=uuid4(), visit=visit, kind=kind, why=why, at=await clock.now(), by=by)
    await VisitPaper.insert(paper)


@db.retrying
async def pause(visit: UUID, by: UUID, why: str) -> None:
    """中止, with a 中止单 that says why; an agreed time is given up. Refuses: Denied, NotFound, one that is paused,
    over, or with the department.
    """
    if not why:
        raise Refusal("请写明为什么中止")
    async with db.transaction():
        found = await locked(visit)
        await decides(found, by)
        in_state(found, "requested", "taken", "agreed", "done")
        resumes = "taken" if found["state"] == "agreed" else found["state"]
        await _told(visit, "pause", why, by)
        await change(found, "paused", "paused", Asker(staff=by), {**NO_TIME, "resumes": resumes}, why)


@db.retrying
async def resume(visit: UUID, by: UUID) -> None:
    """续办, once the 续办委托书 is signed; its terms begin anew. Refuses: Denied, NotFound, one that is not paused."""
    async with db.transaction():
        found = await locked(visit)
        await decides(found, by)
        in_state(found, "paused")
        await go_on(visit, by)
        to = "taken" if found["resumes"] == "requested" and found["agent"] else found["resumes"]
        await change(
            found, "resumed", to, Asker(staff=by), {"resumes": "", **await _anew({**found, "state": to})}
        )


async def go_on(visit: UUID, by: UUID) -> None:
    """A part: the 中止单 is over."""
    ended: dict[Any, Any] = {VisitPaper.ended_at: await clock.now(), VisitPaper.ended_by: by}
    open_one = (VisitPaper.visit == visit) & (VisitPaper.kind == "pause") & VisitPaper.ended_at.is_null()
    await VisitPaper.update(ended).where(open_one)


async def _anew(visit: dict[str, Any]) -> dict[str, Any]:
    """The terms of the state in which it goes on."""
    now, rules = await clock.now(), visit_rules()
    if visit["state"] == "requested":
        place = {"code": visit["village_code"], "neighbours": visit["neighbours"], "hall": visit["hall"]}
        return await first_circle(place, now)
    if visit["state"] != "taken":
        return {}
    return {
        "agree_by": await days_later(visit["hall"], now, rules.agree_days),
        "visit_by": await days_later(visit["hall"], now, rules.visit_days),
    }


@db.retrying
async def terminate(visit: UUID, by: UUID, why: str) -> None:
    """终止, with a 终止单 that says why; final, also for its 委托书. Refuses: Denied, NotFound, one that is over or was
    handed in.
    """
    if not why:
        raise Refusal("请写明为什么终止")
    async with db.transaction():
        found = await locked(visit)
        await decides(found, by)
        in_state(found, *BEFORE, "done")
        await _told(visit, "termination", why, by)
        await lapse(visit, "上门终止")
        await change(found, "terminated", "terminated", Asker(staff=by), {**NO_TIME, "resumes": ""}, why)


@db.retrying
async def withdraw(visit: UUID, by: UUID, why: str = "") -> None:
    """撤回, by the account that asked, before anybody was there. Refuses: NotFound, one that was done or is over."""
    async with db.transaction():
        found = await locked(visit)
        if found["account"] != by:
            raise NotFound(MISSING)
        if found["state"] == "withdrawn":
            raise Refusal("已经撤回了，不用再撤一次")
        if found["state"] not in BEFORE:
            raise Refusal(f"已经上过门，不能撤回了。不想办了请打 {found['hall_phone']}")
        await lapse(visit, "申请撤回")
        await change(found, "withdrawn", "withdrawn", Asker(account=by), {**NO_TIME, "resumes": ""}, why)
