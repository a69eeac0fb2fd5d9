"""Booking a place (预约)."""

from uuid import UUID

from backend import clock, db, identity
from backend.appointments import places, policy
from backend.appointments.promises import promise
from backend.appointments.record import record
from backend.appointments.tables import Appointment, Slot
from backend.refusal import NotFound, Refusal

ONCE = {"appointment_once": Refusal("你已预约了这一天的这件事，可以在“我的预约”里改时间")}


async def slot_of(slot: UUID) -> Slot:
    """The slot. Refuses: NotFound."""
    found = await Slot.objects().where(Slot.id == slot).first()
    if found is None:
        raise NotFound("这个时段已经不开放，请重新选择")
    return found


@db.retrying
async def book(slot: UUID, item: UUID, person: UUID, by: UUID) -> Appointment:
    """Take one place in the slot for the person, asked by an account, and promise them a notice.

    Refuses: a person this account may not act for, an item not done there, a slot outside the window,
    more than the policy allows, the same item twice a day, and SlotFull.
    """
    async with db.transaction(refusing=ONCE):
        who = await identity.person_for(by, person)
        rules = await policy.of(item)
        wanted = await slot_of(slot)
        await policy.lock(who.id_index, by)
        await policy.check_slot(wanted, item, rules)
        await policy.check_limits(who.id_index, by, wanted, rules)
        await places.take(slot)
        appointment = Appointment(
            number=await next_number(),
            slot=slot,
            item=item,
            person=person,
            person_index=who.id_index,
            day=wanted.day,
            booked_by=by,
            created_at=await clock.now(),
        )
        await Appointment.insert(appointment)
        event = await record(appointment.id, "booked", to_state="booked", by_account=by, to_slot=slot)
        await promise(appointment.id, "appointment-booked", event)
    return appointment


async def next_number() -> str:
    """The next voucher number: eight digits of a sequence and a check digit (Luhn, ISO/IEC 7812-1)."""
    digits = str((await db.rows("SELECT nextval('appointment_number') AS n"))[0]["n"])
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """The Luhn digit that a clerk's typing error will not survive."""
    doubled = (int(d) * (2 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits)))
    return str(-sum(d // 10 + d % 10 for d in doubled) % 10)
