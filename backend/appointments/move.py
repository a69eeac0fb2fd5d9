"""Moving a booking to another time (改时间)."""

from uuid import UUID

from backend import db
from backend.appointments import places, policy, relocations
from backend.appointments.book import ONCE, slot_of
from backend.appointments.own import GONE, changeable
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
        found, old, rules = await changeable(appointment, by)
        if old.id == slot:
            return
        new = await slot_of(slot)
        await policy.check_slot(new.starts_at, new.day, await policy.done_here(found.item, new), rules)
        await policy.check_limits(
            found.person_index, by, rules, item=found.item, day=new.day, besides=found.id
        )
        if not await relocations.answered(found.id, "moved", rules, to=slot):
            await places.take(slot, found.id)
        await places.free(old, rules, found.id)
        moved = Appointment.update({Appointment.slot: slot, Appointment.day: new.day}).where(
            Appointment.id == appointment, Appointment.state == "booked", Appointment.slot == old.id
        )
        if not await moved.returning(Appointment.id):
            raise Refusal(GONE)
        event = await record(
            found.id, "moved", from_state="booked", to_state="booked", by_account=by,
            from_slot=old.id, to_slot=slot,
        )  # fmt: skip
        await promise(found.id, "appointment-moved", event)
