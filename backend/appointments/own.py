"""One's own booking, and whether it may still be changed."""

from uuid import UUID

import msgspec

from backend import clock
from backend.appointments import policy, relocations
from backend.appointments.book import slot_of
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


class Held(msgspec.Struct, frozen=True):
    """A booking that is still booked, with its slot and its policy, locked for a change."""

    appointment: Appointment
    slot: Slot
    rules: Policy


async def changeable(appointment: UUID, by: UUID) -> Held:
    """A part: one's booking, locked for a change. Refuses: NotFound, Refusal, too near its start.

    Whose own time a closing took away may change it however near that time is.
    """
    held = await locked(await own(appointment, by))
    if await relocations.open_of(appointment) is None:
        policy.check_still_changeable(held.slot, held.rules, await clock.now())
    return held


async def locked(seen: Appointment) -> Held:
    """A part: the booking as it is now that nobody else can change it. Refuses: Refusal."""
    # Locked as everywhere: the person, then the account; slots come last.
    await policy.lock(seen.person_index, seen.booked_by)
    found = await Appointment.objects().where(Appointment.id == seen.id).first()
    if found is None or found.state != "booked":
        raise Refusal(GONE)
    return Held(found, await slot_of(found.slot), await policy.of_item(found.item))
