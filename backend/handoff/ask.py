"""请启东接通: the desk asks for somebody at home, and takes it back."""

from typing import Any
from uuid import UUID, uuid4

from backend import cases, clock, db
from backend.handoff.duty import free
from backend.handoff.offers import end_ringing
from backend.handoff.record import locked, move, record
from backend.handoff.route import give_up, route
from backend.handoff.rules import patience
from backend.handoff.seats import open_elsewhere
from backend.handoff.tables import Handoff
from backend.refusal import Refusal

RUNS = "这个办件已经在屏对屏，打开那一次就行"
OPEN = "你还开着另一次屏对屏（{item}）：先办完，或者结束、关掉那一页，再请"
OVER = "这次屏对屏已经结束"
TAKEN = "已经有人接了，不用约回电"
TOO_FAR = "已经接通过，请办完或让启东结束，不能取消"


@db.retrying
async def ask(case: UUID, by: UUID) -> UUID:
    """请启东接通: somebody of the department that decides the case is looked for, at once. Refuses: Denied, NotFound, a
    case that is over, a second one while one runs, or while they have the room of another open.
    """
    async with db.transaction(refusing={"handoff_case_once": Refusal(RUNS)}):
        found = await cases.held(case, by)
        cases.in_state(found, *cases.UNDECIDED)
        now = await clock.now()
        row = Handoff(
            id=uuid4(), case=case, hall=found["hall"], clerk=by, department=found["department"], item=found["item"],
            asked_at=now, due_at=now, give_up_at=now + patience(), clerk_seen_at=now,
        )  # fmt: skip
        await Handoff.insert(row)
        if item := await open_elsewhere(UUID(str(row.id)), by):
            raise Refusal(OPEN.format(item=item))
        await record(UUID(str(row.id)), "asked", "", "queued", by)
        await route(await locked(UUID(str(row.id))))
        return UUID(str(row.id))


async def at_desk(handoff: UUID, by: UUID) -> dict[str, Any]:
    """A part: the handoff, locked, for who sits at the desk. Refuses: Denied, NotFound."""
    rows = await db.rows('SELECT "case" FROM handoff WHERE id = $1', handoff)
    if rows:
        await cases.held(rows[0]["case"], by)
    return await locked(handoff)


@db.retrying
async def cancel(handoff: UUID, by: UUID) -> None:
    """不等了: before somebody sees the applicant. Refuses: Denied, NotFound, one that is over or went further."""
    async with db.transaction():
        one = await at_desk(handoff, by)
        if one["ended_at"]:
            raise Refusal(OVER)
        if one["state"] not in ("queued", "ringing", "connecting"):
            raise Refusal(TOO_FAR)
        await end_ringing(one, "rescinded")
        if one["officer"] and one["state"] == "connecting":
            await free(one["officer"], "on")
        await move(one, "cancelled", "cancelled", by)


@db.retrying
async def settle(handoff: UUID, by: UUID) -> None:
    """不等了，约回电: what is booked after the whole wait is booked now. Refuses: Denied, NotFound, one that is over or
    that somebody took.
    """
    async with db.transaction():
        one = await at_desk(handoff, by)
        if one["ended_at"]:
            raise Refusal(OVER)
        if one["state"] not in ("queued", "ringing"):
            raise Refusal(TAKEN)
        await end_ringing(one, "rescinded")
        await record(handoff, "settled", one["state"], one["state"], by)
        await give_up(one)
