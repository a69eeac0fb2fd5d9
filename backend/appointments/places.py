"""Places in a slot, as moving and cancelling take and give them. The guard is in the UPDATE itself."""

from uuid import UUID

from backend.appointments.tables import Slot
from backend.refusal import Refusal


class SlotFull(Refusal):
    """The slot has no place left."""


async def take(slot: UUID) -> None:
    """Take one place. A part. Refuses: SlotFull."""
    place = Slot.update({Slot.taken: Slot.taken + 1}).where(Slot.id == slot, Slot.taken < Slot.offered)
    if not await place.returning(Slot.id):
        raise SlotFull("这个时段刚刚约满，请另选一个。现在有空的时段都列在下面")


async def give_back(slot: UUID) -> None:
    """Give one place back. A part."""
    await Slot.update({Slot.taken: Slot.taken - 1}).where(Slot.id == slot, Slot.taken > 0)


async def exchange(old: UUID, new: UUID) -> None:
    """Take the new place and give the old one back, touching the rows in the order of their ids, so that
    people who move in opposite directions cannot block each other. A part. Refuses: SlotFull.
    """
    steps = [(new, take), (old, give_back)]
    for slot, step in sorted(steps, key=lambda pair: pair[0]):
        await step(slot)
