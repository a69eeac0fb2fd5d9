"""Online booking paused after too many no-shows (爽约暂停). Walking in and booking by telephone stay open.

A pause is of a proved ID, from whatever account, or of an account where no ID was proved. Who may be paused, how
soon and how long is in the policy of the item's group.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, notify
from backend.appointments import reminders
from backend.appointments.tables import NoShow, Pause, PauseEvent, Policy
from backend.refusal import Refusal

# The same condition stands in `policy.COUNTS`, on the hot path of booking.
RUNNING = """
SELECT account, until FROM booking_pause
WHERE (person_index = $1 OR person_index IS NULL AND account = $2) AND state = 'running' AND until > $3
ORDER BY until DESC LIMIT 1
"""
LIFT = (
    "UPDATE booking_pause SET state = 'lifted' WHERE id = $1 AND state = 'running' RETURNING account, until"
)
SETTLE = """
UPDATE booking_appeal SET state = $2, answered_by = $3, answer = $4, answered_at = $5
WHERE %s = $1 AND state = 'open' RETURNING id
"""


class Paused(Refusal):
    """Booking online is paused; the sentence says until when, and what stays open."""


async def check(person_index: bytes, account: UUID) -> None:
    """Nothing is paused for this ID and this account. Refuses: Paused."""
    found = await db.rows(RUNNING, person_index, account, clock.local(await clock.now()).date())
    if found:
        raise Paused(_sentence(found[0]["until"], own=found[0]["account"] == account))


def _sentence(until: dt.date, own: bool) -> str:
    way = "觉得不对，可以在“我的预约”里申诉" if own else "有疑问可以打电话问大厅"
    return f"网上预约暂停到 {until.month} 月 {until.day} 日。现场取号、电话预约照常；{way}"


def facts(seen: dict[str, Any]) -> dict[str, object]:
    """What notices about a no-show know."""
    return {
        "item": seen["item_name"], "hall": seen["hall_name"], "phone": seen["phone"],
        "starts_at": seen["starts_at"],
    }  # fmt: skip


async def begin(seen: dict[str, Any], index: bytes | None, counted: list[UUID], rules: Policy) -> None:
    """Pause the ID, or the account where there is none, and tell until when and what stays open. A part."""
    now = await clock.now()
    until = clock.local(now).date() + dt.timedelta(days=rules.pause_days)
    row = Pause(
        hall=seen["hall"], account=seen["booked_by"], person_index=index, since=now, until=until
    )  # fmt: skip
    await Pause.insert(row)
    await NoShow.update({NoShow.pause: row.id}).where(NoShow.id.is_in(counted))
    event = await record(row.id, "begun", "running")
    known = {**facts(seen), "times": len(counted), "until_at": clock.at(until, dt.time.min)}
    promise = notify.Promise("appointment-paused", f"paused:{event}", reminders.awake(now))
    await notify.tell(seen["booked_by"], [promise], about=row.id, facts=known, person=seen["person"])


async def lift(pause: UUID, by: UUID | None, why: str, *, spent: bool) -> bool:
    """End a pause; whether it would have gone on. What led to it counts no more if it is `spent`, else anew.
    A part.
    """
    found = await db.rows(LIFT, pause)
    if not found:
        return False
    await record(pause, "lifted", "lifted", from_state="running", by_staff=by, why=why)
    await notify.withdraw(pause)
    await settle("pause", pause, "granted", by, why)
    if not spent:
        await NoShow.update({NoShow.pause: None}).where(NoShow.pause == pause)
    return bool(found[0]["until"] > clock.local(await clock.now()).date())


async def settle(column: str, about: UUID, state: str, by: UUID | None, answer: str) -> bool:
    """Answer the open appeal about a no-show (`no_show`) or a pause (`pause`), if there is one. A part."""
    return bool(await db.rows(SETTLE % column, about, state, by, answer, await clock.now()))


async def record(
    pause: UUID,
    kind: str,
    to_state: str,
    *,
    from_state: str = "",
    by_account: UUID | None = None,
    by_staff: UUID | None = None,
    why: str = "",
) -> UUID:
    """Append who did what to a pause. A part."""
    db.inside()
    event = PauseEvent(
        pause=pause, at=await clock.now(), by_account=by_account, by_staff=by_staff, kind=kind,
        from_state=from_state, to_state=to_state, why=why,
    )  # fmt: skip
    await PauseEvent.insert(event)
    return UUID(str(event.id))
