"""The waiting list's turn (候补): a place that came free is offered to the next, for ten minutes, by day.

Everything here happens under the lock of the line's row, so that "the next" is exact however many workers run:
person and account first, then the line, then slots, as everywhere.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, notify
from backend.appointments import places, policy, reminders
from backend.appointments.tables import PlaceHold, Waiting, WaitingEvent

LOCK = "SELECT id FROM line WHERE id = $1 FOR NO KEY UPDATE"
LAPSED = """
SELECT h.id, h.slot, h.waiting, h.freed FROM place_hold h JOIN slot s ON s.id = h.slot
WHERE s.line = $1 AND h.kind = 'waiting' AND h.ended_at IS NULL AND h.until <= $2 ORDER BY h.until
"""
# A place that rests, or one that everybody could take while somebody waits for exactly this day.
RESTING = """
SELECT h.id, h.slot, coalesce(h.freed, h.id) AS freed, h.until <= $2 AS rested, s.day, s.starts_at,
       s.taken > s.offered AS surplus FROM place_hold h JOIN slot s ON s.id = h.slot
WHERE s.line = $1 AND h.kind = 'frozen' AND h.ended_at IS NULL ORDER BY s.starts_at, h.created_at LIMIT 200
"""
FREE = """
SELECT s.id AS slot, s.day, s.starts_at, NULL::uuid AS freed FROM slot s
WHERE s.line = $1 AND s.taken < s.offered AND s.starts_at > $2
  AND s.day IN (SELECT unnest(days) FROM waiting WHERE line = $1 AND state = 'waiting')
ORDER BY s.starts_at LIMIT 50
"""
# The next who wants this day, was not offered this freeing ($6) before (of a place that everybody may take: this
# slot) and may still book it: `notice_minutes` of their item's policy lie ahead, the same matter is not booked for
# that day meanwhile, no limit is reached and nothing is paused. Who is passed over keeps their turn.
HELD = policy.COUNTED.format(
    person="w.person_index", account="w.account", item="w.item", today="$7", first="$8", after="$9", besides="NULL"
)  # fmt: skip
NEXT = f"""
SELECT w.* FROM waiting w JOIN item i ON i.id = w.item JOIN appointment_policy p
  ON p."group" = coalesce((SELECT "group" FROM appointment_policy WHERE "group" = i.policy_group), 'default')
CROSS JOIN LATERAL ({HELD}) held
WHERE w.line = $1 AND w.state = 'waiting' AND $3 = ANY(w.days)
  AND $4 >= $5::timestamptz + p.notice_minutes * interval '1 minute'
  AND EXISTS (SELECT 1 FROM item_place t WHERE t.item = w.item AND t.line = w.line AND i.bookable)
  AND NOT EXISTS (SELECT 1 FROM place_hold h WHERE h.waiting = w.id AND h.slot = $2
                  AND ($6::uuid IS NULL OR h.freed = $6))
  AND NOT EXISTS (SELECT 1 FROM appointment a WHERE a.person_index = w.person_index AND a.item = w.item
                  AND a.day = $3 AND a.state = 'booked')
  AND NOT held.paused AND {policy.ROOM.format(*policy.MOST)}
ORDER BY w.queued_at, w.id LIMIT 1
"""  # noqa: S608  # put together from our own constants
# Until when a place was to rest when it was given up, and by whom.
GIVEN_UP = "SELECT until, appointment FROM place_hold WHERE id = $1 AND kind = 'frozen'"
OVER = """
SELECT id, account, person, item FROM waiting
WHERE line = $1 AND state = 'waiting' AND (SELECT max(day) FROM unnest(days) day) < $2
"""
FACTS = """
SELECT i.name AS item, h.name AS hall, h.address, l.floor, l.name AS line FROM waiting w
JOIN item i ON i.id = w.item JOIN line l ON l.id = w.line JOIN hall h ON h.id = w.hall WHERE w.id = $1
"""


async def lock(line: UUID) -> None:
    """One at a time in a line's waiting list. A part; comes after person and account, before slots."""
    db.inside()
    await db.rows(LOCK, line)


@db.retrying
async def pass_on(line: UUID) -> None:
    """Do what is due in a line's waiting list: take back offers that lapsed, offer what is free to the next,
    give back what rested long enough and nobody waits for, and end waits whose days are over.
    """
    async with db.transaction():
        await lock(line)
        now = await clock.now()
        for offer in await db.rows(LAPSED, line, now):
            await _lapse(offer, now)
        for place in await db.rows(RESTING, line, now):
            await _settle(line, place, now)
        if not reminders.rules().quiet(now):
            for place in await db.rows(FREE, line, now):
                await _offer_free(line, place, now)
        await _end_waits(line, now)


async def due() -> list[UUID]:
    """The lines whose waiting list has something to do, for the sweep."""
    now = await clock.now()
    found = await db.rows(
        "SELECT s.line FROM place_hold h JOIN slot s ON s.id = h.slot"
        " WHERE h.ended_at IS NULL AND (h.kind = 'frozen' OR h.kind = 'waiting' AND h.until <= $1)"
        " UNION SELECT line FROM waiting WHERE state = 'waiting'",
        now,
    )
    return [row["line"] for row in found]


async def _lapse(offer: dict[str, Any], now: dt.datetime) -> None:
    if await places.end(offer["id"], "lapsed", "waiting"):
        await _rest(offer["slot"], offer["freed"], now)
        await changed(offer["waiting"], "lapsed", "offered", "waiting", hold=offer["id"], queued_at=now)


async def _rest(slot: UUID, freed: UUID | None, now: dt.datetime) -> None:
    """A place that was offered in vain rests on until the half hour is over in which it was given up: else who gives
    it up and an accomplice who lets it go would decide when it is free. Who gave it up may still go back to it.
    """
    found = await db.rows(GIVEN_UP, freed)
    until = max(now, found[0]["until"]) if found else now
    by = found[0]["appointment"] if found else None
    await places.hold(slot, "frozen", now, until, freed=freed, appointment=by)


async def _settle(line: UUID, place: dict[str, Any], now: dt.datetime) -> None:
    """Offer a resting place to the next; without one, give it back when it has rested. At night it goes on
    resting for who will be offered it in the morning.
    """
    wanted = None if place["surplus"] else await _next(line, place, now)
    if wanted is None and (place["rested"] or place["surplus"]):
        # Who gave it up may have gone back to it this very moment: then there is nothing to give.
        if await places.end(place["id"], "released", "frozen"):
            await places.give_back(place["slot"])
    elif wanted and not reminders.rules().quiet(now) and await places.end(place["id"], "offered", "frozen"):
        await _offer(wanted, place, now)


async def _offer_free(line: UUID, place: dict[str, Any], now: dt.datetime) -> None:
    wanted = await _next(line, place, now)
    if wanted and await places.taken(place["slot"]):
        await _offer(wanted, place, now)


async def _next(line: UUID, place: dict[str, Any], now: dt.datetime) -> dict[str, Any] | None:
    spans = policy.spans(clock.local(now).date(), place["day"])
    found = await db.rows(
        NEXT, line, place["slot"], place["day"], place["starts_at"], now, place["freed"], *spans
    )
    return found[0] if found else None


async def _offer(wanted: dict[str, Any], place: dict[str, Any], now: dt.datetime) -> None:
    """Keep the place for them, and tell them until when."""
    rules = await policy.of_item(wanted["item"])
    until = min(now + dt.timedelta(minutes=rules.offer_minutes), place["starts_at"])
    held = await places.hold(place["slot"], "waiting", now, until, waiting=wanted["id"], freed=place["freed"])
    event = await changed(wanted["id"], "offered", "waiting", "offered", hold=held)
    await _tell(wanted, "waiting-offered", event, until, starts_at=place["starts_at"], until_at=until)


async def _end_waits(line: UUID, now: dt.datetime) -> None:
    for row in await db.rows(OVER, line, clock.local(now).date()):
        event = await changed(row["id"], "over", "waiting", "over")
        await _tell(row, "waiting-over", event, None)


async def _tell(
    row: dict[str, Any], kind: str, event: UUID | None, until: dt.datetime | None, **facts: object
) -> None:
    known = (await db.rows(FACTS, row["id"]))[0]
    promise = notify.Promise(kind, f"{kind}:{event}", useless_after=until)
    await notify.tell(
        row["account"], [promise], about=row["id"], facts={**known, **facts}, person=row["person"]
    )


async def changed(
    waiting: UUID,
    kind: str,
    before: str,
    after: str,
    *,
    by: UUID | None = None,
    hold: UUID | None = None,
    queued_at: dt.datetime | None = None,
) -> UUID | None:
    """Move a wait from one state to another and write the event; its id, None where it stood elsewhere. A part."""
    db.inside()
    values: dict[Any, Any] = {Waiting.state: after} | ({Waiting.queued_at: queued_at} if queued_at else {})
    moved = Waiting.update(values).where(Waiting.id == waiting, Waiting.state == before)
    if not await moved.returning(Waiting.id):
        return None
    event = WaitingEvent(
        waiting=waiting, at=await clock.now(), by_account=by, kind=kind, from_state=before, to_state=after,
        hold=hold,
    )  # fmt: skip
    await WaitingEvent.insert(event)
    return UUID(str(event.id))


async def decline(waiting: UUID, by: UUID) -> None:
    """Leave, and pass on what was offered. A part, under the line's lock."""
    offer = await offer_of(waiting)
    slot = await places.end(offer.id, "refused", "waiting") if offer else None
    if offer and slot:
        await _rest(slot, offer.freed, await clock.now())
    await notify.withdraw(waiting)
    await changed(waiting, "left", "offered" if offer else "waiting", "left", by=by)


async def offer_of(waiting: UUID) -> PlaceHold | None:
    """The open offer of a wait. A part or a look."""
    return (
        await PlaceHold.objects()
        .where(PlaceHold.waiting == waiting, PlaceHold.kind == "waiting", PlaceHold.ended_at.is_null())
        .first()
    )


async def withdraw_offer(waiting: UUID, hold: UUID) -> None:
    """The hall closed the slot that was on offer: the wait keeps its turn, and is told. A part; the hold has ended."""
    await notify.withdraw(waiting)
    if event := await changed(waiting, "withdrawn", "offered", "waiting", hold=hold):
        row = (await db.rows("SELECT id, account, person FROM waiting WHERE id = $1", waiting))[0]
        await _tell(row, "waiting-withdrawn", event, None)
