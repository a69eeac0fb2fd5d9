"""One's own booking, and whether it may still be changed."""

from uuid import UUID

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


async def changeable(appointment: UUID, by: UUID) -> tuple[Appointment, Slot, Policy]:
    """A part: one's booking, its slot and its policy, locked for a change. Refuses: NotFound, Refusal.

    Whose own time a closing took away may change it however near that time is.
    """
    # Locked as everywhere: the person, then the account; slots come last.
    seen = await own(appointment, by)
    await policy.lock(seen.person_index, by)
    found = await own(appointment, by)
    rules = await policy.of_item(found.item)
    if found.state != "booked":
        raise Refusal(GONE)
    slot = await slot_of(found.slot)
    if await relocations.open_of(appointment) is None:
        policy.check_still_changeable(slot, rules, await clock.now())
    return found, slot, rules
