"""What a citizen answers to a closing: yes to the place that is kept; or nothing, until it is too late."""

import datetime as dt
from typing import Any, cast
from uuid import UUID

from backend import clock, db
from backend.appointments import places, policy, relocations
from backend.appointments.book import ONCE, slot_of
from backend.appointments.own import GONE, own
from backend.appointments.promises import promise
from backend.appointments.record import record
from backend.appointments.rehouse import gone_as, said
from backend.appointments.tables import Appointment
from backend.gently import gently
from backend.refusal import Refusal

LATE = {
    "": "现在没有给你留的新位置，可以自己换个时间",
    "undoing": "大厅照常办理了，你原来的时间不变，不用改",
    "over": "留的时间已经过了，这个位置让给了别人。可以自己换个时间，或打电话给大厅",
}
# Offered and not answered in time; or without a place, or not yet told, and the old time has come. Whom a stopped
# closing has told nothing may come all that day. Also what was changed past us: somebody came all the same.
DUE = """
SELECT r.id FROM relocation r JOIN closing c ON c.id = r.closing JOIN slot s ON s.id = r.old_slot
JOIN appointment a ON a.id = r.appointment LEFT JOIN place_hold h ON h.id = r.hold
WHERE r.state IN ('pending', 'offered', 'none') AND c.state <> 'undoing'
  AND (a.state <> 'booked' OR a.slot <> r.old_slot
       OR CASE WHEN r.state = 'offered' THEN h.until WHEN r.state = 'pending' AND c.state = 'stopped'
          THEN (s.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' ELSE s.starts_at END <= $1)
ORDER BY r.created_at LIMIT 100
"""


@db.retrying
async def accept(appointment: UUID, by: UUID) -> None:
    """Take the place that a closing keeps for one's booking: one tap, the number stays. Saying it again changes
    nothing. Refuses: NotFound, an offer that lapsed or was undone, and the same matter twice a day.
    """
    async with db.transaction(refusing=ONCE):
        seen = await own(appointment, by)
        await policy.lock(seen.person_index, by)
        await take_kept(await own(appointment, by), LATE, by_account=by)


async def take_kept(found: Appointment, words: dict[str, str], **by: Any) -> None:
    """Move a booking to the place that a closing keeps for it; done before, nothing happens. `by`: by_account, or
    by_staff and why. A part, under the person's lock. Refuses in `words` (as LATE).
    """
    row = await relocations.open_of(found.id)
    if row is None and await _accepted(found):
        return
    new = await slot_of(await _claimed(row, words))
    old, rules = await slot_of(found.slot), await policy.of_item(found.item)
    moved = Appointment.update({Appointment.slot: new.id, Appointment.day: new.day}).where(
        Appointment.id == found.id, Appointment.state == "booked", Appointment.slot == old.id
    )
    if not await moved.returning(Appointment.id):
        raise Refusal(GONE)
    await places.free(old, rules, found.id)
    moves: dict[str, Any] = {
        "from_state": "booked",
        "to_state": "booked",
        "from_slot": old.id,
        "to_slot": new.id,
    }
    event = await record(found.id, "moved", **moves, **by)
    await promise(found.id, "appointment-moved", event)


async def _accepted(found: Appointment) -> bool:
    return bool(
        await db.rows(
            "SELECT 1 FROM relocation WHERE appointment = $1 AND new_slot = $2 AND state = 'accepted'",
            found.id,
            found.slot,
        )
    )


async def _claimed(row: dict[str, Any] | None, words: dict[str, str]) -> UUID:
    if row is None or row["state"] != "offered":
        raise Refusal(words[""])
    if row["closing_state"] == "undoing":
        raise Refusal(words["undoing"])
    late = row["until"] is None or row["until"] <= await clock.now()
    slot = None if late else await places.end(row["hold"], "claimed", "closing")
    if slot is None or not await relocations.settle(row, "accepted"):
        raise Refusal(words["over"])
    return slot


async def lapse_due() -> None:
    """End what was not answered in time."""
    for row in await db.rows(DUE, await clock.now()):
        await gently(lapse, row["id"])


@db.retrying
async def lapse(relocation: UUID) -> None:
    """Nobody answered in time: the kept place goes on, and the hall cancels the booking, told kindly and never a
    no-show. Answered meanwhile, or not yet due: nothing happens.
    """
    async with db.transaction():
        row = await relocations.locked(relocation)
        if row["state"] not in relocations.OPEN or row["closing_state"] == "undoing":
            return
        gone = gone_as(row)
        if not gone and _due_at(row) > await clock.now():
            return
        if not gone and not await _cancelled(row):
            gone = "kept"
        await relocations.settle(row, gone or "lapsed")
        await relocations.let_go(row, "lapsed")


def _due_at(row: dict[str, Any]) -> dt.datetime:
    """The moment of `DUE`."""
    if row["state"] == "offered":
        return cast(dt.datetime, row["until"])
    if row["state"] == "pending" and row["closing_state"] == "stopped":
        return clock.at(row["closed_day"] + dt.timedelta(days=1), dt.time.min)
    return cast(dt.datetime, row["old_at"])


async def _cancelled(row: dict[str, Any]) -> bool:
    """By the hall; False where they are at the counter this very moment."""
    left = Appointment.update({Appointment.state: "cancelled"}).where(
        Appointment.id == row["appointment"], Appointment.state == "booked"
    )
    if not await left.returning(Appointment.id):
        return False
    old, rules = await slot_of(row["old_slot"]), await policy.of_item(row["item"])
    await places.free(old, rules, row["appointment"])
    event = await record(
        row["appointment"], "ended", from_state="booked", to_state="cancelled", from_slot=old.id,
        why="大厅停办，没有等到答复",
    )  # fmt: skip
    await promise(row["appointment"], "appointment-ended", event, remind=False, **said(row))
    return True
