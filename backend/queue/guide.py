"""What a hall guide (导办) does: move a number, prioritise it with a reason, void it."""

from typing import Any
from uuid import UUID

from backend import clock, db, identity
from backend.queue.lock import HallDay
from backend.queue.record import Asker, change
from backend.queue.send import GUIDES, _in_hall, elsewhere
from backend.queue.seniority import turn
from backend.refusal import Refusal

LEAST = 2  # characters of a reason


async def _mine(ticket: UUID, by: UUID, why: str) -> tuple[HallDay, dict[str, Any]]:
    day, found = await _in_hall(ticket)
    await identity.require(by, *GUIDES, hall=day.code)
    if found["state"] != "waiting":
        raise Refusal("只有还在等的号可以动，这个已经叫到或办完了")
    if len(why.strip()) < LEAST:
        raise Refusal(f"请写明原因，至少 {LEAST} 个字")
    return day, found


@db.retrying
async def move(
    ticket: UUID, by: UUID, why: str, *, to_line: UUID | None = None, to_counter: UUID | None = None
) -> UUID:
    """Send a waiting number to another line or one counter; its seniority stays.

    Refuses: NotFound, Denied, no reason.
    """
    async with db.transaction():
        day, found = await _mine(ticket, by, why)
        return await change(
            found,
            "transferred",
            "waiting",
            Asker(staff=by),
            await elsewhere(day, to_line, to_counter),
            why.strip(),
        )


@db.retrying
async def prioritise(ticket: UUID, by: UUID, why: str, priority: str) -> UUID:
    """优先: the guide has seen the proof of a class; only the class is kept. Refuses: NotFound, Denied, no reason, a
    class that is not known or would bring nothing.
    """
    async with db.transaction():
        day, found = await _mine(ticket, by, why)
        if not identity.priority_name(priority):
            raise Refusal("请选一种优先情形")
        key = turn(found["taken_at"], day.rules, priority=priority)
        if key.at >= found["turn_at"]:
            raise Refusal("这个号已经排得一样靠前了")
        values = {"turn_at": key.at, "credit": key.credit, "priority_class": priority}
        return await change(found, "prioritised", "waiting", Asker(staff=by), values, why.strip())


@db.retrying
async def void(ticket: UUID, by: UUID, why: str) -> UUID:
    """作废: a number given out by mistake; it is never given again. Refuses: NotFound, Denied, no reason."""
    async with db.transaction():
        _, found = await _mine(ticket, by, why)
        return await change(
            found, "voided", "voided", Asker(staff=by), {"ended_at": await clock.now()}, why.strip()
        )
