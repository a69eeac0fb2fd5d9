"""回访: of those whose result was delivered a fixed share is called, chosen by nobody."""

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, secrecy
from backend.refusal import NotFound, Refusal
from backend.visits.askers import SEEN, STAFF, may, reach
from backend.visits.record import VISIT, Asker, locked, record
from backend.visits.rules import visit_rules
from backend.visits.tables import ReturnCall
from backend.visits.terms import days_later

CALLERS = ("supervisor", "manager")
OUTCOMES = {"content": "满意", "discontent": "不满意", "unreached": "没打通"}
CALLS = f"""
SELECT w.*, c.due_at, c.called_at, c.outcome FROM visit_call c JOIN (
  {VISIT} WHERE {SEEN}) w ON w.id = c.visit WHERE c.called_at IS NULL ORDER BY c.due_at, w.id LIMIT 200
"""  # noqa: S608  # our own words


def sampled(visit: UUID) -> bool:
    """Whether it is called back: by its id alone, so that nobody chooses and anybody can check."""
    return int.from_bytes(hashlib.sha256(visit.bytes).digest()[:4]) % 100 < visit_rules().sample_percent


async def sample(visit: dict[str, Any], now: dt.datetime) -> None:
    """A part: put it on the list of calls, where it is of the sample."""
    db.inside()
    if sampled(visit["id"]):
        due = await days_later(visit["hall"], now, visit_rules().call_days)
        await ReturnCall.insert(ReturnCall(id=uuid4(), visit=visit["id"], due_at=due))


async def calls(by: UUID) -> list[dict[str, Any]]:
    """Whom to call, what is due first, first."""
    now = await clock.now()
    return [
        {**row, "who": secrecy.mask_name(secrecy.unseal(row["name_sealed"])), "late": row["due_at"] < now}
        for row in await db.rows(CALLS, *await reach(by, *CALLERS))
    ]


@db.retrying
async def call(visit: UUID, outcome: str, by: UUID, note: str = "") -> None:
    """What was said. Who was not reached stays on the list. Refuses: Denied, NotFound, one that is not to be called."""
    if outcome not in OUTCOMES:
        raise Refusal("请选回访的结果")
    async with db.transaction():
        found = await locked(visit)
        await may(found, by, *CALLERS)
        values: dict[Any, Any] = {
            ReturnCall.called_at: None if outcome == "unreached" else await clock.now(), ReturnCall.by: by,
            ReturnCall.outcome: outcome, ReturnCall.note: note,
        }  # fmt: skip
        told = ReturnCall.update(values).where(ReturnCall.visit == visit, ReturnCall.called_at.is_null())
        if not await told.returning(ReturnCall.id):
            raise NotFound("这次上门不用回访，或已经回访过了")
        await record(visit, "called", found["state"], found["state"], Asker(staff=by), note, outcome=outcome)


@db.retrying
async def unmask(visit: UUID, by: UUID, why: str) -> str:
    """The whole phone number, for a reason, which is kept. Refuses: Denied, NotFound, no reason."""
    if not why:
        raise Refusal("请写明为什么要看电话")
    async with db.transaction():
        found = await locked(visit)
        await may(found, by, *STAFF, "supervisor")
        await record(visit, "unmasked", found["state"], found["state"], Asker(staff=by), why)
    return secrecy.unseal(found["phone_sealed"])
