"""What the desk of a hall of the small world asks of an officer at home."""

import datetime as dt
from uuid import UUID, uuid4

from backend import clock, db
from backend.handoff.tables import Duty, Handoff, Offer
from tests.world_cases import officer_of

HOUR = dt.timedelta(hours=1)


async def handoffs_of(case: UUID, desk: UUID, officer: UUID) -> dict[str, str]:
    """`handoff` of the case rings for the officer; `other_officer` could take it."""
    now = await clock.now()
    [row] = await db.rows("SELECT hall, department, item FROM service_case WHERE id = $1", case)
    one = Handoff(
        id=uuid4(), case=case, clerk=desk, state="ringing", round=1, asked_at=now, due_at=now + HOUR,
        give_up_at=now + HOUR, **row,
    )  # fmt: skip
    await Handoff.insert(one)
    await Offer.insert(
        Offer(id=uuid4(), handoff=one.id, officer=officer, round=0, rung_at=now, until=now + HOUR)
    )
    await Duty.insert(Duty(id=uuid4(), staff=officer, state="on", since=now, idle_since=now, seen_at=now))
    return {"handoff": str(one.id), "end": "desk", "other_officer": str(await officer_of(case))}
