"""Cancelling a booking (取消预约)."""

from typing import Any
from uuid import UUID

from backend import db
from backend.appointments import places, relocations
from backend.appointments.own import GONE, Held, changeable
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
        await give_up(await changeable(appointment, by), why=why, by_account=by)


async def give_up(held: Held, **how: Any) -> None:
    """A part, whoever asks: the booking is cancelled, its place rests. `how`: by_account or by_staff, and why."""
    found = held.appointment
    await relocations.answered(found.id, "cancelled", held.rules)
    left = Appointment.update({Appointment.state: "cancelled"}).where(
        Appointment.id == found.id, Appointment.state == "booked"
    )
    if not await left.returning(Appointment.id):
        raise Refusal(GONE)
    await places.free(held.slot, held.rules, found.id)
    event = await record(
        found.id, "cancelled", from_state="booked", to_state="cancelled", from_slot=held.slot.id, **how
    )
    await promise(found.id, "appointment-cancelled", event, remind=False)
