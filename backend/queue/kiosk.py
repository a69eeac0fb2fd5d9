"""取号机: what somebody does before a hall's kiosk. Who asks is the paired screen, and what its reader was shown."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db
from backend.queue import just_taken
from backend.queue.cards import Shown
from backend.queue.carried import Carried
from backend.queue.check_in import check_in
from backend.queue.choices import check
from backend.queue.late import way
from backend.queue.lock import lock
from backend.queue.record import Asker, change, number, seen
from backend.queue.rules import rules_of
from backend.queue.send import come_back
from backend.queue.take import Matter, Taken, Visitor, take
from backend.refusal import NotFound, Refusal
from backend.web.device import Screen

CARD_FIRST = "这个大厅取号要先刷身份证。没带证件请到导办台"
MINUTES = 5  # for which a kiosk may take back what it has just issued and could not print
PLAN = """
SELECT t.id, t.letter, t.digits, t.state, t.party, t.taken_at, t.device, t.source, t.credit, t.missed_at, t.returned,
       l.name AS line_name, l.letter AS line_letter, l.floor, i.name AS item_name, s.starts_at AS booked_for
FROM ticket t JOIN queue_day d ON d.id = t.day JOIN line l ON l.id = t.line LEFT JOIN item i ON i.id = t.item
LEFT JOIN appointment a ON a.id = t.appointment LEFT JOIN slot s ON s.id = a.slot
WHERE d.hall = $1 AND d.day = $2 AND t.state IN ('waiting', 'called', 'serving', 'held', 'missed')
"""
BOOKINGS = """
SELECT a.id, a.state, a.slot, s.starts_at, s.ends_at, i.name AS item_name, l.name AS line_name, l.floor
FROM appointment a JOIN slot s ON s.id = a.slot JOIN item i ON i.id = a.item JOIN line l ON l.id = s.line
WHERE s.hall = $1 AND a.day = $2 AND a.state IN ('booked', 'missed') AND (a.person_index = ANY($3) OR a.id = $4)
ORDER BY s.starts_at, a.id
"""
CHECKED_IN = """
SELECT t.party FROM ticket t JOIN queue_day d ON d.id = t.day
WHERE t.appointment = $1 AND d.hall = $2 AND t.state NOT IN ('voided', 'withdrawn', 'abandoned')
"""


class Visit(Carried, frozen=True, kw_only=True):
    """Who stands before a kiosk: what its reader was shown, for as long as the page is theirs."""

    device: UUID
    shown: Shown


async def _today() -> dt.date:
    return clock.local(await clock.now()).date()


async def take_here(
    screen: Screen, matter: Matter, party: UUID, visit: Visit | None, another: bool = False
) -> tuple[UUID, Taken]:
    """A number, and the party it belongs to: that of the ID where it was here before. `another`: whoever taps has
    said that the number just taken is somebody else's.

    Refuses: as `take`; where the hall asks for an ID and none was shown; JustTaken.
    """
    indexes = visit.shown.indexes if visit else ()
    if not indexes and (await rules_of(screen.code)).kiosk_identity:
        raise Refusal(CARD_FIRST)
    await check(screen.hall, [matter])
    if not indexes and not another:
        await just_taken.ask(screen, matter, party)
    who = Visitor(party, indexes=indexes, device=screen.id)
    [taken] = await take(screen.hall, [matter], who, Asker(), "kiosk")
    return (await seen(taken.ticket))["party"], taken


async def own(screen: Screen, visit: Visit) -> dict[str, list[dict[str, Any]]]:
    """Today's bookings that whoever stands here can check in, and their numbers, in this hall."""
    shown, today = visit.shown, await _today()
    party = (await seen(shown.ticket))["party"] if shown.ticket else None
    booked = await db.rows(BOOKINGS, screen.hall, today, list(shown.indexes), shown.appointment)
    mine = (
        PLAN
        + "AND (t.person_index = ANY($3) OR t.party = $4 OR t.appointment = $5) ORDER BY t.taken_at, t.id"
    )
    numbers = await db.rows(mine, screen.hall, today, list(shown.indexes), party, shown.appointment)
    now = await clock.now()
    return {
        "bookings": [await way(one, screen.code, now) for one in booked],
        "tickets": _numbered(numbers),
    }


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "number": number(row)} for row in rows]


async def check_in_here(screen: Screen, appointment: UUID, visit: Visit | None) -> UUID:
    """签到: a number for a booking of whoever was shown; returns their party. Twice, it is the same number.

    Refuses: NotFound, also somebody else's booking; and as `check_in`.
    """
    if visit is None or not await _theirs(screen, appointment, visit):
        raise NotFound("没有找到这个预约，请再刷一次")
    for known in await db.rows(CHECKED_IN, appointment, screen.hall):
        return UUID(str(known["party"]))
    taken = await check_in(appointment, Visitor(uuid4(), device=screen.id), Asker())
    return UUID(str((await seen(taken.ticket))["party"]))


async def _theirs(screen: Screen, appointment: UUID, visit: Visit) -> bool:
    sql = """SELECT 1 FROM appointment a JOIN slot s ON s.id = a.slot
             WHERE a.id = $1 AND s.hall = $2 AND (a.person_index = ANY($3) OR a.id = $4)"""
    return bool(
        await db.rows(sql, appointment, screen.hall, list(visit.shown.indexes), visit.shown.appointment)
    )


async def come_back_here(screen: Screen, ticket: UUID, visit: Visit | None) -> UUID:
    """过号回来, for a number of whoever was shown; returns their party. Refuses: NotFound, and as `come_back`."""
    mine = {row["id"]: row for row in (await own(screen, visit))["tickets"]} if visit else {}
    if ticket not in mine:
        raise NotFound("没有找到这个号，请再刷一次")
    await come_back(ticket, Asker())
    return UUID(str(mine[ticket]["party"]))


async def plan(screen: Screen, party: UUID) -> list[dict[str, Any]]:
    """The live numbers of a party in this hall, as one plan. Refuses: NotFound where there is none."""
    found = await db.rows(
        PLAN + "AND t.party = $3 ORDER BY t.taken_at, t.id", screen.hall, await _today(), party
    )
    if not found:
        raise NotFound("没有找到这个号，可能已经办完或作废")
    return _numbered(found)


def fresh(ticket: dict[str, Any], screen: Screen, now: dt.datetime) -> bool:
    """Whether this kiosk has just issued it, for no booking, and nobody has called it yet."""
    recent = now - ticket["taken_at"] < dt.timedelta(minutes=MINUTES)
    return bool(
        ticket["device"] == screen.id
        and ticket["source"] == "kiosk"
        and ticket["state"] == "waiting"
        and recent
    )


@db.retrying
async def discard(screen: Screen, party: UUID) -> None:
    """作废: a number whose paper did not come out and that nobody wants. It is never given again; one of a booking
    stays. Refuses: NotFound, where this kiosk has issued none just now.
    """
    async with db.transaction():
        await lock(screen.hall)
        now = await clock.now()
        gone = [row for row in await plan(screen, party) if fresh(row, screen, now)]
        if not gone:
            raise NotFound("没有可以作废的号，请找导办员")
        for row in gone:
            ticket = await seen(row["id"])
            await change(ticket, "voided", "voided", Asker(), {"ended_at": now}, "号票没打出来")
