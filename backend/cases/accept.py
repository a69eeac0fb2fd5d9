"""受理, 不予受理 and 视为受理: the legal clock of a case begins, or it ends here."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.cases import legal_clock
from backend.cases.askers import Power, accepts, in_state
from backend.cases.record import Asker, change, locked, seen
from backend.refusal import Refusal

DUE = "SELECT id FROM service_case WHERE state = 'received' AND correct_by < $1 ORDER BY correct_by LIMIT $2"
LATE = "补正的期限过了，从{}那天起就算受理了，请按审查办"


@db.retrying
async def accept(case: UUID, by: UUID) -> None:
    """受理: the papers are whole; the legal clock begins, its first day is tomorrow. Refuses: Denied, NotFound, a case
    that is past it, gaps of a notice that are open.
    """
    if await _overdue(case, by, accepts):
        return
    async with db.transaction():
        found = await locked(case)
        await accepts(found, by)
        in_state(found, "received")
        await begin(found, await clock.now(), Asker(staff=by))


async def begin(  # one after the other as the sentence goes
    case: dict[str, Any],
    accepted_at: dt.datetime,
    asker: Asker,
    kind: str = "accepted",
    more: dict[str, Any] | None = None,
    **says: Any,
) -> None:
    """A part: the case is accepted as of a moment, and its terms are reckoned. `kind`: accepted, deemed (视为受理),
    tolerated (容缺) or committed (告知承诺); `more`: what else changes.
    """
    values = {"accepted_at": accepted_at, "deemed": kind == "deemed", "correct_by": None, **(more or {})}
    due = await legal_clock.due_of({**case, **values, "state": "accepted"})
    await change(case, kind, "accepted", asker, {**values, **msgspec.structs.asdict(due)}, **says)


@db.retrying
async def decline(case: UUID, by: UUID, why: str) -> None:
    """不予受理, with the reason (行政许可法 32: in writing). Refuses: Denied, NotFound, no reason, one
    that was accepted, or is by now.
    """
    if not why:
        raise Refusal("请写明不予受理的理由和依据")
    await refuse_overdue(case, by)
    async with db.transaction():
        found = await locked(case)
        await accepts(found, by)
        in_state(found, "received", "correcting")
        values = {"ended_at": await clock.now(), "correct_by": None}
        await change(found, "declined", "declined", Asker(staff=by), values, why)


@db.retrying
async def deem(case: UUID) -> bool:
    """视为受理 (行政许可法 32): nobody asked for a correction in time, so the case is accepted as of its receipt, or,
    taken in far away, its hand-over. Returns whether it was; safe to run twice and at once.
    """
    async with db.transaction():
        found = await locked(case)
        if (
            found["state"] != "received"
            or not found["correct_by"]
            or found["correct_by"] >= await clock.now()
        ):
            return False
        since = found["handed_at"] or found["received_at"]
        await begin(found, since, Asker(), "deemed", since="handed" if found["handed_at"] else "received")
        return True


async def _overdue(case: UUID, by: UUID, power: Power) -> bool:
    """Nobody need wait for the sweep: the law deems it accepted when the time is over, whoever comes first after."""
    await power(await seen(case), by)
    return await deem(case)


async def refuse_overdue(case: UUID, by: UUID, power: Power = accepts) -> None:
    """Before a deed that a received case allows, outside its transaction: 视为受理 stays, also where the deed is
    refused. Refuses: as the power; a case whose time for a correction was over.
    """
    if await _overdue(case, by, power):
        raise Refusal(LATE.format("移交" if (await seen(case))["handed_at"] else "收件"))


async def to_deem(most: int = 200) -> list[UUID]:
    """Cases whose time for a correction is over, the longest first."""
    return [row["id"] for row in await db.rows(DUE, await clock.now(), most)]
