"""Taking a number (取号): at a kiosk, at the guide's desk, by phone in the hall, or for a booking that checks in."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, hints
from backend.appointments import open_spans, shut
from backend.queue.lock import HallDay, lock
from backend.queue.record import Asker, number, seen
from backend.queue.seniority import Turn, turn
from backend.queue.tables import LIVE, Ticket, TicketEvent
from backend.refusal import NotFound, Refusal

ONCE = {
    "ticket_once": Refusal("这件事已经取过号了，不用再取"),
    "ticket_one_of_booking": Refusal("这个预约已经签到取过号了"),
}
MOST_MATTERS = 5  # of one visitor at one time

# Where a matter is done in a hall, and the line whose letter (Y预约, V优先) a number may carry.
PLACE = """
SELECT l.id AS line, l.letter, l.name, i.id AS item, i.name AS item_name,
       (SELECT s.id FROM line s WHERE s.hall = l.hall AND s.letter = $4) AS series
FROM line l LEFT JOIN item i ON i.id = $3
WHERE l.hall = $1 AND (l.id = $2 OR $2::uuid IS NULL)
  AND ($3::uuid IS NULL OR EXISTS (SELECT 1 FROM item_place p WHERE p.item = $3 AND p.line = l.id))
  AND (i.id IS NOT NULL OR $3::uuid IS NULL)
"""
NEXT = "SELECT coalesce(max(digits), 0) + 1 AS digits FROM ticket WHERE day = $1 AND letter = $2"
OWN = """
SELECT count(*) FILTER (WHERE person_index = ANY($2)) AS person_day,
       count(*) FILTER (WHERE person_index = ANY($2) AND state = ANY($4)) AS person_live,
       count(*) FILTER (WHERE account = $3) AS account_day,
       count(*) FILTER (WHERE account = $3 AND state = ANY($4)) AS account_live
FROM ticket WHERE day = $1 AND state <> 'voided' AND (person_index = ANY($2) OR account = $3)
"""
PARTY = "SELECT party FROM ticket WHERE day = $1 AND person_index = ANY($2) ORDER BY taken_at LIMIT 1"
AGAIN = """
SELECT id FROM ticket WHERE day = $1 AND party = $2 AND state = ANY($4)
  AND (item = $3 OR item IS NULL AND $3::uuid IS NULL AND line = $5)
"""
LETTERS = {"booking": "Y", "priority": "V"}


class Matter(msgspec.Struct, frozen=True):
    """What somebody came for: a matter, or only a line."""

    item: UUID | None = None
    line: UUID | None = None


class Visitor(msgspec.Struct, frozen=True):
    """Who takes a number. `party` is a fresh id from the page, so that asking twice takes one number. Known by the
    blind indexes of an ID (the first is kept), by a person of an account, or not at all. `priority`: a class whose
    proof somebody has seen.
    """

    party: UUID
    indexes: tuple[bytes, ...] = ()
    person: UUID | None = None
    account: UUID | None = None
    priority: str = ""
    device: UUID | None = None


class Taken(msgspec.Struct, frozen=True):
    """A number that was issued; `again`: it had been before."""

    ticket: UUID
    number: str
    again: bool = False


@db.retrying
async def take(
    hall: UUID | str, matters: list[Matter], who: Visitor, asker: Asker, source: str
) -> list[Taken]:
    """One number for each matter, in the order of `matters`; their calls never clash, for they are one party's. What
    the party has a live number for is given again, in its place. Whoever may do this here, the route asks: a kiosk's
    token, a guide's role, the hall's own code on a phone.

    Refuses: NotFound, a hall that is closed or stops issuing, a matter not done here, and too many of one ID or phone.
    """
    async with db.transaction(refusing=ONCE):
        day = await lock(hall)
        await check_open(day)
        who = await _known(day, who)
        return [await _one(day, matter, who, asker, source) for matter in _distinct(matters)]


def _distinct(matters: list[Matter]) -> list[Matter]:
    found = list(dict.fromkeys(matters))
    if not found or len(found) > MOST_MATTERS:
        raise Refusal(f"一次可以选 1 到 {MOST_MATTERS} 件事")
    return found


async def check_open(day: HallDay) -> None:
    """A part. Refuses: before the hall opens, so long before it closes for the day, and while it is shut."""
    now = clock.local(await clock.now())
    spans = [span for span in await open_spans(day.hall, now.date()) if not span[2]]
    if reason := await shut(day.hall, now):
        raise Refusal(f"{day.hall_name}现在不开放：{reason}")
    if not spans:
        raise Refusal(f"{day.hall_name}今天不取号。可以先预约别的日子")
    early = dt.timedelta(minutes=day.rules.early_minutes)
    if now < _at(now, spans[0][0]) - early:
        raise Refusal(
            f"{day.hall_name} {spans[0][0]:%H:%M} 开门，{_at(now, spans[0][0]) - early:%H:%M} 起取号"
        )
    stop = _at(now, spans[-1][1]) - dt.timedelta(minutes=day.rules.stop_minutes)
    if now >= stop:
        raise Refusal(f"今天 {stop:%H:%M} 起不再取号，已经取了的都会办完。可以预约别的日子")


def _at(now: dt.datetime, time: dt.time) -> dt.datetime:
    return now.replace(hour=time.hour, minute=time.minute, second=0, microsecond=0)


async def _known(day: HallDay, who: Visitor) -> Visitor:
    """The same visitor as before, if the ID was here today already."""
    if who.indexes:
        for row in await db.rows(PARTY, day.id, list(who.indexes)):
            return msgspec.structs.replace(who, party=row["party"])
    return who


async def _one(day: HallDay, matter: Matter, who: Visitor, asker: Asker, source: str) -> Taken:
    where = await place(day.hall, matter, "V" if who.priority else "")
    for row in await db.rows(AGAIN, day.id, who.party, where["item"], list(LIVE), where["line"]):
        return Taken(row["id"], number(await seen(row["id"])), again=True)
    await check_limits(day, who)
    key = turn(await clock.now(), day.rules, priority=who.priority)
    return await issue(day, where, who, key, asker, source)


async def place(hall: UUID, matter: Matter, letter: str) -> dict[str, Any]:
    """Where a matter is done, and the line of a letter. Refuses: NotFound where the hall does not do it."""
    found = await db.rows(PLACE, hall, matter.line, matter.item, letter)
    if not found or (matter.item is None and matter.line is None):
        raise NotFound("这个大厅不办这件事，请问导办员")
    return found[0]


async def check_limits(day: HallDay, who: Visitor) -> None:
    """A part. Refuses: more live numbers, or more of the day, than one ID or one phone may have."""
    if not who.indexes and not who.account:
        return
    held, rules = (await db.rows(OWN, day.id, list(who.indexes), who.account, list(LIVE)))[0], day.rules
    if held["person_live"] >= rules.live_per_person:
        raise Refusal(f"同一个人最多同时有 {rules.live_per_person} 个号，先办完手上的")
    if held["person_day"] >= rules.day_per_person:
        raise Refusal(f"同一个人一天最多取 {rules.day_per_person} 个号，还要办请找导办员")
    if held["account_live"] >= rules.live_per_person * rules.account_factor:
        raise Refusal("这个手机号手上的号太多了，先办完再取")
    if held["account_day"] >= rules.day_per_person * rules.account_factor:
        raise Refusal("这个手机号今天取的号太多了，还要办请找导办员")


async def issue(  # noqa: PLR0917  # one after the other as the sentence goes
    day: HallDay, where: dict[str, Any], who: Visitor, key: Turn, asker: Asker, source: str, **more: Any
) -> Taken:
    """A part: the next number of the letter, and its event."""
    now, series = await clock.now(), where["series"] if key.credit else None
    letter = LETTERS[key.credit] if series else where["letter"]
    digits = (await db.rows(NEXT, day.id, letter))[0]["digits"]
    ticket = Ticket(
        id=uuid4(), day=day.id, letter=letter, digits=digits, line=where["line"], series=series, item=where["item"],
        party=who.party, person=who.person, person_index=who.indexes[0] if who.indexes else None,
        account=who.account, device=who.device, source=source, priority_class=who.priority, credit=key.credit,
        taken_at=now, turn_at=key.at, **more,
    )  # fmt: skip
    await Ticket.insert(ticket)
    event = TicketEvent(
        ticket=ticket.id,
        at=now,
        kind="taken",
        to_state="waiting",
        by_account=asker.account,
        by_staff=asker.staff,
    )
    await TicketEvent.insert(event)
    db.after_commit(partial(hints.wake, "foresee", day.hall))
    return Taken(UUID(str(ticket.id)), ticket.number)
