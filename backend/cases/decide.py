"""决定, 办结, 送达 and 归档; and the side exits 撤回, 终止 and 退件."""

from typing import Any
from uuid import UUID

from backend import clock, db, secrecy
from backend.cases.accept import refuse_overdue
from backend.cases.askers import Power, accepts, decides, in_state, returns, takes
from backend.cases.custody_places import refuse_out
from backend.cases.entrusted import refuse_proxy
from backend.cases.mail import refuse_on_way
from backend.cases.record import Asker, change, locked
from backend.cases.result_here import refuse_coming
from backend.cases.results import refuse_electronic
from backend.refusal import Refusal

DECISIONS = {"granted": "准予", "refused": "不予"}
WAYS = {"counter": "窗口领取", "cabinet": "自取柜", "online": "电子送达"}
TO_MAIL = "申请人要寄：请填邮件号寄出。人来了要当面领的，先把“怎么拿结果”改成自己来领"
BROKEN = "SELECT 1 FROM case_commitment WHERE \"case\" = $1 AND outcome = 'broken'"
DOOR = "door"  # 上门送达: with a home visit only
NO_CLOCK: dict[str, Any] = {"light": ""}


@db.retrying
async def decide(case: UUID, decision: str, by: UUID, why: str = "") -> None:
    """决定: granted, or refused with the reason (行政许可法 38). Refuses: Denied, NotFound, a case not in review, a
    refusal without a reason, gaps that are open and still in time (容缺), a grant on a commitment that was broken.
    """
    if decision not in DECISIONS:
        raise Refusal("请选准予还是不予")
    if decision == "refused" and not why:
        raise Refusal("不予的，请写明理由和依据")
    async with db.transaction():
        found = await locked(case)
        await decides(found, by)
        in_state(found, "accepted")
        now = await clock.now()
        if decision == "granted" and await db.rows(BROKEN, case):
            raise Refusal("核查发现承诺没有做到，不能准予")
        await _refuse_gaps(found, decision, found["gaps_until"] and now <= found["gaps_until"])
        await change(
            found, "decided", "decided", Asker(staff=by), {"decision": decision, "decided_at": now, **NO_CLOCK}, why,
            decision=decision,
        )  # fmt: skip


async def _refuse_gaps(case: dict[str, Any], decision: str, in_time: bool) -> None:
    """容缺: granted only when every gap is filled; refused for them only once their time is over."""
    open_ones = 'SELECT 1 FROM case_gap WHERE "case" = $1 AND filled_at IS NULL LIMIT 1'
    if await db.rows(open_ones, case["id"]) and (decision == "granted" or in_time):
        raise Refusal(
            "容缺的材料还没补齐，补齐以后才能作出决定"
            if in_time
            else "容缺的材料过期没补齐，不能准予，可以作出不予的决定"
        )


@db.retrying
async def finish(case: UUID, by: UUID) -> None:
    """办结: the certificate or the letter is made. Refuses: Denied, NotFound, a case that is not decided."""
    await _on(case, "finished", "finished", ("decided",), by, {"ended_at": await clock.now()}, decides)


@db.retrying
async def deliver(case: UUID, way: str, by: UUID, receiver: str = "") -> None:
    """送达 (行政许可法 44: within ten days of the decision), by one of WAYS. `receiver`: who collects it, where
    somebody applied for another. Refuses: Denied, NotFound, another way, a case that is not finished, one whose result
    is to be mailed (`mail`), or is still on its way to the desk far away; 电子送达 without agreement or file; who may
    not collect it by their 委托书.
    """
    if way not in WAYS:
        raise Refusal("请选怎么送达")
    async with db.transaction():
        found = await locked(case)
        await takes(found, by)
        in_state(found, "finished")
        if found["way"] == "mail":
            raise Refusal(TO_MAIL)
        if way == "online":
            await refuse_electronic(found)
        else:
            refuse_coming(found)
            await refuse_proxy(found, receiver)
        kind = "served" if way == "online" else "delivered"
        says: dict[str, Any] = {"way": way, "receiver": receiver and secrecy.mask_name(receiver)}
        await change(found, kind, "delivered", Asker(staff=by), **says)


async def bring(case: UUID, asker: Asker) -> str:
    """A part: somebody brings the result to the door (上门送达); returns the state in which the case was found.
    Only one that is `finished` is delivered by it. Refuses: NotFound.
    """
    db.inside()
    found = await locked(case)
    if found["state"] == "finished":
        await change(found, "delivered", "delivered", asker, way=DOOR)
    return str(found["state"])


@db.retrying
async def file(case: UUID, by: UUID) -> None:
    """归档. Refuses: Denied, NotFound, a case that is neither delivered nor over, a result on its way, an original that
    was not given back.
    """
    async with db.transaction():
        found = await locked(case)
        await accepts(found, by)
        in_state(found, "delivered", "declined", "withdrawn", "terminated", "returned", "revoked")
        await refuse_on_way(case)
        await refuse_out(case)
        await change(found, "filed", "filed", Asker(staff=by))


@db.retrying
async def withdraw(case: UUID, by: UUID, why: str) -> None:
    """撤回, as the applicant asks before it is decided. Refuses: Denied, NotFound, one that is decided."""
    await _end(case, "withdrawn", ("received", "correcting", "accepted", "paused"), by, why, takes)


@db.retrying
async def terminate(case: UUID, by: UUID, why: str) -> None:
    """终止, with the reason, such as a death or a thing that is no more. Refuses: as `withdraw`."""
    await _end(case, "terminated", ("accepted", "paused"), by, why, accepts)


@db.retrying
async def give_back(case: UUID, by: UUID, why: str) -> None:
    """退件: what was handed in is no case of ours, and goes back; after a hand-over the department alone says so.
    Refuses: Denied, NotFound, one that was accepted, or is by now.
    """
    _needs(why)
    await refuse_overdue(case, by, returns)
    await _end(case, "returned", ("received", "correcting"), by, why, returns)


async def _end(case: UUID, to: str, states: tuple[str, ...], by: UUID, why: str, power: Power) -> None:  # noqa: PLR0917
    _needs(why)
    values = {"ended_at": await clock.now(), "correct_by": None, **NO_CLOCK}
    await _on(case, to, to, states, by, values, power, why)


def _needs(why: str) -> None:
    if not why:
        raise Refusal("请写明原因")


async def _on(  # noqa: PLR0917  # one after the other as the sentence goes
    case: UUID,
    kind: str,
    to: str,
    states: tuple[str, ...],
    by: UUID,
    values: dict[str, Any],
    power: Power,
    why: str = "",
    **says: Any,
) -> None:
    async with db.transaction():
        found = await locked(case)
        await power(found, by)
        in_state(found, *states)
        await change(found, kind, to, Asker(staff=by), values, why, **says)
