"""The event written with every deed."""

from uuid import UUID

from backend import clock, db
from backend.appointments.tables import AppointmentEvent


async def record(
    appointment: UUID,
    kind: str,
    *,
    to_state: str,
    from_state: str = "",
    by_account: UUID | None = None,
    by_staff: UUID | None = None,
    from_slot: UUID | None = None,
    to_slot: UUID | None = None,
    why: str = "",
) -> UUID:
    """Append who did what, when and why; returns the event's id. A part."""
    db.inside()
    event = AppointmentEvent(
        appointment=appointment,
        at=await clock.now(),
        kind=kind,
        from_state=from_state,
        to_state=to_state,
        by_account=by_account,
        by_staff=by_staff,
        from_slot=from_slot,
        to_slot=to_slot,
        why=why,
    )
    await AppointmentEvent.insert(event)
    return UUID(str(event.id))
