"""Originals come back to their applicant: mailed and signed for, or ready to be collected."""

from typing import Any
from uuid import UUID

from backend import clock, db, secrecy
from backend.cases.askers import MISSING, TAKERS, may
from backend.cases.custody_parcel import MOVED, held_parcel, lay_all, lines_of, move, side, tell
from backend.cases.custody_places import spots_of
from backend.cases.custody_tables import ParcelLine
from backend.cases.record import Asker, locked, record
from backend.refusal import NotFound, Refusal

WHO = "请写明是谁签收的"
NONE_READY = "没有放在大厅里、可以来拿的原件"


@db.retrying
async def deliver_parcel(parcel: UUID, receiver: str, by: UUID) -> None:
    """The courier says that the applicant's package was signed for, by whom. Refuses: NotFound, nobody named, another
    package.
    """
    if not receiver:
        raise Refusal(WHO)
    async with db.transaction():
        found = await held_parcel(parcel)
        await side(found, by, "from")
        await _to_applicant(found, Asker(staff=by), receiver)


@db.retrying
async def confirm_own(case: UUID, parcel: UUID, account: UUID) -> None:
    """The applicant has their originals back, as they say themselves. Refuses: NotFound, one that is not under way."""
    async with db.transaction():
        whose, found = await locked(case), await held_parcel(parcel)
        if whose["account"] != account or found["case"] != case or found["to_kind"] != "applicant":
            raise NotFound(MISSING)
        await _to_applicant(found, Asker(account=account), "")


async def _to_applicant(parcel: dict[str, Any], asker: Asker, receiver: str) -> None:
    if parcel["to_kind"] != "applicant" or parcel["state"] != "sent":
        raise Refusal(MOVED)
    sealed = secrecy.seal(receiver) if receiver else b""
    await move(parcel, "received", ended_at=await clock.now(), ended_by=asker.staff, receiver_sealed=sealed)
    lines = await lines_of(parcel["id"])
    for line in lines:
        await (
            ParcelLine.update({ParcelLine.arrived: line["count"]})
            .where(ParcelLine.parcel == parcel["id"], ParcelLine.paper == line["paper"])
        )  # fmt: skip
    await lay_all(parcel, None, "returned", asker.staff)
    await tell(parcel, "restored", asker, f"原件交接单 {parcel['number']}")


@db.retrying
async def call_for(case: UUID, by: UUID) -> None:
    """Tell the applicant to come for the originals that lie in the hall of the case. Refuses: Denied, NotFound,
    none.
    """
    async with db.transaction():
        found = await locked(case)
        await may(found, by, *TAKERS)
        here = [
            spot
            for spot in await spots_of(case)
            if spot.row["place"] == "hall" and spot.row["at_code"] == found["hall_code"]
        ]
        if not here or found["state"] == "filed":
            raise Refusal(NONE_READY)
        why = "、".join(f"{spot.name} {spot.count} 份" for spot in here)
        await record(case, "ready", found["state"], found["state"], Asker(staff=by), why)
