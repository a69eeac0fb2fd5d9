"""Moving a booking to another time (改时间)."""

from typing import Any
from uuid import UUID

from backend import db
from backend.appointments import places, policy, relocations
from backend.appointments.book import ONCE, slot_of
from backend.appointments.own import GONE, Held, changeable
from backend.appointments.promises import promise
from backend.appointments.record import record
from backend.appointments.tables import Appointment
from backend.refusal import Refusal


@db.retrying
async def move(appointment: UUID, slot: UUID, by: UUID) -> None:
    """Move one's booking to another slot in one transaction: the old place is kept if the new one is gone.

    Refuses: what `book` and `cancel` refuse. To move to the slot one already has changes nothing.
    """
    async with db.transaction(refusing=ONCE):
        await put(await changeable(appointment, by), slot, by_account=by)


async def put(held: Held, slot: UUID, **how: Any) -> None:
    """A part, whoever asks: the booking stands in the other slot. `how`: by_account or by_staff, and why."""
    found, old = held.appointment, held.slot
    if old.id == slot:
        return
    new = await slot_of(slot)
    await policy.check_slot(new.starts_at, new.day, await policy.done_here(found.item, new), held.rules)
    await policy.check_limits(
        found.person_index, found.booked_by, held.rules, item=found.item, day=new.day, besides=found.id
    )
    if not await relocations.answered(found.id, "moved", held.rules, to=slot):
        await places.take(slot, found.id)
    await places.free(old, held.rules, found.id)
    moved = Appointment.update({Appointment.slot: slot, Appointment.day: new.day}).where(
        Appointment.id == found.id, Appointment.state == "booked", Appointment.slot == old.id
    )
    if not await moved.returning(Appointment.id):
        raise Refusal(GONE)
    event = await record(
        found.id, "moved", from_state="booked", to_state="booked", from_slot=old.id, to_slot=slot, **how
    )
    await promise(found.id, "appointment-moved", event)
