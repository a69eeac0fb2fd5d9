"""值守: who answers calls from the desk, and whether their page is there."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, hints, identity
from backend.handoff.parties import decides
from backend.handoff.rules import handoff_rules, seconds
from backend.handoff.tables import Duty
from backend.refusal import Refusal

SPEAKING = "正在屏对屏，结束了再下线"
DUTY = f"""
SELECT u.*, EXISTS (
  SELECT 1 FROM handoff h JOIN handoff_offer o ON o.handoff = h.id JOIN staff s ON s.id = u.staff
  WHERE {decides("h.department")}
  AND h.due_at IS NOT NULL AND h.state IN ('queued', 'ringing') AND o.officer = u.staff AND o.answer = 'unconnected'
  AND NOT EXISTS (SELECT 1 FROM handoff_offer l
    WHERE l.handoff = h.id AND l.officer = u.staff AND l.rung_at > o.rung_at AND l.answer <> '')) AS unconnected
FROM handoff_duty u WHERE u.staff = $1
"""  # noqa: S608  # our own words
SEEN = "UPDATE handoff_duty SET seen_at = $2 WHERE staff = $1 RETURNING state"
WRAPPED = "UPDATE handoff_duty SET state = 'on', since = $1 WHERE state = 'wrapping' AND since <= $2 RETURNING staff"
BUSY = "UPDATE handoff_duty SET state = 'busy', since = $2 WHERE staff = $1"
FREE = """
UPDATE handoff_duty SET state = $2, since = $3, idle_since = $3, silent = CASE WHEN $4 THEN 0 ELSE silent END
WHERE staff = $1 AND state = 'busy'
"""
STRUCK = """
UPDATE handoff_duty SET silent = silent + 1, since = $2,
  state = CASE WHEN state = 'on' AND silent + 1 >= $3 THEN 'away' ELSE state END
WHERE staff = ANY($1)
"""
BACK = """
UPDATE handoff_duty SET since = $2, silent = 0,
  state = CASE WHEN state = 'away' AND silent >= $3 THEN 'on' ELSE state END
WHERE staff = $1 AND silent > 0
"""


async def duty_of(by: UUID) -> dict[str, Any] | None:
    """Their row; `unconnected`: they took one and nothing came, and nobody has it yet; None: never on duty."""
    found = await db.rows(DUTY, by)
    return found[0] if found else None


@db.retrying
async def come_on(by: UUID) -> None:
    """上线: calls may ring, at once also after a session. Refuses: Denied who decides nothing; while one speaks."""
    await _set(by, "on")


@db.retrying
async def go_away(by: UUID) -> None:
    """离开: nothing rings. Refuses: as `come_on`."""
    await _set(by, "away")


async def _set(by: UUID, state: str) -> None:
    await identity.require(by, "officer")
    now = await clock.now()
    async with db.transaction():
        await _row(by, now)
        allowed = Duty.state.is_in(["on", "wrapping", "away"])
        values: dict[Any, Any] = {"state": state, "since": now, "silent": 0}
        if not await Duty.update(values).where(Duty.staff == by, allowed).returning(Duty.id):
            raise Refusal(SPEAKING)
        db.after_commit(partial(hints.publish, f"officer:{by}"))


async def _row(by: UUID, now: dt.datetime) -> None:
    row = Duty(id=uuid4(), staff=by, state="away", since=now, idle_since=now)
    await Duty.insert(row).on_conflict(target=Duty.staff, action="DO NOTHING")


async def seen(by: UUID) -> None:
    """Their page answered: they are there."""
    await db.rows(SEEN, by, await clock.now())


async def busy(officer: UUID) -> None:
    """A part: they answered one."""
    await db.rows(BUSY, officer, await clock.now())


async def free(officer: UUID, state: str = "wrapping", *, came: bool = True) -> None:
    """A part: what they had is over; they have a while to write it up, or may be rung at once. Only who `came` to it is
    silent no more.
    """
    await db.rows(FREE, officer, state, await clock.now(), came)
    db.after_commit(partial(hints.publish, f"officer:{officer}"))


async def strike(officers: list[UUID]) -> None:
    """A part: they let it ring; after so many in a row they count as away, until they say otherwise."""
    await db.rows(STRUCK, officers, await clock.now(), handoff_rules().silent)
    for officer in officers:
        db.after_commit(partial(hints.publish, f"officer:{officer}"))


async def back(officer: UUID) -> None:
    """A part: they answered after all; what they let ring meanwhile does not count, and made nobody away."""
    await db.rows(BACK, officer, await clock.now(), handoff_rules().silent)


async def wrapped() -> None:
    """Who had time enough to write up may be rung again."""
    now = await clock.now()
    for row in await db.rows(WRAPPED, now, now - seconds(handoff_rules().wrap)):
        await hints.publish(f"officer:{row['staff']}")
