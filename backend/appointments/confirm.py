"""Saying that every material is ready (材料已备齐)."""

from uuid import UUID

from backend import clock, db
from backend.appointments.own import own
from backend.appointments.record import record
from backend.appointments.tables import Appointment


async def confirm(appointment: UUID, by: UUID) -> None:
    """Say that every material is ready (材料已备齐). Saying it again changes nothing. Refuses: NotFound."""
    async with db.transaction():
        await own(appointment, by)
        told = Appointment.update({Appointment.materials_confirmed_at: await clock.now()}).where(
            Appointment.id == appointment,
            Appointment.state == "booked",
            Appointment.materials_confirmed_at.is_null(),
        )
        if await told.returning(Appointment.id):
            await record(appointment, "confirmed", from_state="booked", to_state="booked", by_account=by)
