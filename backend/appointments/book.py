"""Booking a place (预约): the busiest verb, so its reads are one statement and its writes another."""

from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, identity
from backend.appointments import pauses, policy
from backend.appointments.places import FULL, SlotFull
from backend.appointments.promises import tell
from backend.appointments.tables import Appointment, Policy, Slot
from backend.refusal import NotFound, Refusal

ONCE = {
    "appointment_once": Refusal(
        "这个人这一天已预约过这件事（也可能是家人约的），请换一天，或在“我的预约”里改时间"
    )
}

# The locks, in the house's order; then everything the rules need to know of a slot and an item, the item's
# policy, and the next voucher number. Limits are counted by the next statement: its snapshot begins after the locks.
ASKED = f"""
WITH locked AS MATERIALIZED ({policy.LOCKED})
SELECT s.id AS slot, s.day, s.starts_at, s.ends_at, i.id AS item_id, i.name AS item, i.policy_group,
       h.name AS hall, h.address, l.floor, l.name AS line, nextval('appointment_number') AS digits,
       i.bookable AND EXISTS (SELECT 1 FROM item_place p WHERE p.item = i.id AND p.line = s.line) AS done_here,
       (SELECT to_jsonb(p) {policy.OF_GROUP.format("i.policy_group")}) AS rules,
       {clock.WORKING_BETWEEN.format("$5::date", "s.day")} AS days_before
FROM locked, slot s JOIN line l ON l.id = s.line JOIN hall h ON h.id = s.hall, item i
WHERE s.id = $3 AND i.id = $4
"""  # noqa: S608  # put together from our own constants
# The place is taken, the booking and its event written only where every limit leaves room. The guard on
# `taken` is in the UPDATE itself, so two people cannot both take the last place.
WRITE = f"""
WITH held AS ({policy.COUNTS}),
place AS (
    UPDATE slot SET taken = taken + 1 FROM held
    WHERE slot.id = $14 AND taken < offered AND (NOT paused OR $20::uuid IS NOT NULL)
      AND {policy.ROOM.format("$8", "$9", "$10", "$11")}
    RETURNING slot.id),
booked AS (
    INSERT INTO appointment (id, number, slot, item, person, person_index, day, booked_by, state, created_at)
    SELECT $12, $13, place.id, $7, $15, $1, $16, $2, 'booked', $17 FROM place RETURNING id),
recorded AS (
    INSERT INTO appointment_event (id, appointment, at, by_account, by_staff, kind, from_state, to_state, to_slot, why)
    SELECT $18, booked.id, $17, $19, $20, 'booked', '', 'booked', $14, $21 FROM booked)
SELECT held.*, EXISTS (SELECT 1 FROM booked) AS booked FROM held
"""  # noqa: S608  # put together from our own constants


async def slot_of(slot: UUID) -> Slot:
    """The slot. Refuses: NotFound."""
    found = await Slot.objects().where(Slot.id == slot).first()
    if found is None:
        raise NotFound("这个时段已经不开放，请重新选择")
    return found


@db.retrying
async def book(slot: UUID, item: UUID, person: UUID, by: UUID) -> Appointment:
    """Take one place in the slot for the person, asked by an account, and promise them notices.

    Refuses: a person this account may not act for, an item not done there, a slot
    outside the window, a pause (爽约), more than the policy allows, the same item twice a day, and SlotFull.
    """
    async with db.transaction(refusing=ONCE):
        who = await identity.person_for(by, person)
        return await reserve(slot, item, who, by, Asker(account=by))


class Asker(msgspec.Struct, frozen=True):
    """Who asked for a booking, for its event: an account, or the member of staff it called; and their note."""

    account: UUID | None = None
    staff: UUID | None = None
    why: str = ""


async def reserve(slot: UUID, item: UUID, who: identity.Person, account: UUID, asker: Asker) -> Appointment:
    """A part, whoever asks: one read, one write, and the promise of notices to the account. Refuses: as `book`."""
    asked = await asked_of(slot, item, who.id_index, account)
    rules = policy.known(asked["rules"])
    policy.check_times(asked["starts_at"], asked["days_before"], asked["done_here"], rules, await clock.now())
    appointment = await row_of(asked, who, account)
    event = await _write(appointment, rules, asker)
    told = {**asked, "id": appointment.id, "booked_by": account, "person": who.id}
    await tell(told, "appointment-booked", event)
    return appointment


async def asked_of(slot: UUID, item: UUID, person_index: bytes, account: UUID) -> dict[str, Any]:
    """Lock the person and the account (`policy.lock`), and read what the rules need to know of a slot and an item,
    with a new voucher number. A part. Refuses: NotFound.
    """
    db.inside()
    found = await db.rows(ASKED, person_index, account, slot, item, clock.local(await clock.now()).date())
    if not found:
        raise NotFound("这个时段已经不开放，请重新选择")
    digits = str(found[0]["digits"])
    return {**found[0], "number": digits + check_digit(digits)}


async def row_of(asked: dict[str, Any], who: identity.Person, by: UUID) -> Appointment:
    """The appointment, not yet written."""
    return Appointment(
        number=asked["number"],
        slot=asked["slot"],
        item=asked["item_id"],
        person=who.id,
        person_index=who.id_index,
        day=asked["day"],
        booked_by=by,
        created_at=await clock.now(),
    )


async def _write(row: Appointment, rules: Policy, asker: Asker) -> UUID:
    event, spans = uuid4(), policy.spans(clock.local(row.created_at).date(), row.day)
    values = (row.id, row.number, row.slot, row.person, row.day, row.created_at, event)
    by = (asker.account, asker.staff, asker.why)
    written = await db.rows(
        WRITE, row.person_index, row.booked_by, *spans, None, row.item, *policy.most(rules), *values, *by
    )
    if written[0]["paused"] and asker.staff is None:
        await pauses.check(row.person_index, row.booked_by)
    policy.judge(written[0], rules)
    if not written[0]["booked"]:
        raise SlotFull(FULL)
    return event


def check_digit(digits: str) -> str:
    """The digit (Luhn, ISO/IEC 7812-1) that a clerk's typing error will not survive."""
    doubled = (int(d) * (2 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits)))
    return str(-sum(d // 10 + d % 10 for d in doubled) % 10)
