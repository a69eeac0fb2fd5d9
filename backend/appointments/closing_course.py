"""The course of a closing: stopped and gone on, its bookings treated in batches, finished."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints, identity
from backend.appointments.affected import gather, stretch_of
from backend.appointments.rehouse import rehouse, restore
from backend.appointments.tables import Closing, ClosingEvent
from backend.catalog.tables import Hall
from backend.gently import gently
from backend.refusal import NotFound

BATCH = 40  # bookings a job treats before it lets others have the worker; each takes some 10 ms
TODO = {
    "running": "SELECT r.id FROM relocation r JOIN slot s ON s.id = r.old_slot"
    " JOIN appointment a ON a.id = r.appointment WHERE r.closing = $1 AND r.state = 'pending'"
    " ORDER BY s.starts_at, a.created_at LIMIT $2",
    "undoing": "SELECT id FROM relocation WHERE closing = $1 AND state IN ('pending', 'offered', 'none')"
    " ORDER BY created_at, id LIMIT $2",
}


async def pause(closing: UUID, by: UUID) -> None:
    """Stop treating bookings; what was offered stands. Stopping twice changes nothing. Refuses: NotFound, Denied."""
    await _turn(closing, by, "paused", "running", "stopped")


async def go_on(closing: UUID, by: UUID) -> None:
    """Go on where it stopped. Refuses: NotFound, Denied."""
    await _turn(closing, by, "resumed", "stopped", "running")


@db.retrying
async def _turn(closing: UUID, by: UUID, kind: str, before: str, after: str) -> None:
    async with db.transaction():
        await managed(closing, by)
        if await move_to(closing, after, before):
            await note(closing, kind, before, after, by)
            db.after_commit(partial(hints.wake, "rehouse", closing))


async def managed(closing: UUID, by: UUID) -> Closing:
    """The closing, if this member of staff manages its hall. Refuses: NotFound, Denied."""
    found = await Closing.objects().where(Closing.id == closing).first()
    hall = await Hall.objects().where(Hall.id == found.hall).first() if found else None
    if found is None or hall is None:
        raise NotFound("没有找到这次停办")
    await identity.require(by, "manager", hall=hall.code, missing="没有找到这次停办")
    return found


async def move_to(closing: UUID, to: str, *of: str, at: dt.datetime | None = None) -> bool:
    """Move a closing from one of some states to another; False where it stood elsewhere. A part."""
    values: dict[Any, Any] = {Closing.state: to, Closing.finished_at: at}
    moved = Closing.update(values).where(Closing.id == closing, Closing.state.is_in(list(of)))
    return bool(await moved.returning(Closing.id))


async def note(closing: UUID, kind: str, before: str, after: str, by: UUID | None) -> None:
    """Write down who did what to a closing. A part."""
    event = ClosingEvent(
        closing=closing, at=await clock.now(), by=by, kind=kind, from_state=before, to_state=after
    )
    await ClosingEvent.insert(event)
    code = await db.rows("SELECT h.code FROM closing c JOIN hall h ON h.id = c.hall WHERE c.id = $1", closing)
    db.after_commit(partial(hints.publish, f"hall:{code[0]['code']}"))


async def carry_on(closing: UUID) -> bool:
    """Treat the next bookings of a closing, as it stands; finish it when none is left. True where more wait."""
    found = await Closing.select(Closing.state).where(Closing.id == closing).first()
    state = found["state"] if found else ""
    if state not in TODO:
        return False
    todo = await db.rows(TODO[state], closing, BATCH)
    for row in todo:
        await gently(rehouse if state == "running" else restore, row["id"])
    return len(todo) == BATCH or not await _finish(closing)


@db.retrying
async def _finish(closing: UUID) -> bool:
    """Done, where nothing is left; whoever came into the stretch meanwhile is written down first."""
    async with db.transaction():
        row = await Closing.objects().where(Closing.id == closing).lock_rows("UPDATE").first()
        if row is None or row.state not in TODO:
            return True
        if row.state == "running" and await gather(stretch_of(row), closing):
            return False
        if await db.rows(TODO[row.state], closing, 1):
            return True  # one that cannot be treated now: the sweep comes back
        after = "done" if row.state == "running" else "undone"
        await move_to(closing, after, row.state, at=await clock.now())
        await note(closing, after, row.state, after, None)
    return True


async def closings_due() -> list[UUID]:
    """The closings that have something to do, for the sweep."""
    found = (
        await Closing.select(Closing.id).where(Closing.state.is_in(list(TODO))).order_by(Closing.created_at)
    )
    return [row["id"] for row in found]
