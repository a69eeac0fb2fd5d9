"""Cancelling a booking (取消预约)."""

from uuid import UUID

from backend import db
from backend.appointments import places, relocations
from backend.appointments.own import GONE, changeable
from backend.appointments.promises import promise
from backend.appointments.record import record
from backend.appointments.tables import Appointment
from backend.refusal import Refusal


@db.retrying
async def cancel(appointment: UUID, by: UUID, why: str = "") -> None:
    """Cancel one's booking and free its place.

    Refuses: a stranger's booking, one that is no longer booked, and one too near its start.
    """
    async with db.transaction():
        found, slot, rules = await changeable(appointment, by)
        await relocations.answered(found.id, "cancelled", rules)
        left = Appointment.update({Appointment.state: "cancelled"}).where(
            Appointment.id == appointment, Appointment.state == "booked"
        )
        if not await left.returning(Appointment.id):
            raise Refusal(GONE)
        await places.free(slot, rules, found.id)
        event = await record(
            found.id, "cancelled", from_state="booked", to_state="cancelled", by_account=by,
            from_slot=slot.id, why=why,
        )  # fmt: skip
        await promise(found.id, "appointment-cancelled", event, remind=False)
