"""A package leaves: given to the courier, opened again, or refused on the other side."""

from typing import Any
from uuid import UUID

from backend import clock, db
from backend.cases.custody_moves import note
from backend.cases.custody_parcel import (
    MOVED,
    counts,
    held_parcel,
    lay_all,
    lines_of,
    move,
    place_at,
    side,
    tell,
)
from backend.cases.record import Asker
from backend.refusal import Refusal

NO_TRACKING = "请填快递单号，申请人和对方要查"
WHY = "请写明原因"


@db.retrying
async def send_parcel(parcel: UUID, tracking: str, by: UUID) -> None:
    """Given to the courier. Refuses: NotFound, the other side, no number, one that is not packed any more."""
    if not tracking:
        raise Refusal(NO_TRACKING)
    async with db.transaction():
        found = await held_parcel(parcel)
        await side(found, by, "from")
        if found["state"] != "packed":
            raise Refusal(MOVED)
        await move(found, "sent", tracking=tracking, sent_at=await clock.now(), sent_by=by)
        await note(counts(await lines_of(parcel)), "sent", by, parcel)
        await tell(found, "posted", Asker(staff=by), f"寄给{_aim(found)}，快递单号 {tracking}")


def _aim(parcel: dict[str, Any]) -> str:
    return "你" if parcel["to_kind"] == "applicant" else str(parcel["to_name"])


@db.retrying
async def unpack(parcel: UUID, by: UUID) -> None:
    """It is not sent after all: the originals lie where they lay. Refuses: as `send_parcel`."""
    async with db.transaction():
        found = await held_parcel(parcel)
        await side(found, by, "from")
        if found["state"] != "packed":
            raise Refusal(MOVED)
        await move(found, "opened", ended_at=await clock.now(), ended_by=by)
        await lay_all(found, await place_at(found, "from"), "opened", by)


@db.retrying
async def refuse_parcel(parcel: UUID, why: str, by: UUID) -> None:
    """拒收: it goes back unopened, or the courier brings it back. Refuses: NotFound, no reason, one not under way."""
    if not why:
        raise Refusal(WHY)
    async with db.transaction():
        found = await held_parcel(parcel)
        # Of what was mailed to the applicant, the side that sent it hears from the courier.
        await side(found, by, "from" if found["to_kind"] == "applicant" else "to")
        if found["state"] != "sent":
            raise Refusal(MOVED)
        await move(found, "refused", note=why)
        await note(counts(await lines_of(parcel)), "refused", by, parcel, why)
