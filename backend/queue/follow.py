"""Following a number: its owner by account, a paper's or the family's by a link."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, secrecy
from backend.queue.record import number
from backend.refusal import NotFound

GONE = "这个链接已经失效。请让家人再发一次，或问导办员"
TICKET = """
SELECT t.id, t.account, t.letter, t.digits, t.state, t.party, t.taken_at, t.called_at, t.missed_at, t.returned,
       t.ended_at, t.credit, d.day, h.code AS hall, h.name AS hall_name, h.phone, l.floor, l.name AS line_name,
       i.name AS item_name, s.starts_at, coalesce(r.return_minutes, 30) AS return_minutes,
       coalesce(r.step_back_most, 5) AS step_back_most, coalesce(r.ahead, 3) AS tell_ahead,
       coalesce(r.rings, 3) AS most_rings, c.number AS counter, p.name AS person_name, p.relation
FROM ticket t JOIN queue_day d ON d.id = t.day JOIN hall h ON h.id = d.hall JOIN line l ON l.id = t.line
LEFT JOIN item i ON i.id = t.item LEFT JOIN queue_rules r ON r.hall = h.id
LEFT JOIN appointment a ON a.id = t.appointment LEFT JOIN slot s ON s.id = a.slot
LEFT JOIN counter c ON c.id = t.counter LEFT JOIN person p ON p.id = t.person
"""
OWN = TICKET + "WHERE t.id = $1 AND t.account = $2"
LINKED = (
    TICKET.replace("SELECT ", "SELECT k.kind, k.id AS link, ", 1)
    + "JOIN ticket_link k ON k.ticket = t.id WHERE k.token_hash = $1 AND k.withdrawn_at IS NULL AND d.day >= $2"
)
PLAN = """
SELECT t.id, t.letter, t.digits, t.state, i.name AS item_name, l.name AS line_name FROM ticket t
JOIN line l ON l.id = t.line LEFT JOIN item i ON i.id = t.item
WHERE t.party = $1 AND t.account IS NOT DISTINCT FROM $2 AND t.state <> 'voided'
  AND (t.id = $3 OR t.state <> 'withdrawn' AND NOT $4) ORDER BY t.turn_at, t.taken_at, t.id
"""
MINE = (
    TICKET
    + "WHERE t.account = $1 AND d.day = $2 AND t.state IN ('waiting', 'called', 'serving', 'held', 'missed')"
)


async def own(ticket: UUID, by: UUID) -> dict[str, Any]:
    """One's number. Refuses: NotFound, also a stranger's."""
    return _told(await db.rows(OWN, ticket, by), "没有找到这个号")


async def followed(token: str) -> dict[str, Any]:
    """The number of a link, until the day after. Refuses: NotFound, also a withdrawn one."""
    yesterday = clock.local(await clock.now()).date() - dt.timedelta(days=1)
    return _told(await db.rows(LINKED, secrecy.token_hash(token), yesterday), GONE)


def _told(found: list[dict[str, Any]], sentence: str) -> dict[str, Any]:
    if not found:
        raise NotFound(sentence)
    row = found[0]
    back = row["missed_at"] + dt.timedelta(minutes=row["return_minutes"]) if row["missed_at"] else None
    return {**row, "number": number(row), "matter": row["item_name"] or row["line_name"], "back_until": back}


async def mine(account: UUID) -> list[dict[str, Any]]:
    """An account's numbers of today that are not over, in the order in which they were taken."""
    today = clock.local(await clock.now()).date()
    rows = await db.rows(MINE + " ORDER BY t.taken_at, t.id", account, today)
    return [_told([row], "") for row in rows]


async def plan(ticket: dict[str, Any]) -> list[dict[str, Any]]:
    """All numbers of the same visitor of that day, in their order: one plan whose calls never clash. Those of one
    account only, for an ID that somebody typed shows nobody's numbers; and whom the family's link shows one, sees one.
    """
    alone = ticket.get("kind") == "family"
    found = await db.rows(PLAN, ticket["party"], ticket["account"], ticket["id"], alone)
    return [{**row, "number": number(row), "matter": row["item_name"] or row["line_name"]} for row in found]
