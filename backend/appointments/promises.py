"""What an appointment promises to tell: the deed at once, and its reminders."""

from typing import Any
from uuid import UUID

from backend import clock, db, notify
from backend.appointments.reminders import reminders

FACTS = """
SELECT a.id, a.number, a.booked_by, a.person, s.starts_at, s.ends_at, i.name AS item,
       h.name AS hall, h.address, l.floor, l.name AS line
FROM appointment a JOIN slot s ON s.id = a.slot JOIN item i ON i.id = a.item
JOIN line l ON l.id = s.line JOIN hall h ON h.id = s.hall WHERE a.id = $1
"""


async def promise(appointment: UUID, kind: str, event: UUID, remind: bool = True, **more: object) -> None:
    """Tell of a change now and promise its reminders; what was promised before is taken back. A part.

    `more`: facts that only this kind's text needs.
    """
    await notify.withdraw(appointment)
    row = (await db.rows(FACTS, appointment))[0]
    await tell(row, kind, event, remind, **more)


async def tell(row: dict[str, Any], kind: str, event: UUID, remind: bool = True, **more: object) -> None:
    """Promise what an appointment's row (the columns of `FACTS`) has to be told after this event. A part."""
    ahead = reminders(row["starts_at"], await clock.now()) if remind else []
    promises = [notify.Promise(kind, f"{kind}:{event}")]
    promises += [notify.Promise(name, f"{name}:{event}", due, until) for name, due, until in ahead]
    await notify.tell(
        row["booked_by"], promises, about=row["id"], facts={**_facts(row), **more}, person=row["person"]
    )


def _facts(row: dict[str, Any]) -> dict[str, object]:
    names = ("number", "item", "hall", "address", "floor", "line", "starts_at", "ends_at")
    return {name: row[name] for name in names}
