"""Cancelling, moving, and saying that everything is ready."""

from uuid import UUID

from backend import clock, db
from backend.appointments import places, policy
from backend.appointments.book import ONCE, slot_of
from backend.appointments.promises import promise
from backend.appointments.record import record
from backend.appointments.tables import Appointment, Policy, Slot
from backend.refusal import NotFound, Refusal

GONE = "这个预约已经取消或改动过，请刷新后再看"


async def own(appointment: UUID, by: UUID) -> Appointment:
    """The appointment, if this account booked it. Refuses: NotFound."""
    found = (
        await Appointment.objects().where(Appointment.id == appointment, Appointment.booked_by == by).first()
    )
    if found is None:
        raise NotFound("没有找到这个预约")
    return found


async def _changeable(appointment: UUID, by: UUID) -> tuple[Appointment, Slot, Policy]:
    # Locked as everywhere: the person, then the account; slots come last.
    seen = await own(appointment, by)
    await policy.lock(seen.person_index, by)
    found = await own(appointment, by)
    rules = await policy.of_item(found.item)
    if found.state != "booked":
        raise Refusal(GONE)
    slot = await slot_of(found.slot)
    policy.check_still_changeable(slot, rules, await clock.now())
    return found, slot, rules


@db.retrying
async def cancel(appointment: UUID, by: UUID, why: str = "") -> None:
    """Cancel one's booking and give its place back.

    Refuses: a stranger's booking, one that is no longer booked, and one too near its start.
    """
    async with db.transaction():
        found, slot, _ = await _changeable(appointment, by)
        left = Appointment.update({Appointment.state: "cancelled"}).where(
            Appointment.id == appointment, Appointment.state == "booked"
        )
        if not await left.returning(Appointment.id):
            raise Refusal(GONE)
        await places.give_back(slot.id)
        event = await record(
            found.id, "cancelled", from_state="booked", to_state="cancelled", by_account=by,
            from_slot=slot.id, why=why,
        )  # fmt: skip
        await promise(found.id, "appointment-cancelled", event, remind=False)


@db.retrying
async def move(appointment: UUID, slot: UUID, by: UUID) -> None:
    """Move one's booking to another slot in one transaction: the old place is kept if the new one is gone.

    Refuses: what `book` and `cancel` refuse. To move to the slot one already has changes nothing.
    """
    async with db.transaction(refusing=ONCE):
        found, old, rules = await _changeable(appointment, by)
        if old.id == slot:
            return
        new = await slot_of(slot)
        await policy.check_slot(new.starts_at, new.day, await policy.done_here(found.item, new), rules)
        await policy.check_limits(found.person_index, by, new.day, rules, besides=found.id)
        await places.exchange(old.id, slot)
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
