"""What a number's owner is told (通知), in the transaction of the fact: soon, called, missed.

Soon: whoever has no more than the hall's `ahead` people before them, once; again only after they went back further. It
is looked for wherever somebody leaves a place in the waiting order, so it is told with the very deed that brought them
there.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, notify

LEAVES = ("called", "withdrawn", "voided", "transferred", "stepped_back")  # a place in the order becomes free
OVER = (
    "started",
    "completed",
    "transferred",
    "swapped",
    "withdrawn",
    "voided",
    "undone",
)  # what was told is not true
OWN = {"called": "ticket-called", "missed": "ticket-missed"}
CALLED_FOR = dt.timedelta(minutes=5)  # afterwards a call is no news
SOON_FOR = dt.timedelta(minutes=30)
NEAR = """
WITH first AS (
    SELECT id, row_number() OVER (ORDER BY turn_at, taken_at, id) - 1 AS before FROM (
        SELECT id, turn_at, taken_at FROM ticket WHERE day = $1 AND line = $2 AND state = 'waiting'
        ORDER BY turn_at, taken_at, id
        LIMIT coalesce((SELECT ahead FROM queue_rules WHERE hall = $3), 3) + 1
    ) t
)
UPDATE ticket t SET near_at = $4 FROM first
WHERE t.id = first.id AND t.near_at IS NULL AND t.account IS NOT NULL
RETURNING t.id, t.account, t.person, t.letter, t.digits, first.before
"""
WHERE = """
SELECT h.name AS hall, l.floor, l.name AS line, c.number AS counter, coalesce(r.return_minutes, 30) AS minutes
FROM line l JOIN hall h ON h.id = l.hall LEFT JOIN queue_rules r ON r.hall = h.id LEFT JOIN counter c ON c.id = $2
WHERE l.id = $1
"""


async def tell(ticket: dict[str, Any], kind: str, values: dict[str, Any], event: UUID) -> None:
    """A part: what this change of a number means to its owner, and to those behind it."""
    if ticket["account"] and kind in OVER:
        await notify.withdraw(ticket["id"])
    if ticket["account"] and kind in OWN:
        await _own(ticket, OWN[kind], values.get("counter") or ticket["counter"], event)
    if ticket["state"] == "waiting" and kind in LEAVES:
        await _near(ticket)


async def _own(ticket: dict[str, Any], kind: str, counter: UUID | None, event: UUID) -> None:
    where, now = (await db.rows(WHERE, ticket["line"], counter))[0], await clock.now()
    until = now + dt.timedelta(minutes=where["minutes"])
    promise = notify.Promise(
        kind, f"{kind}:{event}", useless_after=until if kind.endswith("missed") else now + CALLED_FOR
    )
    await _tell(ticket, promise, where, called_at=now, until_at=until)


async def _near(left: dict[str, Any]) -> None:
    now = await clock.now()
    found = await db.rows(NEAR, left["day"], left["line"], left["hall"], now)
    where = (await db.rows(WHERE, left["line"], None))[0] if found else {}
    for row in found:
        promise = notify.Promise(
            "ticket-near", f"ticket-near:{row['id']}:{now:%H%M%S%f}", useless_after=now + SOON_FOR
        )
        await _tell(row, promise, where, before=row["before"])


async def _tell(
    ticket: dict[str, Any], promise: notify.Promise, where: dict[str, Any], **more: object
) -> None:
    facts = {**where, "number": f"{ticket['letter']}{ticket['digits']:03d}", **more}
    await notify.tell(ticket["account"], [promise], about=ticket["id"], facts=facts, person=ticket["person"])
