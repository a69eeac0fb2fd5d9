"""打不通: a ring that nothing could bring to the officer ends at once, and the next circle is rung."""

from uuid import UUID

from backend import clock, db, notify
from backend.handoff.duty import strike
from backend.handoff.offers import end_unreached, rings_until
from backend.handoff.record import locked, record
from backend.handoff.route import over_of, route, there_since

# Whose page is there hears it there, whatever became of the phone.
CALLED = """
SELECT f.handoff, f.id AS offer, n.id AS notice FROM handoff_offer f JOIN handoff_duty u ON u.staff = f.officer
JOIN notice n ON n.about = f.id
WHERE f.state = 'ringing' AND f.until > $2 AND u.seen_at <= $1 AND ($3::uuid IS NULL OR f.handoff = $3)
"""


async def unreached() -> list[UUID]:
    """The handoffs that ring where neither a page nor a phone hears it: no push and no SMS came through."""
    return sorted({row["handoff"] for row in await _lost()})


async def _lost(handoff: UUID | None = None) -> list[dict[str, UUID]]:
    now = await clock.now()
    called = await db.rows(CALLED, there_since(now), now, handoff)
    fared = await notify.reach([row["notice"] for row in called]) if called else {}
    return [row for row in called if fared[row["notice"]].outcome == "lost"]


@db.retrying
async def give_up_on(handoff: UUID) -> None:
    """Its rings that did not get through end; where nothing else rings, the next circle is rung at once.

    Such a ring counts as one that was let ring: whoever is on duty and can be reached in no way is not there, and to be
    there again costs them one press.
    """
    async with db.transaction():
        one = await locked(handoff)
        ended = await end_unreached(one, [row["offer"] for row in await _lost(handoff)])
        if not ended:
            return
        if not await over_of(one):
            await strike(ended)
        await record(handoff, "unreached", one["state"], one["state"])
        if not await rings_until(one):
            await route(one)
